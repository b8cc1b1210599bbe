"""Pages of a PDF.

What one page is, is decided by what a person sees on it:

* one opaque picture, upright or turned in steps of 90°, or the strips and tiles of one, and nothing else: the pictures'
  own streams are the page. Text that is never painted (an old OCR's layer) and whatever an opaque picture hides do not
  count;
* such a scan and something drawn over it (a stamp, a number, an annotation): the scan's own streams, and the marks as
  layers on it;
* anything else (pictures apart from each other, drawn text), and marks that layers cannot show: the page is rendered
  whole.

What the file is, follows from its pages. It is **signed** when a form field holds a signature. It is **born digital**
when something is drawn on it and no page is covered by pictures. All else is a **scan**, also a file in which
drawn pages stand among photographed ones: a picture of paper has to take the route.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import pikepdf

from digitize.errors import DamagedFile, EncryptedPdf, NoPages
from digitize.image.decoding import render_page
from digitize.image.encoding import lossless, rendered, two_toned
from digitize.image.limits import Limits
from digitize.image.paper import paper_of
from digitize.image.pdf_content import (
    MAX_TREE_DEPTH,
    PictureMark,
    TextMark,
    area,
    intersection,
    marks_of,
    rotation_of,
    visible_box,
)
from digitize.image.pdf_ground import COVERS, WHOLE, Ground, dpi_of, ground_of, plain_sheet
from digitize.image.pdf_layers import FINEST_DPI, layered, weight
from digitize.image.scan import Scan
from digitize.image.sheet import EncodedImage, Sheet
from digitize.mapped import Content, opened
from digitize.model import MediaType, Nature

MIN_RENDER_DPI = 72
"""A drawn page that has too many pixels even at this resolution is refused."""

RENDER_EXTRA_BYTES = 8 * 1024
"""What a layered or rendered page may have beyond the pictures that it is made of."""

TRAILER_BYTES = 2048
"""Where %%EOF must stand: Acrobat looks in the last 1,024 bytes, some scanners add a line of their own."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """What was found on a page without decoding it."""

    ground: Ground | None
    """The scan that is the page but for what is drawn over it; None when the page must be rendered."""
    bare: bool
    """Nothing is drawn over it."""
    covered: float
    """Share of the visible page that pictures take, 0.0 to 1.0."""
    drawn: bool
    """Text, lines or annotations are visible."""
    picture_dpi: float
    """Highest resolution among the pictures, 0 without any."""
    picture_bytes: int
    """Compressed bytes of the visible pictures."""
    bilevel: bool
    """There are visible pictures, and each of them has one bit a point."""


def open_pdf(data: Content, limits: Limits) -> Scan:
    """Open a PDF and look at every page, decoding none.

    Raises:
        EncryptedPdf: it asks for a password.
        DamagedFile: it is truncated or cannot be parsed.
        NoPages: it has no page.
        TooManyPages: it has more than allowed.
        TooManyPixels: a page is too large.
    """
    if b"%%EOF" not in data[-TRAILER_BYTES:]:
        raise DamagedFile("PDF thiếu phần cuối")
    pdf = _parse(data)
    count = _page_count(pdf)
    if count == 0:
        raise NoPages
    limits.check_pages(count)
    layouts = tuple(_layout(pdf.pages[index], index + 1, limits) for index in range(count))
    load = partial(_load, data, pdf, layouts, limits)
    return Scan(MediaType.PDF, _nature(pdf, layouts), count, load)


def _parse(data: Content) -> pikepdf.Pdf:
    """Parse the file; an owner's password alone does not lock it."""
    try:
        return pikepdf.open(opened(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise EncryptedPdf from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise DamagedFile("PDF không phân tích được") from error


def _page_count(pdf: pikepdf.Pdf) -> int:
    """Count the pages that are really there."""
    try:
        return len(pdf.pages)
    except (pikepdf.PdfError, RuntimeError, AttributeError, KeyError, TypeError) as error:
        raise NoPages from error


def _nature(pdf: pikepdf.Pdf, layouts: tuple[_Layout, ...]) -> Nature:
    """Apply the rules at the head of this module."""
    if _carries_signature(pdf):
        return Nature.SIGNED
    if any(layout.covered >= COVERS for layout in layouts):
        return Nature.SCAN
    return Nature.BORN_DIGITAL if any(layout.drawn for layout in layouts) else Nature.SCAN


def _carries_signature(pdf: pikepdf.Pdf) -> bool:
    """A form field, wherever in the tree, has a value with a /ByteRange (ISO 32000-1, 12.8.1)."""
    form = pdf.Root.get("/AcroForm")
    waiting: list[tuple[pikepdf.Object, int]] = [(field, 0) for field in _items(form, "/Fields")]
    while waiting:
        field, depth = waiting.pop()
        if depth > MAX_TREE_DEPTH:
            continue
        value = field.get("/V") if isinstance(field, pikepdf.Dictionary) else None
        if isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value:
            return True
        waiting.extend((kid, depth + 1) for kid in _items(field, "/Kids"))
    return False


def _items(owner: pikepdf.Object | None, key: str) -> list[pikepdf.Object]:
    """Return the items of an array that may be missing or something else."""
    array = owner.get(key) if isinstance(owner, pikepdf.Dictionary) else None
    return list(array) if isinstance(array, pikepdf.Array) else []


def _layout(page: pikepdf.Page, number: int, limits: Limits) -> _Layout:
    """Look at what is painted on a page."""
    box = visible_box(page)
    pictures: list[PictureMark] = []
    drawn = False
    for mark in marks_of(page):
        if isinstance(mark, PictureMark):
            limits.check_pixels(number, int(mark.xobject.get("/Width", 0)), int(mark.xobject.get("/Height", 0)))
            if mark.opaque and area(intersection(mark.visible, box)) >= WHOLE * area(box):
                pictures, drawn = [], False
            pictures.append(mark)
        elif isinstance(mark, TextMark) or not mark.white or pictures:
            drawn = True
    covered = min(1.0, sum(area(mark.visible) for mark in pictures) / area(box))
    ground = ground_of(pictures, box)
    if ground is not None and ground.pixels > limits.page_pixels:
        ground = None
    return _Layout(
        ground=ground,
        bare=ground is not None and len(ground.pieces) == len(pictures) and not drawn,
        covered=covered,
        drawn=drawn,
        picture_dpi=max((dpi_of(mark) for mark in pictures), default=0.0),
        picture_bytes=sum(int(mark.xobject.get("/Length", 0)) for mark in pictures),
        bilevel=bool(pictures) and all(_is_bilevel(mark.xobject) for mark in pictures),
    )


def _is_bilevel(xobject: pikepdf.Object) -> bool:
    return bool(xobject.get("/ImageMask", False)) or int(xobject.get("/BitsPerComponent", 8)) == 1


def _load(data: Content, pdf: pikepdf.Pdf, layouts: tuple[_Layout, ...], limits: Limits, number: int) -> Sheet:
    """Decode one page."""
    layout, page = layouts[number - 1], pdf.pages[number - 1]
    try:
        sheet = _scanned_sheet(data, pdf, layout, number, limits)
        if sheet is not None and (layout.bare or weight(sheet) <= _budget(layout)):
            return sheet
        whole = _rendered_sheet(data, page, layout, number, limits)
        if sheet is None or weight(whole) <= max(_budget(layout), weight(sheet)):
            return whole
        return sheet
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise DamagedFile(f"trang {number} không giải mã được") from error


def _scanned_sheet(data: Content, pdf: pikepdf.Pdf, layout: _Layout, number: int, limits: Limits) -> Sheet | None:
    """The scan as the scanner stored it, and on it what was drawn later, as finely as the budget allows."""
    if layout.ground is None:
        return None
    page = pdf.pages[number - 1]
    plain = plain_sheet(layout.ground, page, number)
    if layout.bare:
        return plain
    inches = float(page.obj.get("/UserUnit", 1)) / 72
    if area(visible_box(page)) * inches**2 * FINEST_DPI**2 > limits.page_pixels:
        return None
    return layered(data, pdf, layout.ground, plain, _budget(layout))


def _budget(layout: _Layout) -> int:
    """Return the bytes that a page may weigh which is more than one picture."""
    return layout.picture_bytes + RENDER_EXTRA_BYTES


def _rendered_sheet(data: Content, page: pikepdf.Page, layout: _Layout, number: int, limits: Limits) -> Sheet:
    """The page as a viewer shows it, at the resolution of its pictures."""
    left, bottom, right, top = visible_box(page)
    unit = float(page.obj.get("/UserUnit", 1))
    width_pt, height_pt = (right - left) * unit, (top - bottom) * unit
    if rotation_of(page) in (90, 270):
        width_pt, height_pt = height_pt, width_pt
    dpi = min(limits.render_dpi, round(layout.picture_dpi / unit) or limits.render_dpi)
    dpi = max(1, min(dpi, math.floor(72 * math.sqrt(limits.page_pixels / (width_pt * height_pt)))))
    limits.check_pixels(number, math.ceil(width_pt / 72 * MIN_RENDER_DPI), math.ceil(height_pt / 72 * MIN_RENDER_DPI))
    pixels = render_page(data, number - 1, dpi * unit)
    if layout.bilevel and layout.covered >= COVERS:
        pixels = two_toned(pixels)
    image: EncodedImage = rendered(pixels, _budget(layout)) if layout.covered >= COVERS else lossless(pixels)
    paper = paper_of(image.width, image.height, image.width * 72 / width_pt, image.height * 72 / height_pt)
    return Sheet(number, pixels, paper.dpi, 0, paper.width_pt, paper.height_pt, image)
