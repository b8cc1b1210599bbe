"""The plain pages, used by a person with a browser in which no script runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.plugin import LogIn, serve
from tests.door.town import Town, open_town, picture


@pytest.fixture
def desk(town: Town, browser: Browser) -> Iterator[tuple[Town, Page]]:
    """A clerk's desk: the town over plain HTTP on loopback, and a browser without scripts."""
    opened = open_town(town.parts.settings.data, town.tokens, town.clock, secure_cookies=False)
    with serve(opened.app) as address:
        context = browser.new_context(java_script_enabled=False, locale="vi-VN", base_url=address)
        context.set_default_timeout(60_000)  # the machine has other work
        yield opened, context.new_page()
        context.close()


def test_a_clerk_and_an_officer_take_a_scan_to_the_seal_by_page(
    desk: tuple[Town, Page], log_in: LogIn, tmp_path: Path
) -> None:
    town, page = desk
    town.dossier("H99-1")
    scan = tmp_path / "bản quét.jpg"
    scan.write_bytes(picture("a"))

    log_in(page, "canbo")
    page.get_by_role("link", name="Tiếp nhận").click()
    page.get_by_label("Mã hồ sơ").fill("H99-1")
    page.get_by_role("button", name="Mở hồ sơ").click()
    expect(page.get_by_text("Phải số hóa", exact=True)).to_be_visible()
    page.get_by_label("Chọn tệp từ máy").set_input_files(scan)
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("đã nhận, chờ đọc")).to_be_visible()
    document = page.url.rsplit("/", 1)[1]

    town.read(document)
    with page.expect_response(lambda answer: "/previews/1" in answer.url) as picture_answer:
        page.reload()
    assert picture_answer.value.status == 200
    marked, paper = page.locator("#mark-number").bounding_box(), page.locator("#page-1 svg").bounding_box()
    assert marked is not None
    assert paper is not None
    assert paper["x"] < marked["x"] < paper["x"] + paper["width"] / 2, "the number stands left on the picture"
    assert paper["y"] < marked["y"] < paper["y"] + paper["height"] / 4, "and in its upper part"
    expect(page.locator("#field-number.doubtful")).to_contain_text("tin cậy 62 %")
    expect(page.get_by_text("dưới 200 dpi")).to_be_visible()
    for box in ("Đủ trang", "Đúng thứ tự", "Rõ chữ"):
        page.get_by_label(box).check()
    page.get_by_role("button", name="Ký bản chụp").click()
    expect(page.get_by_text("đang ký bản chụp")).to_be_visible()

    town.sign_capture(document)
    page.reload()
    page.get_by_label("Số, ký hiệu").fill("16/QĐ-UBND")
    page.get_by_role("button", name="Xác nhận dữ liệu").click()
    expect(page.get_by_text("đã xác nhận, chờ đóng dấu")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()

    log_in(page, "vanthu")
    page.get_by_label("Chọn H99-1-KQ(1)").check()
    page.get_by_role("button", name="Yêu cầu đóng dấu các văn bản đã chọn").click()
    expect(page.get_by_text("1 văn bản được nhận, 0 văn bản không nhận")).to_be_visible()

    town.seal(document)
    town.publish(document)
    page.goto(f"/documents/{document}")
    expect(page.get_by_text("16/QĐ-UBND", exact=True)).to_be_visible()
    expect(page.locator(".verdict.valid")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bản đã đóng dấu").click()
    assert download.value.suggested_filename == f"{document}-sealed.pdf"
