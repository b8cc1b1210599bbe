"""A page that its scanner stored in strips or tiles: each keeps its own stream, and reading sees one page."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Dictionary, Name
from PIL import Image

from digitize.archive import ArchiveWriter, Capture
from digitize.image.decoding import render_page
from digitize.image.intake import Limits, open_scan
from digitize.image.sheet import Blend, Sheet
from digitize.model import Nature, Page
from digitize.route import digitize
from digitize.text.engine import default_engine
from tests.samples import marked, scans, strips
from tests.verapdf.plugin import PdfaJudge

CAPTURE = Capture("01JD8ZK7", datetime(2026, 11, 22, tzinfo=UTC), "ab" * 32)
PAGE = scans.paper()
GREEN = PAGE[..., 1]
TWO_TONES = np.where(GREEN > 140, 255, 0).astype(np.uint8)
WIDTH, HEIGHT = scans.A4
TILES = [(0, 0, 400, 600), (400, 0, WIDTH, 600), (0, 600, 400, HEIGHT), (400, 600, WIDTH, HEIGHT)]
RED_NUMBER = marked.CONTENTS["red number"]
REMARK = struct.pack(">IBBBI", 9, 62, 0, 0, 9) + struct.pack(">I", 0x20000000) + b"a\0b\0\0"
"""A segment that JBIG2 pictures share and that draws nothing (ITU-T T.88, 7.4.15)."""
INVERTED = b"/Odd gs 1 1 1 rg 60 640 200 30 re f\n"


def only_sheet(data: bytes) -> Sheet:
    scan = open_scan(data, Limits())
    assert scan.nature is Nature.SCAN
    return next(scan.sheets())


def streams_of(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pictures = pdf.pages[0].Resources.XObject
        return [pictures[f"/S{number}"].read_raw_bytes() for number in range(len(pictures))]


@pytest.mark.parametrize("form", ["g4", "jbig2", "gray_jpeg", "colour_jpeg"])
@pytest.mark.parametrize("cuts", [strips.rows_of(PAGE, 64), strips.rows_of(PAGE, 700), TILES])
def test_every_piece_keeps_its_own_stream_and_reading_sees_one_page(form: str, cuts: list[strips.Cut]) -> None:
    data = strips.striped(form, PAGE, cuts)
    sheet = only_sheet(data)
    assert [layer.image.data for layer in sheet.layers] == streams_of(data)
    assert {layer.blend for layer in sheet.layers} == {Blend.NORMAL}
    assert (sheet.dpi, sheet.pixels.shape[:2]) == (scans.DPI, (HEIGHT, WIDTH))
    expected = {"gray_jpeg": GREEN, "colour_jpeg": PAGE}.get(form, TWO_TONES)
    assert np.abs(sheet.pixels.astype(int) - expected).mean() < (3 if "jpeg" in form else 1e-9)


STAMP = b"0.8 0.1 0.1 rg 60 400 120 60 re f"


@pytest.mark.parametrize(("degrees", "over"), [(90, STAMP), (180, b""), (270, b"")])
def test_turned_pieces_stand_in_their_places(degrees: int, over: bytes) -> None:
    data = strips.striped("colour_jpeg", PAGE, strips.rows_of(PAGE, 300), degrees, over)
    sheet = only_sheet(data)
    assert (sheet.turned, sheet.pieces, len(sheet.layers) > 4) == (degrees, 4, bool(over))
    upright = np.ascontiguousarray(np.rot90(sheet.pixels, -sheet.turned // 90))
    expected = render_page(data, 0, scans.DPI)
    found = cv2.resize(upright, expected.shape[1::-1])
    assert np.abs(found.astype(int) - expected).mean() < 4


def test_a_page_of_very_many_strips_is_read_without_loss() -> None:
    sheet = only_sheet(strips.striped("g4", PAGE, strips.rows_of(PAGE, 16)))
    assert sheet.pieces == len(sheet.layers) == 74
    assert np.array_equal(sheet.pixels, TWO_TONES)


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(strips.rows_of(PAGE, 2), id="more than any scanner makes"),
        pytest.param([(0, 0, WIDTH, 500), (0, 600, WIDTH, HEIGHT)], id="a gap between them"),
        pytest.param([(0, 0, 300, 300), (400, 700, WIDTH, HEIGHT)], id="two photographs"),
    ],
)
def test_pictures_that_are_not_one_scan_are_rendered_with_the_page(cuts: list[strips.Cut]) -> None:
    data = strips.striped("colour_jpeg", PAGE, cuts)
    sheet = next(open_scan(data, Limits()).sheets())
    assert not sheet.layers
    expected = render_page(data, 0, scans.DPI)
    assert np.abs(cv2.resize(sheet.pixels, expected.shape[1::-1]).astype(int) - expected).mean() < 4


def test_pieces_that_are_more_than_a_page_may_have_are_rendered() -> None:
    data = strips.striped("g4", PAGE, strips.rows_of(PAGE, 600))
    sheet = next(open_scan(data, Limits(page_pixels=800_000)).sheets())
    assert not sheet.layers
    assert sheet.pixels.size <= 800_000


def test_a_mark_that_is_no_straight_line_covers_only_its_own_place() -> None:
    pdf = pikepdf.new()
    page = strips.strip_page(pdf, "g4", PAGE, strips.rows_of(PAGE, 100), over=INVERTED)
    page.obj.Resources.ExtGState = Dictionary(Odd=Dictionary(BM=Name.Difference))
    data = scans.written(pdf)
    sheet = only_sheet(data)
    covers = sheet.layers[sheet.pieces :]
    assert [layer.blend for layer in covers] == [Blend.NORMAL]
    assert covers[0].image.bits == 1
    assert abs(covers[0].place[0] * covers[0].place[3]) < 0.05
    expected = render_page(data, 0, scans.DPI)[..., 1]
    assert np.abs(cv2.resize(sheet.pixels, expected.shape[1::-1]).astype(int) - expected).mean() < 2


def test_symbols_that_many_pictures_share_are_written_once() -> None:
    pdf = pikepdf.new()
    symbols = pdf.make_indirect(pikepdf.Stream(pdf, REMARK))
    for height in (HEIGHT, 1000):
        picture = marked.jbig2(pdf, PAGE[:height])
        picture.DecodeParms = Dictionary(JBIG2Globals=symbols)
        scans.add_page(pdf, scans.covering(), {"Im": picture})
    made = pikepdf.open(io.BytesIO(archived(scans.written(pdf))))
    assert len({page.Resources.XObject.Im.DecodeParms.JBIG2Globals.objgen for page in made.pages}) == 1


def archived(data: bytes) -> bytes:
    writer = ArchiveWriter(CAPTURE)
    for sheet in open_scan(data, Limits()).sheets():
        height, width = sheet.pixels.shape[:2]
        writer.add(sheet, Page(sheet.number, width, height, sheet.dpi, sheet.turned, 0.0, ()))
    return scans.finished(writer)


def fine_page() -> NDArray[np.uint8]:
    """Return the page as an office scanner for black and white sees it: A4 at 300 dpi."""
    large = Image.fromarray(GREEN).resize((2480, 3508), Image.Resampling.BICUBIC)
    return np.where(np.asarray(large) > 140, 255, 0).astype(np.uint8)


def test_the_route_archives_strips_under_a_red_number_hardly_larger_and_complying(pdfa_verdict: PdfaJudge) -> None:
    page = fine_page()
    data = strips.striped("g4", page, strips.rows_of(page, 128), over=RED_NUMBER)
    file = io.BytesIO()
    read = digitize(data, CAPTURE, default_engine(), Limits(), file).reading
    archive = file.getvalue()
    assert "Ủy ban nhân dân xã" in read.pages[0].text
    assert len(archive) - len(data) <= 16 * 1024 + 12 * 1024
    with pikepdf.open(io.BytesIO(archive)) as pdf:
        kept = {picture.read_raw_bytes() for picture in pdf.pages[0].Resources.XObject.values()}
    assert set(streams_of(data)) <= kept
    seen, made = (cv2.blur(render_page(pdf, 0, 100), (9, 9)) for pdf in (data, archive))
    assert int(cv2.absdiff(cv2.resize(made, seen.shape[1::-1]), seen).max()) < 60
    verdict = pdfa_verdict(archive)
    assert verdict.compliant, verdict
