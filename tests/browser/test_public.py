"""Anybody's pages and the way in, in a real browser: with scripts and without, light and dark, on desk and phone."""

from __future__ import annotations

import io
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pyotp
import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from digitize.model import Verdict
from storage import verifying
from storage.tables import copies, documents, register_entries
from tests.acceptance.test_verifying_door import PDF, UNIT, publish, report
from tests.browser.plugin import DESK, PHONE, KeepScreen, LogIn, NoViolations, serve
from tests.door.bureau import DIPLOMA, desk_ids
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, open_town


@dataclass(frozen=True, slots=True)
class Street:
    """A town that publishes and certifies, and browsers before its door."""

    town: Town
    code: str
    """Of an issued copy."""
    result: str
    """Id of a published result."""
    visit: Callable[..., Page]
    """``visit(scripts=True)`` opens a page in a fresh browser context."""


@pytest.fixture(scope="module")
def street(settled: Settled, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One town for the file."""
    folder = tmp_path_factory.mktemp("street")
    data = shutil.copytree(settled.folder, folder / "data")
    secure = open_town(data, settled.tokens)
    code = issue(secure)
    with secure.parts.storage.database.read() as connection:
        mine = documents.c.id == publish(secure, PDF)
        result = connection.execute(documents.select().where(mine)).one().result_id
    town = open_town(data, settled.tokens, secure.clock, secure_cookies=False, verify_wait_s=1)
    with serve(town.app) as address:
        opened = []

        def visit(*, scripts: bool = True) -> Page:
            context = browser.new_context(java_script_enabled=scripts, locale="vi-VN", base_url=address, viewport=DESK)
            context.set_default_timeout(60_000)
            opened.append(context)
            return context.new_page()

        yield Street(town, code, result, visit)
        for context in opened:
            context.close()


def issue(town: Town) -> str:
    """Enter a copy that was issued; return its code."""
    ids = desk_ids(town)
    with town.parts.storage.database.write() as connection:
        mine = copies.c.id == ids["copy_id"]
        unit = connection.execute(copies.select().where(mine)).one().unit_id
        connection.execute(
            register_entries.insert().values(
                unit_id=unit, kind="ban_sao_dien_tu", year=2021, serial=7, copy_id=ids["copy_id"],
                book_id=ids["book_id"], printed_on=date(2021, 11, 22), given_at=town.clock(), requester="Lò Thị Bưởi",
                title=str(DIPLOMA["title"]), certifier="Phạm Thị Duyệt", certifier_title="Chủ tịch", quantity=2,
                fee_vnd=4000,
            )
        )  # fmt: skip
        connection.execute(copies.update().where(mine).values(state="issued", issued_at=town.clock()))
    return ids["code"].replace("-", "")


@contextmanager
def worker(town: Town, verdict: Verdict) -> Iterator[None]:
    """Answer what is sent, as a worker would."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.1):
            with town.parts.storage.database.write() as connection:
                for hint in verifying.FILES.due(connection, town.clock()):
                    verifying.finish(connection, hint.subject, report(verdict))

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def hears(page: Page) -> list[str]:
    """Return the list to which every broken policy and failed script is written."""
    heard: list[str] = []
    page.on("console", lambda told: heard.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_without_a_script_a_stranger_reads_one_sentence_and_takes_the_paper_along(
    street: Street, tmp_path: Path
) -> None:
    page = street.visit(scripts=False)
    page.set_viewport_size(PHONE)
    file, wrong = tmp_path / "quyết định.pdf", tmp_path / "trang.pdf"
    file.write_bytes(PDF)
    wrong.write_bytes(b"<!DOCTYPE html><html>404</html>")
    page.goto("/login")
    page.get_by_role("link", name="Kiểm tra một văn bản điện tử").click()
    page.get_by_label("Tệp cần kiểm tra").set_input_files(wrong)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không phải PDF")
    page.get_by_label("Tệp cần kiểm tra").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_role("heading", name="Đang kiểm tra…")).to_be_visible()
    with worker(street.town, Verdict.VALID):  # the page asks again by itself
        expect(page.get_by_role("heading", name="Hợp lệ")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text(f"tệp là bản đã công bố của {UNIT}; còn hiệu lực.")
    expect(page.get_by_text("Thuật toán")).to_be_hidden()
    page.get_by_text("Chữ ký 1").click()
    expect(page.get_by_text("Thuật toán")).to_be_visible()
    widest = page.locator(".card").evaluate_all("all => Math.max(...all.map(e => e.getBoundingClientRect().right))")
    assert widest <= PHONE["width"]
    paper = page.request.get(f"{page.url}/phieu.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(paper.body())) as opened:
        assert len(opened.pages) == 1


def test_a_file_dropped_anywhere_is_checked_and_the_answer_is_for_every_eye(
    street: Street, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = street.visit()
    heard = hears(page)
    page.goto("/kiem-tra")
    keep_screen(page, "cong-dan-kiem-tra")
    no_axe_violations(page)
    with worker(street.town, Verdict.INVALID):
        page.evaluate(
            """() => {
                const carried = new DataTransfer();
                carried.items.add(new File(["%PDF-1.7 sai"], "sai.pdf", { type: "application/pdf" }));
                const dropped = { dataTransfer: carried, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new DragEvent("drop", dropped));
            }"""
        )
        expect(page.get_by_role("heading", name="Không hợp lệ")).to_be_visible()
    page.goto(f"{page.url}?details=true")
    expect(page.get_by_text("Nội dung đã bị thay đổi sau khi ký.")).to_be_visible()
    keep_screen(page, "cong-dan-tra-loi")
    no_axe_violations(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Not valid")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("The content was changed after signing.")
    expect(page.locator('main [lang="vi"]')).to_have_count(0)
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert heard == []


def test_a_code_from_the_paper_or_a_picture_of_its_qr_opens_the_status_and_a_fact_the_rest(
    street: Street, tmp_path: Path, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    plain = street.visit(scripts=False)
    plain.goto("/k")
    plain.get_by_label("Mã tra cứu").fill(street.code.lower())
    plain.get_by_role("button", name="Tra cứu").click()
    expect(plain.get_by_role("heading", name="Còn giá trị")).to_be_visible()

    page = street.visit()
    heard = hears(page)
    picture, foreign = tmp_path / "qr.png", tmp_path / "khac.png"
    segno.make_qr(f"https://chungthuc.example.vn/k/{street.code}#0oR-payload", error="m").save(picture, scale=6)
    segno.make_qr("https://example.com/", error="m").save(foreign, scale=6)
    page.goto("/kiem-tra")
    chooser = page.locator("[data-qr-picture]")
    chooser.set_input_files(foreign)
    expect(page.get_by_role("alert")).to_contain_text("không phải của bản sao")
    chooser.set_input_files(picture)
    expect(page.get_by_role("heading", name="Còn giá trị")).to_be_visible()
    assert heard == []
    keep_screen(page, "cong-dan-tra-cuu")
    page.get_by_label(re.compile("^Nhập")).fill("B 999")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không khớp")
    expect(page.get_by_text(str(DIPLOMA["title"]))).to_have_count(0)
    page.get_by_label(re.compile("^Nhập")).fill("b123/2020")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_text(str(DIPLOMA["title"]))).to_be_visible()
    no_axe_violations(page)


def test_the_help_prints_on_two_sheets_at_most_and_the_reference_needs_no_other_host(
    street: Street, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = street.visit()
    heard = hears(page)
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(asked.url.split("/")[2]))
    for address, said in (
        ("/k", "Tra cứu"),
        (f"/ket-qua/{street.result}", "Còn hiệu lực"),
        ("/khong-co", "Không tìm thấy"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_contain_text(said)
        no_axe_violations(page)
    heard.clear()  # the browser itself complains of the 404
    page.goto("/tro-giup")
    no_axe_violations(page)
    keep_screen(page, "cong-dan-tro-giup", whole=True)
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        assert len(printed.pages) <= 2
        assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
    page.goto("/docs#get_verification")
    expect(page.locator("#get_verification")).to_contain_text("/api/v1/verifications/{verification_id}")
    expect(page.locator("#get_verification table").first).to_be_visible()
    no_axe_violations(page)
    keep_screen(page, "lap-trinh-tham-chieu")
    assert heard == []
    assert len(hosts) == 1


def test_a_clerk_adds_a_passkey_and_an_app_and_comes_in_with_either(
    street: Street, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = street.visit()
    heard = hears(page)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto("/login")
    no_axe_violations(page)
    keep_screen(page, "dang-nhap")
    log_in(page, "vanthu")
    page.get_by_role("link", name="Lê Văn Dấu").click()
    page.get_by_role("button", name="Thêm khóa truy cập (passkey)").click()
    no_axe_violations(page)
    page.get_by_label("Tên để nhớ").fill("máy ở quầy 2")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    no_axe_violations(page)
    page.get_by_role("link", name="Tôi đã cất mã").click()
    expect(page.get_by_role("cell", name="máy ở quầy 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Thêm ứng dụng tạo mã").click()
    app = pyotp.TOTP(page.locator("code").inner_text())
    keep_screen(page, "them-ung-dung-tao-ma")
    no_axe_violations(page)
    page.get_by_label("Mã đang hiện").fill(app.at(street.town.clock()))
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("cell", name="Ứng dụng tạo mã", exact=True).first).to_be_visible()
    no_axe_violations(page)
    keep_screen(page, "bao-mat-tai-khoan")

    for way in ("passkey", "code"):
        street.town.clock.advance(timedelta(minutes=1))
        page.get_by_role("button", name="Đăng xuất").click()
        page.get_by_label("Tên đăng nhập").fill("vanthu")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(page.get_by_role("heading", name="Xác thực lớp thứ hai")).to_be_visible()
        if way == "passkey":
            page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
        else:
            keep_screen(page, "dang-nhap-lop-hai")
            no_axe_violations(page)
            page.get_by_label("Mã xác thực").fill(app.at(street.town.clock()))
            page.get_by_role("button", name="Tiếp tục").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    assert heard == []
    street.town.clock.advance(timedelta(minutes=11))
    page.goto("/security")
    page.get_by_role("button", name="Gỡ máy ở quầy 2").click()
    expect(page.get_by_role("heading", name="Nhập lại mật khẩu để ký")).to_be_visible()
    no_axe_violations(page)


def test_a_row_a_menu_and_keys_lead_between_the_desks_and_keys_are_dead_while_somebody_types(
    street: Street, log_in: LogIn, keep_screen: KeepScreen
) -> None:
    page = street.visit()
    log_in(page, "canbo")
    ways = page.get_by_role("navigation", name="Chính")
    tops = ways.get_by_role("link").evaluate_all("all => all.map(each => each.offsetTop)")
    assert len(tops) >= 5
    assert len(set(tops)) == 1, "on a desk's screen the ways stand in one row"
    page.set_viewport_size(PHONE)
    expect(ways).to_be_hidden()
    page.get_by_role("button", name="Các bàn").press("Enter")
    expect(ways.get_by_role("link", name="Tiếp nhận")).to_be_visible()
    keep_screen(page, "dien-thoai-cac-ban")
    page.keyboard.press("Escape")
    expect(ways).to_be_hidden()
    page.set_viewport_size(DESK)
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    typing = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, isComposing: true, bubbles: true}))"
    page.evaluate(typing, "?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/targets$"))
    page.wait_for_load_state()
    told = "text => { window.undone = 0; window.sohoa.toast(text, { undo: () => { window.undone += 1; } }); }"
    page.evaluate(told, "Đã gỡ một trang.")
    page.get_by_role("button", name="Hoàn tác").click()
    assert page.evaluate("window.undone") == 1
    expect(page.get_by_text("Đã gỡ một trang.")).to_have_count(0)
