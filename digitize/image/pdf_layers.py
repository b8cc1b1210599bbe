"""What somebody drew over a scan, lifted off as layers, so that the scan's own stream stays what it is.

The page is rendered twice with the scan replaced, once by white and once by black. A mark that covers, tints, darkens
or lightens turns every point ``x`` below it into ``dark + (white - dark) · x`` (each channel from 0 to 1): this holds
for the blend modes Normal, Multiply and Screen at any opacity (ISO 32000-1, 11.3.5). The same straight line is painted
by one picture that multiplies and another that screens after it::

    screen = dark        multiply = (white - screen) / (1 - screen)

Where fewer bytes are asked for, ``screen`` gets hard edges first; ``multiply`` follows from what white paper shows, so
that the soft edges stay where paper is and are lost only over ink. Where nothing is drawn both change nothing, so only
the boxes around the marks are kept. Whether the law held is not believed but seen: a page whose layers do not show what
the received page shows is not split.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Matrix, Name

from digitize.image.decoding import render_page
from digitize.image.encoding import Edges, few_coloured, lossless, one_channel, simplified
from digitize.image.ink import shrunk
from digitize.image.pdf_content import PictureMark, rotation_of, unit_square, visible_box
from digitize.image.sheet import Blend, Layer, Sheet, image_xobject, lay_on_page
from digitize.mapped import Content

GAP_INCHES = 0.25
"""Marks that are further apart than this, one below the other, become layers of their own."""

MOST_LAYERS = 24
"""A page with more marks than this is a drawn page on a scanned background."""

LIKE = 48
"""Steps of brightness, the mean of 5 × 5 points, by which the layered page may differ from the received one: an edge
that was made hard is half of a point wrong and makes 25, a hair line that is missing makes 51."""

BEYOND = 0.002
"""Share of the picture by which a layer may stand out of it: a third of a millimetre, where nothing but the soft edge
of a mark is."""

SHELL_BYTES = 420
"""The dictionary of a layer, its entry in the cross-reference table and its share of the page's content."""


FINEST_DPI = 300
"""Dots per inch at which marks are rendered first: the finest that recognition profits from."""

FINENESS = (
    (FINEST_DPI, Edges.EXACT),
    (FINEST_DPI, Edges.SOFT),
    (200, Edges.SOFT),
    (200, Edges.HARD),
    (150, Edges.HARD),
)
"""Dots per inch of the layers and what may become of soft edges: tried in this order until the budget holds."""

INSET = 0.01
"""Points of the rendering by which a layer stays within its box, lest a renderer that rounds outward stretch it."""

Point = tuple[float, float]


def layered(data: Content, pdf: pikepdf.Pdf, mark: PictureMark, plain: Sheet, budget: int) -> Sheet | None:
    """Put the marks that lie over a scan as layers on its picture, as finely as the budget allows.

    Args:
        data: the received file.
        pdf: the same, parsed.
        mark: the picture that is the scan.
        plain: the sheet that the picture alone would be.
        budget: bytes that the sheet should not exceed; the coarsest layers are taken in any case.

    Returns:
        None when layers cannot show what the page shows.
    """
    page = pdf.pages[plain.number - 1]
    on_white, on_black = (_replaced(pdf, page, mark, shade) for shade in (255, 0))
    unit = float(page.obj.get("/UserUnit", 1))
    sheet, dpi = plain, 0.0
    for inches, edges in FINENESS:
        if dpi != inches * unit:
            dpi = inches * unit
            white = render_page(on_white, 0, dpi)
            dark = render_page(on_black, 0, dpi, ground=(0, 0, 0, 255))
        layers = _layers(page, mark, white, dark, round(dpi * GAP_INCHES), edges)
        if layers is None:
            return None
        sheet = replace(plain, layers=layers)
        if weight(sheet) <= budget:
            break
    if not _alike(render_page(data, plain.number - 1, dpi), render_page(_composed(sheet, page, mark), 0, dpi)):
        return None
    return replace(sheet, pixels=_shown(sheet))


def weight(sheet: Sheet) -> int:
    """Return the bytes that a sheet adds to the archive file, its text left out."""
    return len(sheet.image.data) + sum(len(layer.image.data) + SHELL_BYTES for layer in sheet.layers)


def _replaced(pdf: pikepdf.Pdf, page: pikepdf.Page, mark: PictureMark, shade: int) -> bytes:
    """Write the page as a file of its own, one even gray in the place of the scan."""
    alone = pikepdf.new()
    alone.pages.append(page)
    for key in ("/AcroForm", "/OCProperties"):
        if key in pdf.Root:
            alone.Root[key] = alone.copy_foreign(pdf.make_indirect(pdf.Root[key]))
    scan = alone.copy_foreign(mark.xobject)
    for key in list(scan.keys()):
        if key not in ("/Type", "/Subtype", "/Length"):
            del scan[key]
    scan.write(bytes([shade]))
    scan.Width, scan.Height, scan.BitsPerComponent, scan.ColorSpace = 1, 1, 8, Name.DeviceGray
    return _saved(alone)


def _boxes(drawn: NDArray[np.bool_], gap: int) -> Iterator[tuple[int, int, int, int]]:
    """Frame the marks from top to bottom: left, top, right, bottom in pixels, the latter two exclusive."""
    rows = np.flatnonzero(drawn.any(axis=1))
    if not rows.size:
        return
    ends = np.flatnonzero(np.diff(rows) > gap)
    starts = [0, *(ends + 1)]
    for first, last in zip(starts, [*ends, rows.size - 1], strict=True):
        top, bottom = int(rows[first]), int(rows[last]) + 1
        columns = np.flatnonzero(drawn[top:bottom].any(axis=0))
        yield int(columns[0]), top, int(columns[-1]) + 1, bottom


def _place(page: pikepdf.Page, mark: PictureMark, box: tuple[int, int, int, int], shape: tuple[int, ...]) -> Matrix:
    """Return the matrix from the unit square of a box in the rendering to the unit square of the scan."""
    left, top, right, bottom = box[0] + INSET, box[1] + INSET, box[2] - INSET, box[3] - INSET
    origin, across, upward = (
        _on_page(page, x / shape[1], y / shape[0]) for x, y in ((left, bottom), (right, bottom), (left, top))
    )
    to_page = Matrix(
        across[0] - origin[0], across[1] - origin[1], upward[0] - origin[0], upward[1] - origin[1], *origin
    )
    return to_page @ mark.matrix.inverse()


def _on_page(page: pikepdf.Page, x: float, y: float) -> Point:
    """Return the place in user space of a point of the upright page: shares of its width and height, y downward."""
    x, y = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[rotation_of(page)]
    left, bottom, right, top = visible_box(page)
    return left + x * (right - left), bottom + y * (top - bottom)


def _lies_within(place: Matrix) -> bool:
    """A layer stands on the scan and not beside it."""
    left, bottom, right, top = unit_square(place)
    return min(left, bottom) >= -BEYOND and max(right, top) <= 1 + BEYOND


def _layers(
    page: pikepdf.Page, mark: PictureMark, white: NDArray[np.uint8], dark: NDArray[np.uint8], gap: int, edges: Edges
) -> tuple[Layer, ...] | None:
    """Lift every mark off; None where there are too many or one stands beside the scan."""
    drawn = (white != 255).any(axis=2) | (dark != 0).any(axis=2)
    layers: list[Layer] = []
    for box in _boxes(drawn, gap):
        place = _place(page, mark, box, drawn.shape)
        if len(layers) >= MOST_LAYERS or not _lies_within(place):
            return None
        rows, columns = slice(box[1], box[3]), slice(box[0], box[2])
        layers += _lifted(white[rows, columns], dark[rows, columns], place, edges)
    return tuple(layers)


def _lifted(white: NDArray[np.uint8], dark: NDArray[np.uint8], place: Matrix, edges: Edges) -> Iterator[Layer]:
    """Turn the two renderings of a mark into the layers that are needed."""
    screen = simplified(dark, 0, Edges.EXACT if edges is Edges.EXACT else Edges.HARD)
    multiply = white.copy()
    below = np.nonzero(screen)
    light = screen[below].astype(int)
    kept = 255 * (white[below].astype(int) - light) / np.maximum(255 - light, 1)
    multiply[below] = np.where(light == 255, 255, np.clip(np.rint(kept), 0, 255))
    where = (place.a, place.b, place.c, place.d, place.e, place.f)
    for blend, pixels, neutral in ((Blend.MULTIPLY, simplified(multiply, 255, edges), 255), (Blend.SCREEN, screen, 0)):
        if (pixels != neutral).any():
            yield Layer(few_coloured(pixels, neutral), blend, where)


def _composed(sheet: Sheet, page: pikepdf.Page | None = None, mark: PictureMark | None = None) -> bytes:
    """Write a page that shows the sheet: in the place of the received one, or else one point for each pixel."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    made = pdf.pages[0]
    height, width = sheet.pixels.shape[:2]
    matrix, box = Matrix(width, 0, 0, height, 0, 0), (0.0, 0.0, float(width), float(height))
    if page is not None and mark is not None:
        matrix, box, made.obj.Rotate = mark.matrix, visible_box(page), rotation_of(page)
    made.obj.MediaBox = Array(box)
    layers = [(layer, pdf.make_indirect(image_xobject(pdf, layer.image))) for layer in sheet.layers]
    picture = pdf.make_indirect(image_xobject(pdf, sheet.image))
    edges = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    made.obj.Contents = pikepdf.Stream(pdf, lay_on_page(made, edges, picture, layers))
    return _saved(pdf)


def _shown(sheet: Sheet) -> NDArray[np.uint8]:
    """Show the layers on the pixels of the scan, which stay what they are elsewhere.

    A coarse grid is drawn finer first, for pdfium drops points of layers that are finer than the grid.
    """
    times = max(1, round(FINEST_DPI / sheet.dpi))
    size = sheet.pixels.shape[1::-1]
    white, dark = (
        one_channel(shrunk(render_page(_composed(replace(sheet, image=lossless(ground))), 0, 72 * times), size))
        for ground in (np.full((1, 1), shade, np.uint8) for shade in (255, 0))
    )
    light, shadow, scan = (np.atleast_3d(plane) for plane in (white, dark, sheet.pixels))
    kept = np.maximum(light, shadow).astype(np.uint16) - shadow
    return one_channel((shadow + kept * scan // 255).astype(np.uint8))


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """Write a file that only the renderer reads, its streams as they are."""
    buffer = io.BytesIO()
    pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return buffer.getvalue()


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Two renderings show the same to a person."""
    if one.shape != other.shape:
        return False
    return int(cv2.blur(cv2.absdiff(one, other), (5, 5)).max()) <= LIKE
