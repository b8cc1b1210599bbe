"""The intake desk in a real browser: a paper is given back only when it is safe, whatever the network does."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePath

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from storage import watched_folders
from storage.registry import EVERYTHING, listing
from storage.tables import people
from storage.watched_folders import Watching
from tests.browser.intake_desk import IntakeDesk, film_of, heavy, open_intake, sha256, sheet
from tests.browser.plugin import PHONE, KeepScreen, NoViolations, chromium
from tests.door.plugin import Settled

CODE = "000.11.31.H99-210312-0001"
SAFE = "An toàn để trả lại bản giấy."
MEBIBYTE = 1024 * 1024
PIECE = 2 * MEBIBYTE
"""What the desk sends in one request."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose camera sees the QR code of an appointment slip."""
    film = film_of(f"https://dichvucong.example.vn/tra-cuu?mahoso={CODE}", tmp_path_factory.mktemp("film") / "qr.mjpeg")
    with chromium("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", film) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(settled: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[IntakeDesk]:
    with open_intake(settled, tmp_path_factory.mktemp("intake"), browser) as opened:
        for number in range(1, 6):
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


def file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def pick(page: Page, place: str, name: str, data: bytes) -> None:
    """Choose a file in a box of the page."""
    page.locator(place).set_input_files([file(name, data)])  # type: ignore[list-item]


def test_a_paper_goes_from_the_code_to_the_word_that_it_may_be_given_back(
    desk: IntakeDesk, page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    _watch(desk)
    page.goto("/intake")
    expect(page.get_by_label("Mã hồ sơ")).to_be_focused()
    for told in ("scan-quay-1 đang canh", "đã nhận 7, từ chối 1", "Tệp rỗng (0 byte)."):
        expect(page.locator(".folder").first).to_contain_text(told)
    expect(page.locator(".folder").last).to_contain_text("scan-quay-2 im lặng")
    keep_screen(page, "tiep-nhan-1-ma-ho-so")
    no_axe_violations(page)
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")  # as a scanner does that types
    expect(page.get_by_text("Cần gì, đã có gì, không được quét gì")).to_be_visible()
    expect(page.get_by_text("Phải số hóa").first).to_be_visible()
    keep_screen(page, "tiep-nhan-2-can-gi")

    scan = sheet("1")
    pick(page, "#file", "quyết định.jpg", scan)
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


def _watch(desk: IntakeDesk) -> None:
    """Let two scanners' folders be watched, the second one of a minute ago."""
    now = desk.town.clock()
    with desk.town.parts.storage.database.write() as connection:
        person = connection.execute(people.select().where(people.c.username == "canbo")).one().id
        for number, heard in ((1, now), (2, now - timedelta(minutes=2))):
            told = Watching(taken=7, refused=1, problem="Tệp rỗng (0 byte).") if number == 1 else Watching()
            place = PurePath(f"/srv/scan-quay-{number}")
            watched_folders.tell(connection, "may-quet", place, person, told, now, heard)


def test_what_broke_off_goes_on_from_there_after_an_hour_offline_and_after_a_closed_tab(
    desk: IntakeDesk, page: Page, keep_screen: KeepScreen
) -> None:
    code = f"{CODE[:-1]}2"
    scan = heavy(sheet("2"), 2 * PIECE + MEBIBYTE)
    line_holds = 1
    sent: list[int] = []

    def over_the_line(route: Route) -> None:
        """Let so many pieces through, and then none."""
        if route.request.method == "PATCH":
            if len(sent) >= line_holds:
                route.abort("connectionfailed")
                return
            sent.append(int(route.request.headers["upload-offset"]))
        route.continue_()

    page.context.route("**/api/v1/uploads/*", over_the_line)
    page.clock.install()
    page.goto(f"/intake?dossier={code}")
    pick(page, "#file", "giữa đường.jpg", scan)
    here = line(page, "giữa đường.jpg")
    expect(here).to_contain_text("Mất mạng; sẽ tự gửi tiếp")
    page.context.set_offline(True)
    page.clock.fast_forward("01:00:00")
    expect(here).to_contain_text("Mất mạng; sẽ tự gửi tiếp")
    expect(here.get_by_role("progressbar")).to_be_visible()
    keep_screen(page, "tiep-nhan-5-mat-mang")
    line_holds = 2
    with page.expect_event("requestfailed", lambda asked: asked.method == "PATCH"):
        page.context.set_offline(False)
    assert sent == [0, PIECE]
    page.close()

    line_holds = 99
    later = page.context.new_page()
    later.goto("/intake")
    here = line(later, "giữa đường.jpg")
    expect(here).to_contain_text("Đã vào kho")
    assert sent == [0, PIECE, 2 * PIECE], "no byte was sent twice"
    desk.work()
    expect(here).to_contain_text(SAFE)
    expect(here).to_contain_text(f"{code} · KQ(1)")


def test_no_word_is_given_for_bytes_that_are_not_the_browsers_or_pages_that_cannot_be_seen(
    desk: IntakeDesk, page: Page
) -> None:
    scan = sheet("H")
    tries: list[str] = []

    def over_a_line_that_garbles(route: Route) -> None:
        """Change a byte of the first try."""
        tries.append(route.request.url)
        body = route.request.post_data_buffer or b""
        route.continue_(post_data=body[:-1] + b"x" if len(tries) == 1 else body)

    def again(said: str) -> None:
        """Send it once more, and read what is said then."""
        here.get_by_role("button", name="Gửi lại").click()
        expect(here).to_contain_text(said)

    page.goto(f"/intake?dossier={CODE[:-1]}3")
    page.route("**/api/v1/uploads", over_a_line_that_garbles)
    pick(page, "#file", "hỏng.jpg", scan)
    here = line(page, "hỏng.jpg")
    expect(here).to_contain_text("Đã vào kho")
    assert len(tries) == 2, "what came garbled was refused, and sent again"

    page.goto("about:blank")
    desk.work()
    kept = Path(desk.town.parts.settings.data) / "objects" / sha256(scan)[:2] / sha256(scan)[2:4] / sha256(scan)
    kept.chmod(0o600)
    kept.write_bytes(scan[:-1] + b"x")
    page.goto("/intake")
    expect(here).to_contain_text("Kho không trả lại được bản quét hoặc ảnh trang. Hãy giữ bản giấy")
    kept.write_bytes(scan)

    another = f"sha256={sha256(b'the file that the browser has')}"
    page.route("**/safekeeping?*", lambda route: route.continue_(url=re.sub("sha256=.*", another, route.request.url)))
    again("Tệp trong kho KHÔNG giống tệp đã gửi. Hãy giữ bản giấy")
    page.unroute("**/safekeeping?*")
    page.route("**/previews/*", lambda route: route.fulfill(body=b"no picture", content_type="image/jpeg"))
    again("máy này không xem được. Hãy giữ bản giấy")
    expect(here).not_to_contain_text(SAFE)
    page.unroute("**/previews/*")
    again(SAFE)


ARRIVE = """([how, name, type, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name, { type }));
    const send = (kind) => document.querySelector("footer").dispatchEvent(
        new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    if (how === "hover") send("dragenter");
    else send("drop");
}"""
COPY = """async (bytes) => {
    const picture = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
}"""


def test_files_are_taken_from_anywhere_on_the_page_and_what_is_no_scan_is_named(page: Page) -> None:
    page.goto("/intake")
    expect(page.get_by_text("Chưa có tệp nào trong hàng đợi.")).to_be_visible()
    program = ["a.exe", "", base64.b64encode(b"MZ" + bytes(2000)).decode()]
    page.evaluate(ARRIVE, ["drop", *program])
    expect(page.get_by_text("Hãy nhập mã hồ sơ trước")).to_be_visible()

    page.get_by_role("button", name="Quét mã bằng máy ảnh").click()
    expect(page).to_have_url(re.compile(f"dossier={re.escape(CODE)}$"))
    expect(page.get_by_text("Chưa có tệp nào trong hàng đợi.")).to_be_visible()
    page.evaluate(ARRIVE, ["drop", *program])
    expect(page.get_by_text("“a.exe” không phải PDF, JPEG, PNG hay TIFF")).to_be_visible()

    dropped = ["thả.jpg", "image/jpeg", base64.b64encode(sheet("5", 600, 800)).decode()]
    page.evaluate(ARRIVE, ["hover", *dropped])
    expect(page.locator("body")).to_have_class(re.compile("dropping"))
    page.evaluate(ARRIVE, ["drop", *dropped])
    expect(page.locator("body")).not_to_have_class(re.compile("dropping"))
    expect(line(page, "thả.jpg")).to_contain_text("Ảnh nhỏ (600 × 800)")
    expect(line(page, "thả.jpg")).to_contain_text("Đã vào kho")

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, base64.b64encode(sheet("6", kind="PNG")).decode())
    page.keyboard.press("Control+v")
    expect(line(page, "image.png")).to_contain_text("Đã vào kho")


def test_photographs_are_gathered_as_pages_of_one_paper_and_arranged_with_undo(
    desk: IntakeDesk, page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    code = f"{CODE[:-1]}4"
    marks = {sha256(sheet(mark)): mark for mark in "12349"}
    clerk = desk.town.visitor("canbo")

    def papers() -> dict[int, str]:
        """Return the marks on the pages of each document that is still worked at, by the ordinal of its result."""
        told = clerk.get(f"/api/v1/documents?dossier={code}").json()["documents"]
        found: dict[int, str] = {}
        for one in told:
            captures = clerk.get(f"/api/v1/documents/{one['id']}/pages").json()["captures"]
            pages = next(each["pages"] for each in captures if each["in_force"])
            if one["state"] != "withdrawn":
                found[one["ordinal"]] = "".join(marks[each["scan"]] for each in pages)
        return found

    def reread(said: str) -> None:
        """Let the worker read the new capture."""
        expect(page.locator("#changes")).to_have_text("Máy đang đọc lại các trang…")
        desk.work()
        expect(page.get_by_text(said)).to_be_visible()

    desk.town.upload(clerk, code, sheet("9"), ordinal=2)
    page.goto(f"/intake?dossier={code}")
    camera = page.locator("#camera")
    assert [camera.get_attribute(name) for name in ("capture", "accept")] == ["environment", "image/*"]
    for number in "123":
        pick(page, "#camera", f"ảnh {number}.jpg", sheet(number))
        expect(page.locator("#tray li")).to_have_count(int(number))
    keep_screen(page, "tiep-nhan-6-chup-nhieu-trang")
    page.get_by_role("button", name="Gửi 3 trang thành một văn bản").click()
    here = line(page, "ảnh 1.jpg")
    expect(here).to_contain_text("Đã vào kho")
    desk.work()
    expect(here).to_contain_text(SAFE)
    assert papers() == {1: "123", 2: "9"}

    # by mouse: turned, set later, left out, put back by undo; then one replaced by a file, and one put in
    page.get_by_role("link", name="Sắp xếp trang").click()
    sheets = page.locator("#sheets > li")
    expect(sheets).to_have_count(3)
    no_axe_violations(page)
    page.get_by_role("button", name="Xoay phải: Trang 1").click()
    page.get_by_role("button", name="Xuống sau: Trang 1").click()
    page.get_by_role("button", name="Bỏ trang này: Trang 1").click()
    page.keyboard.press("u")
    expect(sheets).to_have_count(3)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Thay bằng tệp: Trang 3").click()
    chooser.value.set_files([file("quét lại.jpg", sheet("4"))])  # type: ignore[list-item]
    expect(page.locator("#changes")).to_have_text("3 thay đổi chưa áp dụng")
    keep_screen(page, "tiep-nhan-7-sap-xep-trang")
    page.get_by_role("button", name="Áp dụng").click()
    reread("Đã sắp xếp lại trang.")
    assert papers() == {1: "214", 2: "9"}
    expect(page.locator("#captures .sheets > li")).to_have_count(3)
    page.get_by_role("button", name="Hoàn tác lần sắp xếp trước").click()
    reread("Đã hoàn tác lần sắp xếp trước.")
    assert papers() == {1: "123", 2: "9"}

    # by keyboard: set in order, split off; another paper of the dossier taken in; a page put in behind the chosen one
    page.get_by_label("Chọn trang 1").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#changes")).to_have_text("Trang 1 ở vị trí 2")
    expect(page.get_by_label("Chọn trang 2")).to_be_focused()
    page.get_by_role("button", name="Lùi", exact=True).press("Enter")
    page.get_by_role("button", name="Tiến", exact=True).press("Enter")
    page.get_by_label("Chọn trang 3").press("Space")
    page.get_by_role("button", name="Tách các trang đã chọn").press("Enter")
    expect(page.get_by_text("Tách thành văn bản mới: 1 trang")).to_be_visible()
    page.get_by_label("Gộp").select_option(index=1)
    expect(page.get_by_text("Gộp từ văn bản KQ(2)")).to_be_visible()
    page.get_by_label("Chọn trang 2").press("Space")
    pick(page, "#more", "thêm.jpg", sheet("4"))
    expect(sheets).to_have_count(4)
    page.get_by_role("button", name="Áp dụng").press("Enter")
    reread("Đã sắp xếp lại trang.")
    assert papers() == {1: "2149", 3: "3"}
