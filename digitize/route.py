"""The route of a document through ``digitize``: the only place that knows the order of the stages.

    bytes ─ open_scan ─▶ sheet ─ stand_upright ─▶ faithful page ─ working_copy ─▶ recognise ─▶ lines ─ blocks ─▶ Page
                           │                            │                                                        │
                           └──────── ArchiveWriter ◀────┼────────────────────────────────────────────────────────┤
                                          │          previews                                             understand
                                          ▼                                                                      ▼
                                      PDF/A-2b                                           kind, fields, secrecy mark

Nothing here touches a disk, a network or a clock. A page is decoded once and let go before the next one is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitize.archive import ArchiveWriter, Capture
from digitize.image.arranged import open_arranged
from digitize.image.cleaning import WorkingCopy, working_copy
from digitize.image.ink import as_gray
from digitize.image.intake import open_scan
from digitize.image.limits import Limits
from digitize.image.orientation import Upright, prove_upright, stand_upright
from digitize.image.preview import preview
from digitize.image.quality import inspect
from digitize.image.sheet import Sheet
from digitize.image.skew import measure_skew
from digitize.image.stamps import stamps_on
from digitize.mapped import Content
from digitize.model import Digitized, Finding, Nature, Page, Preview, Reading
from digitize.page_plan import JoinedScans
from digitize.text.engine import Extent, OcrEngine, RawWord
from digitize.text.layout import blocks
from digitize.text.placing import lines_on_page
from digitize.text.recognition import SURE, complete, legibility, reads_upright
from digitize.understand import understand
from digitize.understand.secrecy import may_be_garbled


def digitize(
    data: Content, capture: Capture, engine: OcrEngine, limits: Limits, archive: BinaryIO, *, cleared: bool = False,
    joined: JoinedScans | None = None,
) -> Digitized:  # fmt: skip
    """Read a scan and make its archive file.

    Args:
        data: the received bytes.
        capture: what is certain of the scan: it goes into the archive file.
        engine: the recogniser.
        limits: what the file may ask of the decoders.
        archive: takes the two-layer PDF/A-2b with both signature fields empty, once all is read; nothing is written
            unless the nature is ``scan`` and no secrecy mark was found.
        cleared: a supervisor looked at the paper's secrecy mark and found it to be none.
        joined: how ``data`` is made of several scans whose pages a person has arranged; None: it is one scan.

    Raises:
        DocumentAtFault: the file is empty, unknown, damaged, locked or too large.
        EngineFailed: the recogniser failed on a good page.
    """
    scan, origins = (open_scan(data, limits), ()) if joined is None else open_arranged(data, joined, limits)
    writer = ArchiveWriter(capture)
    pages: list[Page] = []
    stamped: list[str] = []
    findings: list[Finding] = []
    previews: list[Preview] = []
    for sheet in scan.sheets():
        read = read_sheet(sheet, engine)
        pages.append(read.page)
        stamped += read.stamped
        findings += read.findings
        previews.append(preview(read.page, read.pixels))
        if scan.nature is Nature.SCAN:
            writer.add(sheet, read.page)
    understood = understand(pages, stamped)
    reading = Reading(
        nature=scan.nature,
        media_type=scan.media_type,
        source_sha256=hashlib.sha256(data).hexdigest() if joined is None else capture.source_sha256,
        pages=tuple(pages),
        kind=understood.kind,
        fields=understood.fields,
        findings=tuple(findings),
        secrecy=understood.secrecy,
        engine=engine.name,
    )
    if understood.secrecy is not None and not cleared:
        return Digitized(reading, previews=(), origins=origins)
    if scan.nature is Nature.SCAN:
        writer.finish(archive)
    return Digitized(reading, tuple(previews), origins)


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that stands upright and was read."""

    page: Page
    """What was read on it."""
    pixels: NDArray[np.uint8]
    """The faithful picture, gray or BGR."""
    findings: tuple[Finding, ...]
    """What is to say of its quality."""
    stamped: tuple[str, ...]
    """What was read on each small stamp by itself; it stands nowhere in the page's text."""


def read_sheet(sheet: Sheet, engine: OcrEngine) -> ReadSheet:
    """Turn a sheet upright and read it, its small stamps by themselves."""

    def judge(strip: NDArray[np.uint8], dpi: int) -> float:
        return legibility(engine, as_gray(strip), dpi)

    upright = stand_upright(sheet, judge)
    look = _first_look(upright, sheet.dpi, engine)
    if not upright.proved and not reads_upright(look.words):
        proved = prove_upright(upright, sheet.dpi, judge)
        if proved.rotation != upright.rotation:
            upright, look = proved, _first_look(proved, sheet.dpi, engine)
    copy = look.copy
    words = complete(engine, look.words, copy.gray, copy.black, copy.dpi)
    height, width = upright.pixels.shape[:2]
    lines = lines_on_page(words, copy.to_page, width, height)
    page = Page(
        number=sheet.number, width=width, height=height, dpi=sheet.dpi, rotation=upright.rotation, skew=look.skew,
        blocks=blocks(lines),
    )  # fmt: skip
    findings = inspect(upright.pixels, upright.ink, sheet.dpi, look.skew, sheet.number)
    return ReadSheet(page, upright.pixels, findings, _stamped(words, copy, sheet.dpi, engine))


def _stamped(words: Sequence[RawWord], copy: WorkingCopy, dpi: int, engine: OcrEngine) -> tuple[str, ...]:
    """Read the stamps of a page by themselves; its layout analysis drops or garbles them, framed ones in every ink."""
    lines: dict[int, list[RawWord]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    read, doubted = [], []
    for line in lines.values():
        garbled = may_be_garbled(" ".join(word.text for word in line))
        for word in line:
            if garbled:
                doubted.append((word.left, word.top, word.right, word.bottom))
            elif word.confidence >= SURE:
                read.append((word.left, word.top, word.right, word.bottom))
    pieces = stamps_on(copy, dpi, read, doubted)
    return tuple(" ".join(word.text for word in engine.recognise(piece, copy.dpi, Extent.LINE)) for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Look:
    """The first look at a page that stands in one direction."""

    words: tuple[RawWord, ...]
    """In pixels of the working copy."""
    copy: WorkingCopy
    """What was looked at."""
    skew: float
    """Degrees."""


def _first_look(upright: Upright, dpi: int, engine: OcrEngine) -> _Look:
    skew = measure_skew(upright.ink)
    copy = working_copy(upright.pixels, skew, dpi)
    return _Look(engine.recognise(copy.gray, copy.dpi), copy, skew)
