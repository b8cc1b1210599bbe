"""The work list in a real browser: filters in the address, views, keyboard, search; and the page of a job."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.auth import cookie_name
from digitize.errors import EngineFailed
from storage import leases
from storage.outbox import Lane
from tests.browser.plugin import DESK, KeepScreen, NoViolations, Served
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, open_town

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def town(settled: Settled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Six documents: one waits to be read, and its reading has failed once; the others wait for the clerk."""
    folder = tmp_path_factory.mktemp("list") / "data"
    opened = open_town(shutil.copytree(settled.folder, folder), settled.tokens, secure_cookies=False)
    for number in range(1, 7):
        opened.dossier(f"H99-210312-{number:04d}")
        document = opened.upload(opened.visitor("canbo"), f"H99-210312-{number:04d}")
        if number > 1:
            opened.read(document)
        opened.clock.advance(timedelta(minutes=1))
    yield opened
    opened.parts.storage.close()


@pytest.fixture(scope="module")
def context(town: Town, browser: Browser, served: Served) -> Iterator[BrowserContext]:
    with served(town.app) as address:
        opened = browser.new_context(locale="vi-VN", base_url=address, viewport=DESK)
        opened.set_default_timeout(60_000)
        opened.add_cookies([{"name": cookie_name(town.parts.settings), "value": town.tokens["canbo"], "url": address}])
        yield opened
        opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    yield opened
    opened.close()


def send(page: Page, action: str, document: str) -> None:
    """Send the list's form as a browser without scripts does."""
    page.evaluate(
        """([action, document]) => {
            const form = Object.assign(window.document.createElement("form"), { method: "post", action });
            form.append(Object.assign(window.document.createElement("input"), { name: "documents", value: document }));
            window.document.body.append(form);
            form.submit();
        }""",
        [action, document],
    )
    expect(page.get_by_role("heading", name="Nhập lại mật khẩu để ký")).to_be_visible()


def come_in(page: Page, town: Town, username: str) -> None:
    """Let another person sit down at the browser."""
    cookie = {"name": cookie_name(town.parts.settings), "value": town.tokens[username], "url": page.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dictionary
    page.goto("/find")


def test_filters_stand_in_the_address_and_a_view_is_kept_and_removed(
    page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("Chờ tôi 5")).click()
    page.get_by_text("Lọc thêm và lưu khung nhìn").click()
    page.get_by_label("Mã hồ sơ").fill("H99-210312-0003")
    page.get_by_label("Nhận từ ngày").fill("22/11/2021")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page).to_have_url(re.compile(r"state=mine&dossier=H99-210312-0003.*&first=22%2F11%2F2021"))
    expect(page.get_by_label("Nhận từ ngày")).to_have_value("22/11/2021")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Lưu lọc này với tên").fill("Hồ sơ ba")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.goto("/")
    page.get_by_role("link", name="Hồ sơ ba").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    keep_screen(page, "work-list-view")
    no_axe_violations(page)
    page.get_by_role("button", name="Xóa khung nhìn Hồ sơ ba").click()
    expect(page.get_by_role("link", name="Hồ sơ ba")).to_have_count(0)
    page.goto("/?first=23/11/2021")
    expect(page.get_by_text("Không có văn bản nào ở đây")).to_be_visible()


def test_the_list_is_worked_through_by_keyboard_in_three_densities(page: Page, keep_screen: KeepScreen) -> None:
    page.goto("/?state=to_check")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("x")
    first = page.locator("tbody tr").first
    expect(first.locator("[type=checkbox]")).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text("1 đã chọn")
    keep_screen(page, "work-list")
    page.get_by_role("link", name="Có ảnh").click()
    expect(page.locator("tbody img").first).to_be_visible()
    page.goto("/")
    expect(page.locator("table.pictures")).to_be_visible()
    page.get_by_role("link", name="Dày").click()
    expect(page.locator("table.close")).to_be_visible()
    page.goto("/?state=to_check&density=usual")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/review/\w+\?state=to_check"))


def test_names_are_found_with_what_agrees_set_off_and_stand_in_no_address(
    page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("Lo Van Mau")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("Lò")
    expect(page).to_have_url(re.compile(r"/find$"))
    keep_screen(page, "find")
    no_axe_violations(page)


def test_a_job_says_why_it_waits_and_is_tried_again_before_the_others(
    town: Town, page: Page, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page.goto("/?state=received")
    page.get_by_role("link", name="hệ thống xử lý").click()
    document = page.url.split("/")[-2]
    with town.parts.storage.database.write() as connection:
        lease = leases.claim(connection, document, Lane.READ, "máy đọc", town.clock(), timedelta(seconds=30))
        assert lease is not None
        leases.fail(connection, lease, EngineFailed("thiếu bộ nhớ"), town.clock())
    page.reload()
    expect(page.get_by_text("Lần trước không thành")).to_be_visible()
    keep_screen(page, "job")
    no_axe_violations(page)
    page.get_by_role("button", name="Ưu tiên").click()
    expect(page.get_by_text("được ưu tiên bởi Trần Thị Số")).to_be_visible()
    page.get_by_role("button", name="Thử lại ngay").click()
    page.goto("/")
    page.get_by_label(re.compile("Chọn H99-210312-000[12]")).first.check()
    page.get_by_label("Chọn H99-210312-0001-KQ(1)").check()
    page.get_by_role("button", name="Thử lại ngay").click()
    expect(page.get_by_text("1 văn bản được nhận, 1 văn bản không nhận.")).to_be_visible()
    no_axe_violations(page)
    page.get_by_role("link", name="Về danh sách việc").click()
    page.get_by_role("link", name="H99-210312-0006").click()
    page.get_by_role("link", name="Trang đầy đủ").click()
    no_axe_violations(page)
    page.get_by_role("link", name="Tiến trình").click()
    page.get_by_label("Lý do rút").fill("quét nhầm hồ sơ")
    page.get_by_role("button", name="Rút văn bản").click()
    expect(page.locator(".standing .state")).to_have_text("đã rút")


def test_signing_and_sealing_by_page_asks_for_the_password_and_tells_what_became_of_each(
    town: Town, page: Page, no_axe_violations: NoViolations
) -> None:
    page.goto("/sign")
    expect(page.get_by_text("Không có văn bản nào chờ ký")).to_be_visible()
    page.goto("/review?dossier=H99-0")
    expect(page.get_by_role("heading", name="Không còn văn bản chờ kiểm tra")).to_be_visible()
    no_axe_violations(page)
    page.goto("/?dossier=H99-210312-0005")
    document = page.locator("tbody [type=checkbox]").get_attribute("value")
    assert document is not None
    town.clock.advance(timedelta(minutes=20))
    send(page, "/sign", document)
    no_axe_violations(page)
    page.get_by_label("Mật khẩu của Trần Thị Số").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("bạn chưa kiểm tra văn bản này")).to_be_visible()
    no_axe_violations(page)
    come_in(page, town, "vanthu")
    send(page, "/seal-orders", document)
    page.get_by_label("Mật khẩu của Lê Văn Dấu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("0 văn bản được nhận, 1 văn bản không nhận.")).to_be_visible()
    no_axe_violations(page)
    come_in(page, town, "quantri")
    page.goto("/")
    expect(page.get_by_role("heading", name="Không có văn bản để xem")).to_be_visible()
    no_axe_violations(page)
