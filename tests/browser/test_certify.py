"""The certification desk: the whole act on one screen, with the real workers, keys and mail server behind it."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from digitize.targets import VIETNAM_TIME
from tests.browser.certify_desk import SCANNED, WIDTH, Desk, beside, film, paper, press, reach, to_a_morning
from tests.browser.plugin import DESK, KeepScreen, NoViolations, Served, chromium
from tests.door.bureau import CERTIFIER, DIPLOMA, OFFICER, PAGES, Bureau, open_bureau
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, open_town, picture
from tests.servers.process import free_port
from tests.servers.smtp import mail_server
from workers.sandbox import Sandbox

expect.set_options(timeout=60_000)

WORKED_MS = 180_000
"""How long the workers may take on a machine that has other work; on a quiet one it is seconds."""


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
    seen = tmp_path_factory.mktemp("film") / "paper.y4m"
    seen.write_bytes(film(paper()))
    with chromium(
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={seen}",
    ) as opened_browser:  # fmt: skip
        yield opened_browser


@pytest.fixture(scope="module")
def desk(opened: tuple[Bureau, Path], browser: Browser, served: Served, settled: Settled) -> Iterator[Desk]:
    bureau, folder = opened
    port = free_port()
    town = open_town(
        folder / "data", settled.tokens, bureau.town.clock, secure_cookies=False, public_url=PAGES, link_days=7,
        agent_port=port,
    )  # fmt: skip
    with served(town.app) as address:
        context = browser.new_context(base_url=address, locale="vi-VN", viewport=DESK, color_scheme="light")
        context.set_default_timeout(30_000)
        yield Desk(bureau, town, context, address, port)
        context.close()
    town.parts.storage.close()


def test_a_certifier_takes_a_citizen_from_the_counter_to_the_signed_copy(
    desk: Desk, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.enter(CERTIFIER)
    page.goto("/certifications")
    expect(page.get_by_label("Giờ tiếp nhận")).to_contain_text("còn 5 giờ")
    expect(page.get_by_role("button", name="Phím tắt")).to_be_visible()  # the shell's script runs
    page.keyboard.press("g")
    page.keyboard.press("m")

    # the order: who asks, two originals, what they cost
    expect(page.get_by_label("Họ và tên")).to_be_focused()
    page.keyboard.type("Lò Thị Bưởi")
    page.keyboard.press("Tab")
    page.keyboard.type("001321004567")
    reach(page, page.get_by_label("Thư điện tử để gửi bản sao"))
    page.keyboard.type("buoi@thu.vn")
    reach(page, page.get_by_label("Tên bản chính"))
    page.keyboard.type("Bằng tốt nghiệp trung học phổ thông")
    reach(page, page.get_by_label("Số bản sao"))
    page.keyboard.type("2")
    expect(page.locator(".total")).to_contain_text("4.000 đ")
    press(page, page.get_by_role("button", name="Thêm bản chính"))
    second = page.get_by_role("group", name="Bản chính 2")
    expect(second.get_by_label("Tên bản chính")).to_be_focused()
    page.keyboard.type("Giấy khai sinh")
    expect(page.locator(".total")).to_contain_text("6.000 đ")
    keep_screen(page, "certify-opening", whole=True)
    no_axe_violations(page)
    second.get_by_label("Tên bản chính").press("Enter")

    # the capture by the camera, under the clock
    expect(page.get_by_role("heading", name="Lò Thị Bưởi")).to_be_visible()
    expect(page.get_by_label("Giờ tiếp nhận")).to_contain_text("15:00")
    press(page, page.get_by_role("button", name="Camera", exact=True))
    expect(page.get_by_role("button", name="Chụp trang này")).to_be_focused()
    expect(page.locator("video")).to_have_js_property("videoWidth", WIDTH)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ảnh rõ, dùng được.")).to_be_visible()
    keep_screen(page, "certify-capture", whole=True)
    no_axe_violations(page)
    press(page, page.get_by_label("Tôi vừa tự chụp bản chính giấy này"), "Space")
    with desk.working():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Cầm bản chính giấy, đối chiếu từng trang")).to_be_visible(timeout=WORKED_MS)

    # compared page by page; the attestation stands there as it will be printed
    expect(page.get_by_label("Lời chứng như sẽ in")).to_contain_text("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH")
    expect(page.get_by_label("Điều kiện để ký")).to_contain_text("Quyết định 1/QĐ-UBND ngày 01/7/2025")
    expect(page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính")).to_be_focused()
    expect(page.get_by_role("button", name="Phóng to")).to_be_visible()
    keep_screen(page, "certify-compare", whole=True)
    page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")
    no_axe_violations(page)
    reach(page, page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ký chứng thực")).to_be_focused()
    desk.bureau.town.clock.advance(timedelta(hours=1))
    with desk.working():
        page.keyboard.press("Enter")
        reach(page, page.get_by_label("Mật khẩu của"))
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Chờ văn thư của đơn vị đóng dấu.")).to_be_visible(timeout=WORKED_MS)
    address = page.url

    # the agency's signature, the copy is handed over, the fee is paid
    page.close()
    page = desk.enter(OFFICER)
    page.goto(address)
    with desk.working():
        press(page, page.get_by_role("button", name="Đóng dấu cơ quan"))
        expect(page.get_by_role("link", name="Tải bản sao đã ký (PDF)")).to_be_visible(timeout=WORKED_MS)
        press(page, page.get_by_role("button", name="Tạo đường dẫn tải và mã QR"))
        expect(page.get_by_role("img", name="Mã QR của đường dẫn tải")).to_be_visible()
    keep_screen(page, "certify-delivery", whole=True)
    no_axe_violations(page)
    reach(page, page.get_by_label("Số biên lai"))
    page.keyboard.type("0001234")
    page.keyboard.press("Enter")
    press(page, page.locator("#fee summary"))
    assert_a4(download(page, "In phiếu thu (PDF)", "-receipt.pdf"))

    # the second original is refused in writing, its fee is given back, and the visit ends
    page.close()
    page = desk.enter(CERTIFIER)
    page.goto(address)
    press(
        page, page.get_by_role("navigation", name="Các bản chính của phiên").get_by_role("link", name="Giấy khai sinh")
    )
    expect(page.get_by_role("button", name="Camera", exact=True)).to_be_visible()
    press(page, page.get_by_text("Từ chối chứng thực"))
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    reach(page, page.get_by_label("Lý do cụ thể"))
    page.keyboard.type("Ngày sinh bị sửa bằng bút khác mực.")
    keep_screen(page, "certify-refusal", whole=True)
    press(page, page.get_by_role("button", name="Từ chối và lập văn bản"))
    assert_a4(download(page, "In văn bản từ chối (PDF)", "-letter.pdf"))
    expect(page.locator("#fee")).to_contain_text("trả lại người yêu cầu 2.000 đ")
    press(page, page.get_by_role("button", name="Kết thúc phiên"))
    expect(page.get_by_text("phiên đã kết thúc")).to_be_visible()
    page.close()


def test_the_act_works_without_a_script_and_takes_no_upload(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    scan = tmp_path / "bản chụp.jpg"
    scan.write_bytes(paper("không script"))
    context = browser.new_context(base_url=desk.address, locale="vi-VN", viewport=DESK, java_script_enabled=False)
    page = desk.enter(CERTIFIER, context)
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
    page.get_by_text("Người yêu cầu thôi bản chính này").click()
    giving_up = page.locator("details[open]").filter(has=page.get_by_role("button", name="Thôi bản chính này"))
    giving_up.get_by_label("Lý do").fill("Người yêu cầu về.")
    giving_up.get_by_role("button").click()
    page.get_by_role("button", name="Kết thúc phiên").click()
    expect(page.get_by_text("phiên đã kết thúc")).to_be_visible()
    context.close()


def test_pages_from_the_scanners_folder_become_one_capture_that_a_token_signs(desk: Desk) -> None:
    page = desk.enter(CERTIFIER)
    address, copy = desk.waiting(pages=2)
    page.goto(address)
    # A picker is the browser's own window; the browser's own folder stands for what it would give.
    page.evaluate("() => { window.showDirectoryPicker = () => navigator.storage.getDirectory(); }")
    press(page, page.get_by_role("button", name="Thư mục máy quét"))
    press(page, page.get_by_role("button", name="Chọn thư mục"))
    expect(page.locator("[data-folder]")).to_contain_text("Đang theo dõi thư mục")
    for name in ("trang 1.jpg", "trang 2.jpg"):
        page.evaluate(SCANNED, [name, b64encode(picture(name)).decode()])
        expect(page.locator(".shots")).to_contain_text(name)
    press(page, page.get_by_label("Tôi vừa tự chụp bản chính giấy này"), "Space")
    with desk.working():
        press(page, page.get_by_role("button", name="Gửi bản chụp"))
        expect(page.get_by_label("Trang 1: đúng, đủ, rõ như bản chính")).to_be_focused(timeout=WORKED_MS)
    expect(page.get_by_role("button", name="Phóng to")).to_be_visible()  # the list's script runs
    for _ in range(2):
        page.keyboard.press("Enter")
    press(page, page.get_by_text("Ký bằng thiết bị (USB token)"))
    press(page, page.get_by_role("button", name="Ký bằng thiết bị", exact=True))
    expect(page.locator("[data-told]")).to_contain_text("Hãy đánh dấu đối chiếu đủ")
    press(page, page.get_by_label("Đủ mọi trang có thông tin"), "Space")
    press(page, page.get_by_role("button", name="Ký bằng thiết bị", exact=True))
    expect(page.locator("[data-told]")).to_contain_text("Không thấy chương trình ký trên máy này")
    with desk.agent(CERTIFIER) as pairing, desk.working():
        page.keyboard.press("Enter")
        expect(page.get_by_label("Mã ghép")).to_be_visible()
        page.get_by_label("Mã ghép").fill(pairing.code)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Chờ văn thư của đơn vị đóng dấu.")).to_be_visible(timeout=WORKED_MS)
    assert {"AttestPrepared", "AttestAnswered"} <= set(desk.bureau.events(copy))
    beside(lambda: desk.bureau.seal(copy))  # a number that is not signed to the end would keep its year open
    page.close()


def test_the_register_looks_like_the_paper_book_and_leads_to_the_copy_that_is_cancelled(
    desk: Desk, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.enter(CERTIFIER)
    wrong, right = beside(lambda: [desk.bureau.issued(DIPLOMA | {"title": name}) for name in ("Học bạ sai", "Học bạ")])
    page.goto("/books")
    no_axe_violations(page)
    press(page, page.get_by_role("link", name="SCTĐT/BS"))
    row = page.get_by_role("row").filter(has_text="Học bạ sai")
    expect(row).to_contain_text("Phạm Thị Duyệt, Chủ tịch Ủy ban nhân dân xã")
    press(page, row.get_by_role("link"))

    # cancelled by decision, with the copy in its place
    press(page, page.get_by_text("Hủy bỏ giá trị bản sao theo quyết định"))
    reach(page, page.get_by_label("Số quyết định"))
    page.keyboard.type("12/QĐ-UBND")
    reach(page, page.get_by_label("Mã tra cứu của bản thay thế"))
    page.keyboard.type(desk.bureau.find(right).code.printed)
    form = page.locator("#cancellation")
    reach(page, form.get_by_label("Lý do"))
    page.keyboard.type("Chứng thực nhầm bản chính.")
    page.evaluate("() => scrollTo(0, 0)")
    keep_screen(page, "certify-cancellation", whole=True)
    no_axe_violations(page)
    press(page, form.get_by_role("button", name="Hủy bỏ giá trị"))
    expect(page.get_by_text("Đã hủy bỏ giá trị theo Quyết định 12/QĐ-UBND")).to_be_visible()
    assert desk.bureau.shown(wrong)["state"] == "cancelled"
    press(page, page.get_by_role("link", name="Bản thay thế"))
    expect(page.locator(".subject")).to_contain_text(desk.bureau.find(right).code.printed)

    page.goto("/certifications?tab=all")
    keep_screen(page, "certify-visits")
    no_axe_violations(page)
    page.close()


def test_a_month_is_printed_and_a_year_is_closed_with_its_total_on_its_last_day(
    desk: Desk, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    clock = desk.bureau.town.clock
    today = clock().astimezone(VIETNAM_TIME)
    page = desk.enter(CERTIFIER)
    page.goto("/books")
    press(page, page.get_by_role("link", name="SCTĐT/BS"))
    reach(page, page.get_by_label("Tháng"))
    for _ in range(today.month):
        page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="Xem"))
    expect(page.locator(".book")).to_contain_text(f"Tháng {today.month} năm {today.year}")
    keep_screen(page, "certify-book")
    no_axe_violations(page)
    assert_a4(download(page, "In tháng này (PDF)", ".pdf"), across=True)
    assert_a4(page.pdf(prefer_css_page_size=True), across=True)
    entries = page.locator(".book tbody tr").count()

    press(page, page.get_by_text("Khóa sổ năm").first)
    press(page, page.get_by_role("button", name="Khóa sổ năm"))
    expect(page.get_by_role("alert")).to_contain_text("31/12")
    page.close()
    clock.now = today.replace(month=12, day=31)
    page = desk.enter(CERTIFIER)
    page.goto(f"/books/{desk.bureau.book}")
    press(page, page.get_by_text("Khóa sổ năm").first)
    press(page, page.get_by_role("button", name="Khóa sổ năm"))
    expect(page.locator(".closing")).to_contain_text(f"Sổ đã khóa ngày 31/12/{today.year}: tổng số {entries}")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    keep_screen(page, "certify-year")
    page.close()


def download(page: Page, name: str, ending: str) -> bytes:
    """Follow a link by keyboard to the file that it downloads."""
    with page.expect_download() as taken:
        press(page, page.get_by_role("link", name=name))
    told: Download = taken.value
    assert told.suggested_filename.endswith(ending)
    return told.path().read_bytes()


def assert_a4(pdf: bytes, *, across: bool = False) -> None:
    """Hold that every sheet is A4, upright or across."""
    side = sorted((595, 842), reverse=across)
    with pikepdf.open(io.BytesIO(pdf)) as made:
        for sheet in made.pages:
            assert [float(sheet.mediabox[n]) for n in (2, 3)] == pytest.approx(side, abs=1.5)
