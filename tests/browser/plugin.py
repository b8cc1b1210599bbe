"""A real Chromium before the application, served over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.door.town import PASSWORD

AXE = Path(__file__).with_name("axe-4.14.1.min.js")
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
"""axe's tags of WCAG 2.1 AA."""

expect.set_options(timeout=60_000)  # the machine may have other work

Served = Callable[[FastAPI], AbstractContextManager[str]]
LogIn = Callable[[Page, str], None]
NoViolations = Callable[[Page], None]
KeepScreen = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--screens`` draws the pictures of the guides anew."""
    parser.addoption("--screens", action="store_true", help="write docs/screens/*.png anew")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests."""
    with chromium() as opened:
        yield opened


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Start Chromium with more arguments than any test needs."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage", *more]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def served() -> Served:
    """``served(app)`` is a context manager: the address of an application on loopback."""
    return serve


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an application over real HTTP on loopback; its cookies must not be for TLS only."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    # "localhost", since a browser takes passkeys from names only, never from a bare address.
    yield f"http://localhost:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="session")
def log_in() -> LogIn:
    """``log_in(page, username)`` by the form, as a person does."""

    def enter(page: Page, username: str) -> None:
        page.goto("/login")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        page.wait_for_load_state()

    return enter


@pytest.fixture(scope="session")
def no_axe_violations() -> NoViolations:
    """``no_axe_violations(page)``: none of WCAG 2.1 AA, in light and dark, on a desk's screen and on a phone.

    On neither is the page wider than the screen.
    """

    def check(page: Page) -> None:
        size = page.viewport_size
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for screen in (DESK, PHONE):
                page.set_viewport_size(screen)
                widest = page.evaluate("() => document.documentElement.scrollWidth")
                assert widest <= screen["width"], f"{page.url} is {widest} px wide on a screen of {screen['width']}"
                found = _violations(page)
                assert found == [], f"{page.url}, {scheme}, {screen['width']} px:\n" + "\n".join(found)
        page.emulate_media(color_scheme="light")
        if size is not None:
            page.set_viewport_size(size)

    return check


def _violations(page: Page) -> list[str]:
    # Through the debugger, which the content security policy does not bind; the page itself stays as it is.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "tags => axe.run({ runOnly: tags, resultTypes: ['violations'] }).then(told => told.violations)"
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in page.evaluate(run, list(WCAG))
        for node in each["nodes"]
    ]


@pytest.fixture
def keep_screen(request: pytest.FixtureRequest) -> KeepScreen:
    """``keep_screen(page, "name", whole=False)`` draws docs/screens/name.png when pytest runs with ``--screens``."""

    def keep(page: Page, name: str, *, whole: bool = False) -> None:
        if request.config.getoption("--screens"):
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)

    return keep
