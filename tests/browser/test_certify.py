"""The certification desk: the whole act on one screen, with the real workers, keys and mail server behind it."""

from __future__ import annotations

import io
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

from digitize.attest.clock import state_calendar
from digitize.sign.keys import open_pkcs12
from digitize.targets import VIETNAM_TIME
from storage import people
from tests.browser.plugin import KeepScreen, LogIn, NoViolations, Served
from tests.door.bureau import CERTIFIER, DIPLOMA, OFFICER, PAGES, Bureau, open_bureau
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, open_town
from tests.servers.process import free_port
from tests.servers.smtp import mail_server
from workers.agent_listener import Listener, Pairing
from workers.agent_server import listening
from workers.sandbox import Sandbox

expect.set_options(timeout=120_000)

T = TypeVar("T")

SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
WIDTH, HEIGHT = 1654, 2340
"""A4 at 200 dpi."""
FILM = (1240, 1754)
"""What the camera sees; every frame is decoded."""
LINES = (
    ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", 300, 44),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 400, 40),
    ("BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", 620, 52),
    ("Cấp cho: Lò Thị Bưởi", 820, 46),
    ("Ngày sinh: 12/3/2002, tại xã Suối Ngàn", 910, 42),
    ("Học sinh trường: THPT Mây Trắng", 1000, 42),
    ("Xếp loại tốt nghiệp: Khá", 1090, 42),
    ("Số hiệu: B 123/2020", 1180, 42),
    ("Lam Vân, ngày 30 tháng 6 năm 2020", 1380, 42),
    ("GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO", 1460, 42),
)

SCANNED = """async ([name, content]) => {
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await file.write(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
  await file.close();
}"""
"""Writes a file into the browser's own folder, as a scanner writes into one of the machine."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The bureau behind its door, and a browser with a camera over the paper."""

    bureau: Bureau
    town: Town
    """As it is served to the browser."""
    context: BrowserContext
    address: str
    port: int
    """Where the signing agent of this machine listens, when it runs."""

    @contextmanager
    def agent(self, username: str) -> Iterator[Pairing]:
        """Run the reference agent with a person's key in place of a token."""
        with self.town.parts.storage.database.read() as connection:
            holder = people.find_by_username(connection, username)[0].id
        signer = beside(lambda: open_pkcs12(*self.bureau.pki.signers[holder].read()))
        pairing = Pairing()
        with listening(Listener(self.address, lambda: signer, pairing, lambda _: None), self.port):
            yield pairing

    def waiting(self, **original: object) -> tuple[str, str]:
        """Open a visit whose original waits for its capture; return where its screen is, and the copy's id."""
        self.bureau.prove()
        visit = self.bureau.open(DIPLOMA | original)
        copy: str = visit["copies"][0]["id"]
        return f"/certifications/{visit['id']}?copy={copy}", copy

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let the workers work beside the browser, as they do."""
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.2):
                self.bureau.work()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def beside(act: Callable[[], T]) -> T:
    """Do in another thread what runs a loop of its own: Playwright's runs in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(act).result()


def paper(mark: str = "") -> bytes:
    """Draw a diploma as a JPEG; the mark at its foot makes the bytes of each differ."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#fbfaf4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((70, 70, WIDTH - 70, HEIGHT - 70), outline="#a33", width=7)
    for text, top, size in LINES:
        pen.text((WIDTH / 2, top), text, fill="#1b1b1b", font=ImageFont.truetype(SERIF, size), anchor="mm")
    pen.ellipse((1040, 1540, 1340, 1840), outline="#c01f2b", width=9)
    pen.text((140, HEIGHT - 140), mark, fill="#555", font=ImageFont.truetype(SERIF, 30))
    told = io.BytesIO()
    image.save(told, "JPEG", quality=90, dpi=(200, 200))
    return told.getvalue()


@pytest.fixture(scope="module")
def opened(settled: Settled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bureau, Path]]:
    """The bureau in the morning; it opens before Playwright's loop runs in this thread."""
    folder = tmp_path_factory.mktemp("bureau")
    with (
        Sandbox() as sandbox,
        mail_server() as (_, port),
        open_bureau(settled, folder, folder / "keys", sandbox, port) as bureau,
    ):
        to_a_morning(bureau)
        yield bureau, folder


@pytest.fixture(scope="module")
def browser(opened: tuple[Bureau, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose camera sees the paper."""
    assert opened
    film = tmp_path_factory.mktemp("film") / "paper.mjpeg"
    frame = io.BytesIO()
    Image.open(io.BytesIO(paper())).resize(FILM).save(frame, "JPEG", quality=90)
    film.write_bytes(frame.getvalue() * 2)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox", "--disable-dev-shm-usage", "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}",
            ],
        )  # fmt: skip
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def desk(opened: tuple[Bureau, Path], browser: Browser, served: Served, settled: Settled) -> Iterator[Desk]:
    bureau, folder = opened
    port = free_port()
    town = open_town(
        folder / "data", settled.tokens, bureau.town.clock, secure_cookies=False, public_url=PAGES, link_days=7,
        agent_port=port,
    )  # fmt: skip
    with served(town.app) as address:
        context = browser.new_context(base_url=address, locale="vi-VN", viewport=SCREEN, color_scheme="light")
        context.set_default_timeout(20_000)
        yield Desk(bureau, town, context, address, port)
        context.close()
    town.parts.storage.close()


def to_a_morning(bureau: Bureau) -> None:
    """Let it be 9:40 of the next day on which offices work."""
    clock, calendar = bureau.town.clock, state_calendar()
    local = clock().astimezone(VIETNAM_TIME).replace(hour=9, minute=40, second=0, microsecond=0) + timedelta(days=1)
    while not calendar.works(local.date()):
        local += timedelta(days=1)
    clock.now = local


def test_a_certifier_takes_a_citizen_from_the_counter_to_the_signed_copy(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.context.new_page()
    log_in(page, CERTIFIER)
    page.get_by_role("link", name="Chứng thực", exact=True).click()
    expect(page.get_by_label("Giờ tiếp nhận")).to_contain_text("còn 5 giờ")
    expect(page.get_by_role("button", name="Phím tắt")).to_be_visible()  # the shell's script runs
    page.keyboard.press("g")
    page.keyboard.press("m")

    # the order, by keyboard alone
    expect(page.get_by_label("Họ và tên")).to_be_focused()
    page.keyboard.type("Lò Thị Bưởi")
    page.keyboard.press("Tab")
    page.keyboard.type("001321004567")
    page.get_by_label("Thư điện tử để gửi bản sao").fill("buoi@thu.vn")
    page.get_by_label("Tên bản chính").fill("Bằng tốt nghiệp trung học phổ thông")
    page.get_by_label("Số bản sao").fill("2")
    expect(page.locator(".total")).to_contain_text("4.000 đ")
    page.get_by_role("button", name="Thêm bản chính").press("Enter")
    second = page.get_by_role("group", name="Bản chính 2")
    expect(second.get_by_label("Tên bản chính")).to_be_focused()
    page.keyboard.type("Giấy khai sinh")
    expect(page.locator(".total")).to_contain_text("6.000 đ")
    keep_screen(page, "certify-opening", whole=True)
    no_axe_violations(page)
    second.get_by_label("Tên bản chính").press("Enter")

    # the capture by the camera
    expect(page.get_by_role("heading", name="Lò Thị Bưởi")).to_be_visible()
    page.get_by_role("button", name="Camera", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Chụp trang này")).to_be_focused()
    expect(page.locator("video")).to_have_js_property("videoWidth", FILM[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ảnh rõ, dùng được.")).to_be_visible()
    keep_screen(page, "certify-capture", whole=True)
    no_axe_violations(page)
    page.get_by_label("Tôi vừa tự chụp bản chính giấy này").press("Space")
    with desk.working():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Cầm bản chính giấy, đối chiếu từng trang")).to_be_visible()

    # compared page by page; the attestation stands there as it will be printed
    expect(page.get_by_label("Lời chứng như sẽ in")).to_contain_text("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH")
    expect(page.get_by_label("Điều kiện để ký")).to_contain_text("Quyết định 1/QĐ-UBND ngày 01/7/2025")
    expect(page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính")).to_be_focused()
    keep_screen(page, "certify-compare", whole=True)
    no_axe_violations(page)
    page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ký chứng thực")).to_be_focused()
    desk.bureau.town.clock.advance(timedelta(hours=1))
    with desk.working():
        page.keyboard.press("Enter")
        page.get_by_label("Mật khẩu của").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Chờ văn thư của đơn vị đóng dấu.")).to_be_visible()
    address = page.url
    page.get_by_role("button", name="Đăng xuất").click()

    # the agency's signature, and the copy is handed over
    log_in(page, OFFICER)
    page.goto(address)
    with desk.working():
        page.get_by_role("button", name="Đóng dấu cơ quan").press("Enter")
        expect(page.get_by_role("link", name="Tải bản sao đã ký (PDF)")).to_be_visible()
        page.get_by_role("button", name="Tạo đường dẫn tải và mã QR").press("Enter")
        expect(page.get_by_role("img", name="Mã QR của đường dẫn tải")).to_be_visible()
    keep_screen(page, "certify-delivery", whole=True)
    no_axe_violations(page)
    page.get_by_label("Số biên lai").fill("0001234")
    page.get_by_label("Số biên lai").press("Enter")
    page.locator("#fee summary").press("Enter")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="In phiếu thu (PDF)").press("Enter")
    assert receipt.value.suggested_filename.endswith("-receipt.pdf")
    page.close()


def test_the_act_works_without_a_script_and_ends_in_a_written_refusal(
    desk: Desk, browser: Browser, log_in: LogIn, keep_screen: KeepScreen, tmp_path: Path
) -> None:
    scan = tmp_path / "bản chụp.jpg"
    scan.write_bytes(paper("không script"))
    context = browser.new_context(base_url=desk.address, locale="vi-VN", viewport=SCREEN, java_script_enabled=False)
    page = context.new_page()
    log_in(page, CERTIFIER)
    page.goto("/certifications/new")
    page.get_by_label("Họ và tên").fill("Vàng A Thử")
    page.get_by_label("Tên bản chính").fill("Giấy xác nhận")
    page.get_by_label("Số trang").fill("3")
    page.get_by_role("button", name="Tính phí").click()
    expect(page.locator(".total")).to_contain_text("5.000 đ")
    page.get_by_label("Số trang").fill("1")
    page.get_by_role("button", name="Mở phiên và chụp bản chính").click()

    # on nobody's word the file is an upload, and an upload is refused with the article
    page.get_by_label("Bản chụp bản chính").set_input_files(scan)
    page.locator("#capture-form").evaluate("form => { form.noValidate = true; form.submit(); }")
    expect(page.get_by_role("alert")).to_contain_text("Nghị định")
    page.get_by_label("Bản chụp bản chính").set_input_files(scan)
    page.get_by_label("Tôi vừa tự chụp bản chính giấy này").check()
    page.get_by_role("button", name="Gửi bản chụp").click()
    expect(page.get_by_text("Hệ thống đang làm")).to_be_visible()
    page.goto(page.url)
    page.get_by_text("Từ chối chứng thực").click()
    page.get_by_label("Bản chính bị tẩy xóa").check()
    page.get_by_label("Lý do cụ thể").fill("Ngày sinh bị sửa bằng bút khác mực.")
    keep_screen(page, "certify-refusal", whole=True)
    page.get_by_role("button", name="Từ chối và lập văn bản").click()
    with page.expect_download() as letter:
        page.get_by_role("link", name="In văn bản từ chối (PDF)").click()
    assert letter.value.suggested_filename.endswith("-letter.pdf")
    page.get_by_role("button", name="Kết thúc phiên").click()
    expect(page.get_by_text("phiên đã kết thúc")).to_be_visible()
    context.close()


def test_pages_from_the_scanners_folder_become_one_capture_that_a_token_signs(desk: Desk, log_in: LogIn) -> None:
    address, copy = desk.waiting(pages=2)
    page = desk.context.new_page()
    log_in(page, CERTIFIER)
    page.goto(address)
    expect(page.get_by_role("button", name="Thư mục máy quét")).to_be_visible()
    page.evaluate("() => { window.showDirectoryPicker = () => navigator.storage.getDirectory(); }")
    page.get_by_role("button", name="Thư mục máy quét").click()
    page.get_by_role("button", name="Chọn thư mục").click()
    expect(page.locator("[data-folder]")).to_contain_text("Đang theo dõi thư mục")
    for name in ("trang 1.jpg", "trang 2.jpg"):
        page.evaluate(SCANNED, [name, b64encode(paper(name)).decode()])
        expect(page.locator(".shots")).to_contain_text(name)
    page.get_by_label("Tôi vừa tự chụp bản chính giấy này").check()
    with desk.working():
        page.get_by_role("button", name="Gửi bản chụp").click()
        page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính").check()
    page.get_by_label("Trang 2: đúng, đủ, rõ như bản chính").check()
    page.get_by_label("Đủ mọi trang có thông tin").check()
    page.get_by_text("Ký bằng thiết bị (USB token)").click()
    page.get_by_role("button", name="Ký bằng thiết bị", exact=True).click()
    expect(page.locator("[data-told]")).to_contain_text("Không thấy chương trình ký trên máy này")
    with desk.agent(CERTIFIER) as pairing, desk.working():
        page.get_by_role("button", name="Ký bằng thiết bị", exact=True).click()
        page.get_by_label("Mã ghép").fill(pairing.code)
        page.get_by_label("Mã ghép").press("Enter")
        expect(page.get_by_text("Chờ văn thư của đơn vị đóng dấu.")).to_be_visible()
    assert {"AttestPrepared", "AttestAnswered"} <= set(desk.bureau.events(copy))
    page.close()


def test_the_register_looks_like_the_paper_book_and_leads_to_the_copy_that_is_cancelled(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    desk.bureau.prove()
    copy = beside(lambda: desk.bureau.issued(DIPLOMA | {"title": "Chứng chỉ tin học"}))
    page = desk.context.new_page()
    log_in(page, CERTIFIER)
    page.goto("/books")
    no_axe_violations(page)
    page.get_by_role("link", name="SCTĐT/BS").click()
    row = page.get_by_role("row").filter(has_text="Chứng chỉ tin học")
    expect(row).to_contain_text("Phạm Thị Duyệt, Chủ tịch Ủy ban nhân dân xã")
    no_axe_violations(page)
    page.get_by_text("Khóa sổ năm").first.click()
    page.get_by_role("button", name="Khóa sổ năm").click()
    expect(page.get_by_role("alert")).to_contain_text("31/12")

    row.get_by_role("link").click()
    page.get_by_text("Hủy bỏ giá trị bản sao theo quyết định").click()
    page.get_by_label("Số quyết định").fill("12/QĐ-UBND")
    page.get_by_label("Lý do").last.fill("Bản chính được phát hiện là giả.")
    page.get_by_role("button", name="Hủy bỏ giá trị").click()
    expect(page.get_by_text("Đã hủy bỏ giá trị theo Quyết định 12/QĐ-UBND")).to_be_visible()
    assert desk.bureau.shown(copy)["state"] == "cancelled"

    page.goto("/books")
    page.get_by_role("link", name="SCTĐT/BS").click()
    expect(row).to_contain_text("Hủy bỏ giá trị theo Quyết định 12/QĐ-UBND")
    keep_screen(page, "certify-book")
    page.goto("/certifications?tab=all")
    keep_screen(page, "certify-visits")
    no_axe_violations(page)
    page.close()
