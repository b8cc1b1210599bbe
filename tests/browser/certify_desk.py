"""The certification desk before a browser: the bureau with real workers, keys and mail, a camera over a paper."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import BrowserContext, Locator, Page

from api.auth import cookie_name
from digitize.attest.clock import state_calendar
from digitize.sign.keys import open_pkcs12
from digitize.targets import VIETNAM_TIME
from storage import people
from tests.door.bureau import DIPLOMA, Bureau
from tests.door.town import Town
from workers.agent_listener import Listener, Pairing
from workers.agent_server import listening

T = TypeVar("T")

SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
WIDTH, HEIGHT = 1654, 2340
"""A4 at 200 dpi."""
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

    def enter(self, username: str, context: BrowserContext | None = None) -> Page:
        """Open a page as somebody who logged in this morning and gave their password just now."""
        window = context or self.context
        self.bureau.town.renew_sessions()
        self.bureau.prove()
        token = self.town.tokens[username]
        window.add_cookies([{"name": cookie_name(self.town.parts.settings), "value": token, "url": self.address}])
        return window.new_page()

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


def film(scan: bytes) -> bytes:
    """Return what a camera over a paper sees, twice a second, as uncompressed video (YUV4MPEG2, 4:2:0)."""
    with Image.open(io.BytesIO(scan)) as image:
        luma, blue, red = image.convert("YCbCr").split()
    half = (image.width // 2, image.height // 2)
    frame = b"FRAME\n" + b"".join(plane.tobytes() for plane in (luma, blue.resize(half), red.resize(half)))
    return f"YUV4MPEG2 W{image.width} H{image.height} F2:1 Ip A1:1 C420jpeg\n".encode() + frame


def to_a_morning(bureau: Bureau) -> None:
    """Let it be 9:40 of the next day on which offices work and no year can be closed."""
    clock, calendar = bureau.town.clock, state_calendar()
    local = clock().astimezone(VIETNAM_TIME).replace(hour=9, minute=40, second=0, microsecond=0) + timedelta(days=1)
    while not calendar.works(local.date()) or (local.month, local.day) == (12, 31):
        local += timedelta(days=1)
    clock.now = local


def reach(page: Page, target: Locator) -> None:
    """Go to something with the Tab key alone, as who has no mouse.

    Raises:
        AssertionError: it is not on the way.
    """
    for _ in range(90):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to something by Tab and press a key on it."""
    reach(page, target)
    page.keyboard.press(key)
