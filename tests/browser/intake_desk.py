"""The intake desk with a reader behind it that sees every page and knows no letter."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np
import segno
import sqlalchemy as sa
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext

from api.auth import cookie_name
from digitize.archive.capture import Capture
from digitize.image.limits import Limits
from digitize.model import Digitized
from digitize.page_plan import JoinedScans
from digitize.route import digitize
from digitize.text.engine import Extent, RawWord
from storage.outbox import Lane
from storage.tables import outbox
from tests.browser.plugin import DESK, serve
from tests.door.plugin import Settled
from tests.door.town import LINES, PAGE_HEIGHT, PAGE_WIDTH, Town, open_town
from workers.attempt import Post
from workers.compose import open_post
from workers.reading import read_document

_PRINT, _FONT = (ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf", size) for size in (34, 420))


class Blind:
    """A recogniser that finds no word."""

    name = "none"

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:  # noqa: ARG002  # the port has them
        return ()


class Reader:
    """Reads in this process, with the route of the house."""

    def digitize(
        self, scan: BinaryIO, capture: Capture, *, cleared: bool, joined: JoinedScans | None = None
    ) -> tuple[Digitized, BinaryIO | None]:
        archive = io.BytesIO()
        found = digitize(scan.read(), capture, Blind(), Limits(), archive, cleared=cleared, joined=joined)
        archive.seek(0)
        return found, archive

    def verify(self, *_: object) -> NoReturn:
        raise AssertionError("nothing signed comes here")


@dataclass(frozen=True, slots=True)
class IntakeDesk:
    """The town, its address, and the worker that reads."""

    town: Town
    address: str
    browser: Browser
    post: Post

    def context(self, username: str = "canbo", **options: object) -> BrowserContext:
        """Open a browser in which a person is logged in."""
        told: dict[str, object] = {"viewport": DESK} | options
        context = self.browser.new_context(locale="vi-VN", base_url=self.address, **told)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        name = cookie_name(self.town.parts.settings)
        context.add_cookies([{"name": name, "value": self.town.tokens[username], "url": self.address}])
        return context

    def work(self) -> None:
        """Let the reading worker do all that waits for it."""
        read_all(self.post)


def read_all(post: Post) -> None:
    """Read whatever waits to be read."""
    with post.storage.database.read() as connection:
        waiting = connection.execute(sa.select(outbox.c.subject_id).where(outbox.c.lane == Lane.READ)).scalars().all()
    for document in waiting:
        read_document(post, Reader(), document)


def post_of(town: Town) -> Post:
    """Set a worker behind a town, with the town's clock."""
    post = open_post(town.parts.settings)
    return Post(post.storage, town.clock, post.holder, post.lease_duration, post.meter)


@contextmanager
def open_intake(settled: Settled, folder: Path, browser: Browser) -> Iterator[IntakeDesk]:
    """Serve a town of its own, and set a worker behind it."""
    data = shutil.copytree(settled.folder, folder / "data")
    town = open_town(data, settled.tokens, secure_cookies=False)
    with serve(town.app) as address:
        yield IntakeDesk(town, address, browser, post_of(town))
    town.parts.storage.close()


def film_of(code: str, place: Path) -> str:
    """Give the arguments by which Chromium's camera sees a QR code: a film of two frames."""
    frame = io.BytesIO()
    view = Image.new("RGB", (640, 480), "white")
    drawn = io.BytesIO()
    segno.make_qr(code).save(drawn, kind="png", scale=10)
    view.paste(Image.open(drawn).convert("RGB"), (140, 60))
    view.save(frame, "JPEG", quality=90)
    place.write_bytes(frame.getvalue() * 2)
    return f"--use-file-for-fake-video-capture={place}"


def heavy(scan: bytes, size: int) -> bytes:
    """Make a JPEG weigh so many bytes and more, by comments in it; its picture stays as it was."""
    comment = b"\xff\xfe\xff\xff" + bytes(0xFFFF - 2)
    return scan[:2] + comment * (size // len(comment) + 1) + scan[2:]


@cache
def sheet(mark: str, width: int = 1654, height: int = 2339, kind: str = "JPEG") -> bytes:
    """Draw a page of 200 dpi with one large mark on it."""
    image = Image.new("RGB", (width, height), "#fdfcf8")
    pen = ImageDraw.Draw(image)
    for text, left, top in LINES:
        pen.text((left * width // PAGE_WIDTH, top * height // PAGE_HEIGHT), text, fill="#1b1b1b", font=_PRINT)
    pen.text((width // 2, height * 3 // 5), mark, fill="#1b1b1b", font=_FONT, anchor="mm")
    told = io.BytesIO()
    image.save(told, kind, quality=80, dpi=(200, 200))
    return told.getvalue()


def sha256(data: bytes) -> str:
    """Name bytes as the browser must."""
    return hashlib.sha256(data).hexdigest()
