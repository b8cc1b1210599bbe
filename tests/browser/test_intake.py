"""The intake desk in a real browser: a paper is given back only when it is safe, whatever the network does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from storage.registry import EVERYTHING, listing
from tests.browser.intake_desk import IntakeDesk, open_intake, sha256, sheet
from tests.browser.plugin import PHONE, KeepScreen, NoViolations
from tests.door.plugin import Settled

expect.set_options(timeout=45_000)  # the machine has other work

CODE = "000.11.31.H99-210312-0001"
SAFE = "An toàn để trả lại bản giấy."


@pytest.fixture(scope="module")
def desk(settled: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[IntakeDesk]:
    with open_intake(settled, tmp_path_factory.mktemp("intake"), browser) as opened:
        for number in range(1, 7):
            opened.town.dossier(f"{CODE[:-1]}{number}", results=2)
        yield opened


@pytest.fixture
def page(desk: IntakeDesk) -> Iterator[Page]:
    """A page of a clerk's; whatever its scripts complain of fails the test."""
    context = desk.context()
    opened = context.new_page()
    broken: list[str] = []
    context.on("weberror", lambda error: broken.append(str(error.error)))
    yield opened
    context.close()
    assert broken == []


def line(page: Page, name: str) -> Locator:
    return page.locator("#queue > li").filter(has_text=name)


def file(name: str, data: bytes, kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": data}


def test_a_paper_goes_from_the_code_to_the_word_that_it_may_be_given_back(
    desk: IntakeDesk, page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page.goto("/intake")
    expect(page.get_by_label("Mã hồ sơ")).to_be_focused()
    keep_screen(page, "tiep-nhan-1-ma-ho-so")
    no_axe_violations(page)
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")  # as a scanner does that types
    expect(page.get_by_text("Cần gì, đã có gì, không được quét gì")).to_be_visible()
    expect(page.get_by_text("Phải số hóa").first).to_be_visible()
    keep_screen(page, "tiep-nhan-2-can-gi")

    scan = sheet("1")
    page.locator("#file").set_input_files([file("quyết định.jpg", scan)])  # type: ignore[list-item]
    here = line(page, "quyết định.jpg")
    expect(here).to_contain_text("Đã vào kho, máy đang đọc")
    expect(here).not_to_contain_text(SAFE)
    keep_screen(page, "tiep-nhan-3-dang-doc")
    desk.work()
    expect(here).to_contain_text(SAFE)
    expect(page.locator("input[name=ordinal]:checked")).to_have_value("2")
    no_axe_violations(page)
    keep_screen(page, "tiep-nhan-4-an-toan")
    page.set_viewport_size(PHONE)
    keep_screen(page, "tiep-nhan-dien-thoai", whole=True)
    with desk.town.parts.storage.database.read() as connection:
        (document,) = listing(connection, EVERYTHING, dossier_code=CODE)
    assert document.scan_key == sha256(scan)


def test_the_queue_outlives_a_closed_tab_and_an_hour_without_network(
    desk: IntakeDesk, page: Page, keep_screen: KeepScreen
) -> None:
    code = f"{CODE[:-1]}2"
    page.goto(f"/intake?dossier={code}")
    page.context.set_offline(True)
    page.locator("#file").set_input_files([file("giữa đường.jpg", sheet("2"))])  # type: ignore[list-item]
    expect(line(page, "giữa đường.jpg")).to_contain_text("Mất mạng; sẽ tự gửi tiếp")
    keep_screen(page, "tiep-nhan-5-mat-mang")
    page.close()
    later = page.context.new_page()
    page.context.set_offline(False)
    later.goto("/intake")
    here = line(later, "giữa đường.jpg")
    expect(here).to_contain_text("Đã vào kho")
    desk.work()
    expect(here).to_contain_text(SAFE)
    expect(here).to_contain_text(f"{code} · KQ(1)")


def test_the_word_is_not_given_when_the_store_gives_back_other_bytes(desk: IntakeDesk, page: Page) -> None:
    scan = sheet("H")
    page.goto(f"/intake?dossier={CODE[:-1]}3")
    page.locator("#file").set_input_files([file("hỏng.jpg", scan)])  # type: ignore[list-item]
    here = line(page, "hỏng.jpg")
    expect(here).to_contain_text("Đã vào kho")
    desk.work()
    key = sha256(scan)
    kept = Path(desk.town.parts.settings.data) / "objects" / key[:2] / key[2:4] / key
    kept.chmod(0o600)
    kept.write_bytes(scan[:-1] + b"x")
    page.reload()
    expect(here).to_contain_text("Hãy giữ bản giấy và báo người vận hành")
    expect(here).not_to_contain_text(SAFE)


def test_files_are_taken_from_anywhere_on_the_page_and_what_is_no_scan_is_named(page: Page) -> None:
    page.goto("/intake")
    expect(page.get_by_text("Chưa có tệp nào trong hàng đợi.")).to_be_visible()
    drop = """([how, names]) => {
        const data = new DataTransfer();
        for (const name of names) data.items.add(new File(["MZ" + "x".repeat(2000)], name));
        const event = how === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
            : new DragEvent("drop", { dataTransfer: data, bubbles: true });
        document.querySelector("footer").dispatchEvent(event);
    }"""
    page.evaluate(drop, ["drop", ["a.exe"]])
    expect(page.get_by_text("Hãy nhập mã hồ sơ trước")).to_be_visible()
    page.goto(f"/intake?dossier={CODE[:-1]}4")
    expect(page.get_by_text("Chưa có tệp nào trong hàng đợi.")).to_be_visible()
    for how in ("drop", "paste"):
        page.evaluate(drop, [how, [f"{how}.exe"]])
        expect(page.get_by_text(f"“{how}.exe” không phải PDF, JPEG, PNG hay TIFF")).to_be_visible()
    small = sheet("4", 600, 800)
    page.locator("#file").set_input_files([file("nhỏ.jpg", small)])  # type: ignore[list-item]
    expect(line(page, "nhỏ.jpg")).to_contain_text("Ảnh nhỏ (600 × 800)")


def test_photographs_are_gathered_as_pages_of_one_paper_and_arranged_with_undo(
    desk: IntakeDesk, page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    code = f"{CODE[:-1]}5"
    page.goto(f"/intake?dossier={code}")
    for number in "123":
        page.locator("#camera").set_input_files([file(f"ảnh {number}.jpg", sheet(number))])  # type: ignore[list-item]
        expect(page.locator("#tray li")).to_have_count(int(number))
    keep_screen(page, "tiep-nhan-6-chup-nhieu-trang")
    page.get_by_role("button", name="Gửi 3 trang thành một văn bản").click()
    here = line(page, "ảnh 1.jpg")
    expect(here).to_contain_text("Đã vào kho")
    desk.work()
    expect(here).to_contain_text(SAFE)

    page.get_by_role("link", name="Sắp xếp trang").click()
    sheets = page.locator("#sheets > li")
    expect(sheets).to_have_count(3)
    no_axe_violations(page)
    page.get_by_role("button", name="Xoay phải: Trang 1").click()
    page.get_by_role("button", name="Xuống sau: Trang 1").click()
    page.get_by_role("button", name="Bỏ trang này: Trang 3").click()
    page.keyboard.press("u")
    expect(sheets).to_have_count(3)
    page.get_by_role("button", name="Bỏ trang này: Trang 3").click()
    page.locator("#more").set_input_files([file("thêm.jpg", sheet("4"))])  # type: ignore[list-item]
    expect(sheets).to_have_count(3)
    keep_screen(page, "tiep-nhan-7-sap-xep-trang")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.locator("#changes")).to_have_text("Máy đang đọc lại các trang…")
    desk.work()
    expect(page.get_by_text("Đã sắp xếp lại trang.")).to_be_visible()
    expect(page.locator("#captures .sheets > li")).to_have_count(3)

    page.get_by_role("button", name="Hoàn tác lần sắp xếp trước").click()
    expect(page.locator("#changes")).to_have_text("Máy đang đọc lại các trang…")
    desk.work()
    expect(page.get_by_text("Đã hoàn tác lần sắp xếp trước.")).to_be_visible()
    expect(sheets).to_have_count(3)
    assert [one["scan"] for one in _pages(desk, code)] == [sha256(sheet(number)) for number in "123"]


def _pages(desk: IntakeDesk, code: str) -> list[dict[str, str]]:
    clerk = desk.town.visitor("canbo")
    (document,) = clerk.get(f"/api/v1/documents?dossier={code}").json()["documents"]
    captures = clerk.get(f"/api/v1/documents/{document['id']}/pages").json()["captures"]
    found: list[dict[str, str]] = next(one["pages"] for one in captures if one["in_force"])
    return found
