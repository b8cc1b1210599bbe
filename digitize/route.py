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
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitize.archive import ArchiveWriter, Capture
from digitize.image.cleaning import WorkingCopy, working_copy
from digitize.image.ink import as_gray
from digitize.image.intake import open_scan
from digitize.image.limits import Limits
from digitize.image.orientation import Upright, prove_upright, stand_upright
from digitize.image.preview import preview
from digitize.image.quality import inspect
from digitize.image.sheet import Sheet
from digitize.image.skew import measure_skew
from digitize.mapped import Content
from digitize.model import Digitized, Finding, Nature, Page, Preview, Reading
from digitize.text.engine import OcrEngine, RawWord
from digitize.text.layout import blocks
from digitize.text.placing import lines_on_page
from digitize.text.recognition import complete, legibility, reads_upright
from digitize.understand import understand


def digitize(
    data: Content, capture: Capture, engine: OcrEngine, limits: Limits, archive: BinaryIO, *, cleared: bool = False
) -> Digitized:
    """Read a scan and make its archive file.

    Args:
        data: the received bytes.
        capture: what is certain of the scan: it goes into the archive file.
        engine: the recogniser.
        limits: what the file may ask of the decoders.
        archive: takes the two-layer PDF/A-2b with both signature fields empty, once all is read; nothing is written
            unless the nature is ``scan`` and no secrecy mark was found.
        cleared: a supervisor looked at the paper's secrecy mark and found it to be none.

    Raises:
        DocumentAtFault: the file is empty, unknown, damaged, locked or too large.
        EngineFailed: the recogniser failed on a good page.
    """
    scan = open_scan(data, limits)
    writer = ArchiveWriter(capture)
    pages: list[Page] = []
    findings: list[Finding] = []
    previews: list[Preview] = []
    for sheet in scan.sheets():
        page, faithful, remarks = read_sheet(sheet, engine)
        pages.append(page)
        findings += remarks
        previews.append(preview(page, faithful))
        if scan.nature is Nature.SCAN:
            writer.add(sheet, page)
    understood = understand(pages)
    reading = Reading(
        nature=scan.nature,
        media_type=scan.media_type,
        source_sha256=hashlib.sha256(data).hexdigest(),
        pages=tuple(pages),
        kind=understood.kind,
        fields=understood.fields,
        findings=tuple(findings),
        secrecy=understood.secrecy,
        engine=engine.name,
    )
    if understood.secrecy is not None and not cleared:
        return Digitized(reading, previews=())
    if scan.nature is Nature.SCAN:
        writer.finish(archive)
    return Digitized(reading, tuple(previews))


def read_sheet(sheet: Sheet, engine: OcrEngine) -> tuple[Page, NDArray[np.uint8], tuple[Finding, ...]]:
    """Turn a sheet upright, read it, and return the page, its faithful picture and what is to say of its quality."""

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
    return page, upright.pixels, inspect(upright.pixels, upright.ink, sheet.dpi, look.skew, sheet.number)


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
