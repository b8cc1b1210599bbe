"""The public page, used by a stranger with a browser in which no script runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from digitize.model import Verdict
from storage import verifying
from tests.acceptance.test_verifying_door import PDF, UNIT, publish, report
from tests.browser.test_plain_page import browser, served
from tests.door.town import Town, open_town

__all__ = ["browser"]


@pytest.fixture
def street(town: Town, browser: Browser) -> Iterator[tuple[Town, Page]]:
    """A town that publishes, and a stranger's browser before its door."""
    opened = open_town(town.parts.settings.data, town.tokens, town.clock, secure_cookies=False)
    publish(opened, PDF)
    with served(opened) as address:
        context = browser.new_context(java_script_enabled=False, locale="vi-VN", base_url=address)
        context.set_default_timeout(15_000)
        yield opened, context.new_page()
        context.close()


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


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_a_stranger_chooses_a_file_and_reads_one_sentence(
    street: tuple[Town, Page], tmp_path: Path, size: tuple[int, int]
) -> None:
    town, page = street
    file, wrong = tmp_path / "quyết định.pdf", tmp_path / "trang.pdf"
    file.write_bytes(PDF)
    wrong.write_bytes(b"<!DOCTYPE html><html>404</html>")
    page.set_viewport_size({"width": size[0], "height": size[1]})

    page.goto("/login")
    page.get_by_role("link", name="Kiểm tra một văn bản điện tử").click()
    page.get_by_label("Tệp cần kiểm tra").set_input_files(wrong)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không phải PDF")

    page.get_by_label("Tệp cần kiểm tra").set_input_files(file)
    with worker(town, Verdict.VALID):
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
        expect(page.get_by_role("heading", name="Hợp lệ")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(f"tệp là bản đã công bố của {UNIT}; còn hiệu lực.")
    expect(page.get_by_text("Thuật toán")).to_be_hidden()
    page.get_by_text("Chữ ký 1").click()
    expect(page.get_by_text("Thuật toán")).to_be_visible()
    widest = page.locator(".card").evaluate_all(
        "all => Math.max(...all.map(each => each.getBoundingClientRect().right))"
    )
    assert widest <= size[0]
