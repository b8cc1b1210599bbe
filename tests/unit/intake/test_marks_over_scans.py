"""A scan over which somebody drew something: its own stream stays, the marks are layers on it."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pikepdf import Array

from digitize.image.decoding import render_page
from digitize.image.encoding import Edges, few_coloured, simplified
from digitize.image.intake import Limits, open_scan
from digitize.image.pdf_layers import weight
from digitize.image.sheet import Blend, Sheet
from tests.samples import marked, scans

EXTRA_BYTES = 8 * 1024
"""What a page may weigh beyond its scan: the rest of the 12 KiB is for the text and the page itself."""

NOT_A_STRAIGHT_LINE = "difference"
"""The mark of the table that no layer which multiplies or screens can show."""

MARKS = [*marked.CONTENTS, marked.ANNOTATION]
SHOWN = [mark for mark in MARKS if mark != NOT_A_STRAIGHT_LINE]
COMMONEST = "g4"


def pairs(marks: list[str]) -> list[tuple[str, str]]:
    """Return every mark over the commonest form of scan, and every other form under the first of the marks."""
    return [(COMMONEST, mark) for mark in marks] + [(form, marks[0]) for form in marked.FORMS if form != COMMONEST]


def only_sheet(data: bytes) -> Sheet:
    return next(open_scan(data, Limits()).sheets())


@cache
def sheet_of(form: str, mark: str) -> tuple[bytes, Sheet]:
    data = marked.marked(form, mark, scans.paper())
    return data, only_sheet(data)


@pytest.mark.parametrize(("form", "mark"), pairs(SHOWN))
def test_the_scan_keeps_its_own_stream_under_a_mark(form: str, mark: str) -> None:
    pdf = pikepdf.new()
    stream = marked.FORMS[form](pdf, scans.paper()).read_raw_bytes()
    _, sheet = sheet_of(form, mark)
    assert sheet.image.data == stream
    assert sheet.layers


@pytest.mark.parametrize(("form", "mark"), pairs(SHOWN))
def test_a_mark_weighs_little(form: str, mark: str) -> None:
    _, sheet = sheet_of(form, mark)
    assert weight(sheet) <= len(sheet.image.data) + EXTRA_BYTES


@pytest.mark.parametrize(("form", "mark"), pairs(MARKS))
def test_the_reader_sees_what_a_person_sees(form: str, mark: str) -> None:
    data, sheet = sheet_of(form, mark)
    assert unlikeness(data, sheet) < 60


def unlikeness(data: bytes, sheet: Sheet) -> int:
    """Compare what a viewer shows with what is read, from so far away that half a point of shift is nothing."""
    expected = render_page(data, 0, 50)
    found = sheet.pixels if sheet.pixels.ndim == 3 else np.dstack([sheet.pixels] * 3)
    found = cv2.resize(found, expected.shape[1::-1], interpolation=cv2.INTER_AREA)
    return int(cv2.blur(cv2.absdiff(found, expected), (5, 5)).max())


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", ["595.44 0 0 841.68 0 0", "-595.44 0 0 -841.68 595.44 841.68"])
def test_a_mark_stays_in_its_place_on_a_turned_page(rotate: int, matrix: str) -> None:
    pdf = pikepdf.new()
    content = f"q {matrix} cm /Im Do Q 0 0 1 rg 40 700 120 60 re f".encode()
    scans.add_page(pdf, content, {"Im": marked.g4(pdf, scans.paper())}, Rotate=rotate)
    data = scans.written(pdf)
    sheet = only_sheet(data)
    assert sheet.image.filter == "CCITTFaxDecode"
    upright = np.rot90(sheet.pixels, -sheet.turned // 90)
    expected = render_page(data, 0, scans.DPI)
    found = cv2.resize(np.ascontiguousarray(upright), expected.shape[1::-1])
    blue = [(pixels[..., 0] > 180) & (pixels[..., 2] < 80) for pixels in (expected, found)]
    assert (blue[0] & blue[1]).sum() > 0.95 * (blue[0] | blue[1]).sum() > 0


def test_a_mark_in_colour_keeps_its_colour() -> None:
    _, sheet = sheet_of("g4", "red number")
    blue, green, red = sheet.pixels[85, 60:600].reshape(-1, 3).mean(axis=0)
    assert red > 190
    assert max(blue, green) < 80


@pytest.mark.parametrize("form", marked.FORMS)
def test_a_mark_that_is_no_straight_line_covers_its_own_place_only(form: str) -> None:
    _, sheet = sheet_of(form, NOT_A_STRAIGHT_LINE)
    plain = only_sheet(marked.marked(form, "", scans.paper()))
    (cover,) = sheet.layers
    assert (sheet.image.data, cover.blend) == (plain.image.data, Blend.NORMAL)
    assert abs(cover.place[0] * cover.place[3]) < 0.05
    assert weight(sheet) <= weight(plain) + EXTRA_BYTES


def test_a_mark_beside_the_scan_is_rendered_with_the_page() -> None:
    pdf = pikepdf.new()
    content = b"q 595.44 0 0 600 0 0 cm /Im Do Q 1 0 0 rg 40 700 120 60 re f"
    scans.add_page(pdf, content, {"Im": scans.jpeg_object(pdf)})
    sheet = only_sheet(scans.written(pdf))
    assert not sheet.layers
    assert sheet.height_pt == pytest.approx(841.68, abs=1)


def test_a_page_too_large_to_be_rendered_finely_is_not_taken_apart() -> None:
    data = marked.marked("g4", "red number", scans.paper())
    sheet = next(open_scan(data, Limits(page_pixels=8_000_000)).sheets())
    assert not sheet.layers


def test_a_scan_that_is_painted_once_more_in_small_is_covered_there() -> None:
    pdf = pikepdf.new()
    small = b"q 200 0 0 280 200 300 cm /Im Do Q"
    scans.add_page(pdf, scans.covering() + small, {"Im": scans.jpeg_object(pdf)})
    data = scans.written(pdf)
    sheet = only_sheet(data)
    assert [layer.blend for layer in sheet.layers] == [Blend.NORMAL]
    expected = render_page(data, 0, scans.DPI)
    assert np.abs(cv2.resize(sheet.pixels, expected.shape[1::-1]).astype(int) - expected).mean() < 4


def test_what_darkens_only_needs_one_layer() -> None:
    _, sheet = sheet_of("g4", "highlight")
    assert [layer.blend for layer in sheet.layers] == [Blend.MULTIPLY]


def test_the_same_scan_gives_the_same_layers() -> None:
    data, sheet = sheet_of("jbig2", marked.ANNOTATION)
    assert only_sheet(data).layers == sheet.layers


def _drawing() -> NDArray[np.uint8]:
    pixels = np.full((200, 400, 3), 255, np.uint8)
    cv2.putText(pixels, "8256", (20, 140), cv2.FONT_HERSHEY_SIMPLEX, 4, (40, 40, 200), 12, cv2.LINE_AA)
    return pixels


def test_soft_edges_get_fewer_shades_and_a_chosen_colour_stays() -> None:
    exact = _drawing()
    counts = [len(np.unique(simplified(exact, 255, edges).reshape(-1, 3), axis=0)) for edges in Edges]
    assert counts[0] > counts[1] > counts[2] == 2
    assert (simplified(exact, 255, Edges.HARD) == (40, 40, 200)).all(axis=2).any()


def test_one_colour_on_its_ground_becomes_a_fax() -> None:
    image = few_coloured(simplified(_drawing(), 255, Edges.HARD), 255)
    assert (image.filter, image.colour_space, image.bits) == ("CCITTFaxDecode", "Indexed", 1)
    assert image.palette == bytes([255, 255, 255, 200, 40, 40])


shares = st.floats(0, 1).map(lambda share: round(share, 2))


@settings(max_examples=6, deadline=None)
@given(
    form=st.sampled_from(["g4", "jbig2", "gray_jpeg", "colour_jpeg"]),
    ink=st.tuples(shares, shares, shares),
    opacity=st.sampled_from([0.2, 0.5, 1.0]),
    box=st.tuples(st.integers(20, 300), st.integers(20, 500), st.integers(10, 250), st.integers(10, 300)),
)
def test_an_area_of_any_colour_and_opacity_weighs_little(
    form: str, ink: tuple[float, float, float], opacity: float, box: tuple[int, int, int, int]
) -> None:
    pdf = pikepdf.new()
    page = marked.marked_page(pdf, form, "", scans.paper())
    page.obj.Resources.ExtGState.Any = pikepdf.Dictionary(ca=opacity)
    drawn = f"/Any gs {' '.join(map(str, ink))} rg {' '.join(map(str, box))} re f".encode()
    page.obj.Contents = Array([page.obj.Contents, pikepdf.Stream(pdf, drawn)])
    data = scans.written(pdf)
    sheet = only_sheet(data)
    assert weight(sheet) <= len(data) + EXTRA_BYTES
    assert unlikeness(data, sheet) < 60
