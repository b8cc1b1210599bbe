"""What somebody drew over a scan, lifted off as layers, so that the scan's own stream stays what it is.

The page is rendered twice with the scan replaced, once by white and once by black. A mark that covers, tints, darkens
or lightens turns every point ``x`` below it into ``dark + (white - dark) · x`` (each channel from 0 to 1): this holds
for the blend modes Normal, Multiply and Screen at any opacity (ISO 32000-1, 11.3.5). The same straight line is painted
by one picture that multiplies and another that screens after it::

    screen = dark        multiply = (white - screen) / (1 - screen)

Where fewer bytes are asked for, ``screen`` gets hard edges first; ``multiply`` follows from what white paper shows, so
that the soft edges stay where paper is and are lost only over ink. Where nothing is drawn both change nothing, so only
the boxes around the marks are kept. Whether the law held is not believed but seen. Where it did not (Difference, Hue),
the boxes are cut out of the received page as it is shown, the scan below them included, and cover the scan; a page
that shows something else even so is not split.
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
from digitize.image.encoding import Edges, few_coloured, lossless, one_channel, rendered, simplified, two_toned
from digitize.image.ink import shrunk
from digitize.image.pdf_content import rotation_of, visible_box
from digitize.image.pdf_ground import Ground, dpi_of
from digitize.image.pdf_places import boxes_around, lies_within, place_of
from digitize.image.sheet import Blend, EncodedImage, Layer, Sheet, image_xobject, lay_on_page
from digitize.mapped import Content

GAP_INCHES = 0.25
"""Marks that are further apart than this, one below the other, become layers of their own."""

MOST_LAYERS = 24
"""A page with more marks than this is a drawn page on a scanned background."""

LIKE = 48
"""Steps of brightness, the mean of 5 × 5 points, by which the layered page may differ from the received one: an edge
that was made hard is half of a point wrong and makes 25, a hair line that is missing makes 51."""

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


def layered(data: Content, pdf: pikepdf.Pdf, ground: Ground, plain: Sheet, budget: int) -> Sheet | None:
    """Put what lies over a scan as layers on its picture, as finely as the budget allows.

    Args:
        data: the received file.
        pdf: the same, parsed.
        ground: the scan.
        plain: the sheet that the scan alone would be.
        budget: bytes that the sheet should not exceed; the coarsest layers are taken in any case.

    Returns:
        None when layers cannot show what the page shows.
    """
    page = pdf.pages[plain.number - 1]
    on_white, on_black = (_replaced(pdf, page, ground, shade) for shade in (255, 0))
    unit = float(page.obj.get("/UserUnit", 1))
    sheet, dpi = plain, 0.0
    for inches, edges in FINENESS:
        if dpi != inches * unit:
            dpi = inches * unit
            white, dark = _rendered_twice(on_white, on_black, dpi)
        marks = _layers(page, ground, white, dark, round(dpi * GAP_INCHES), edges)
        if marks is None:
            return None
        sheet = _with(plain, marks)
        if weight(sheet) <= budget:
            break
    if not _shows(sheet, data, page, ground, dpi):
        dpi = FINEST_DPI * unit if _is_two_toned(plain) else min(dpi_of(ground.pieces[0]), FINEST_DPI * unit)
        drawn = _drawn(*_rendered_twice(on_white, on_black, dpi))
        covers = _covers(data, page, ground, plain, dpi, drawn, budget)
        sheet = plain if covers is None else _with(plain, covers)
        if covers is None or not _shows(sheet, data, page, ground, dpi):
            return None
    return replace(sheet, pixels=_shown(plain, sheet.layers[plain.pieces :]))


def weight(sheet: Sheet) -> int:
    """Return the bytes that a sheet adds to the archive file.

    Its text is left out, and the dictionaries of pieces: the received file has them, too.
    """
    shells = SHELL_BYTES * (len(sheet.layers) - sheet.pieces)
    return len(sheet.image.data) + sum(len(layer.image.data) for layer in sheet.layers) + shells


def _with(plain: Sheet, marks: tuple[Layer, ...]) -> Sheet:
    return replace(plain, layers=plain.layers + marks)


def _rendered_twice(on_white: bytes, on_black: bytes, dpi: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Render a page with its scan replaced by white, and by black."""
    return render_page(on_white, 0, dpi), render_page(on_black, 0, dpi, ground=(0, 0, 0, 255))


def _drawn(white: NDArray[np.uint8], dark: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell at which points something is drawn over the scan."""
    return np.asarray((white != 255).any(axis=2) | (dark != 0).any(axis=2))


def _replaced(pdf: pikepdf.Pdf, page: pikepdf.Page, ground: Ground, shade: int) -> bytes:
    """Write the page as a file of its own, one even gray in the place of the scan."""
    alone = pikepdf.new()
    alone.pages.append(page)
    for key in ("/AcroForm", "/OCProperties"):
        if key in pdf.Root:
            alone.Root[key] = alone.copy_foreign(pdf.make_indirect(pdf.Root[key]))
    for piece in ground.pieces:
        scan = alone.copy_foreign(piece.xobject)
        for key in list(scan.keys()):
            if key not in ("/Type", "/Subtype", "/Length"):
                del scan[key]
        scan.write(bytes([shade]))
        scan.Width, scan.Height, scan.BitsPerComponent, scan.ColorSpace = 1, 1, 8, Name.DeviceGray
    return _saved(alone)


def _layers(
    page: pikepdf.Page, ground: Ground, white: NDArray[np.uint8], dark: NDArray[np.uint8], gap: int, edges: Edges
) -> tuple[Layer, ...] | None:
    """Lift every mark off; None where there are too many or one stands beside the scan."""
    layers: list[Layer] = []
    for box in boxes_around(_drawn(white, dark), gap):
        place = place_of(page, ground.matrix, box, white.shape)
        if len(layers) >= MOST_LAYERS or not lies_within(place):
            return None
        rows, columns = slice(box[1], box[3]), slice(box[0], box[2])
        layers += _lifted(white[rows, columns], dark[rows, columns], place, edges)
    return tuple(layers)


def _covers(
    data: Content,
    page: pikepdf.Page,
    ground: Ground,
    plain: Sheet,
    dpi: float,
    drawn: NDArray[np.bool_],
    budget: int,
) -> tuple[Layer, ...] | None:
    """Cut what is drawn out of the received page, with the scan below it; None where too much or beside the scan."""
    received = render_page(data, plain.number - 1, dpi)
    changed = _unlikeness(received, render_page(_composed(plain, page, ground), 0, dpi)) > LIKE
    two_tones = _is_two_toned(plain)
    left = budget - weight(plain)
    layers: list[Layer] = []
    for box in boxes_around(drawn | changed, round(dpi * GAP_INCHES)):
        place = place_of(page, ground.matrix, box, received.shape)
        if len(layers) >= MOST_LAYERS or not lies_within(place):
            return None
        cut = np.ascontiguousarray(received[box[1] : box[3], box[0] : box[2]])
        image = lossless(two_toned(cut) if two_tones else cut)
        if len(image.data) > left:
            image = rendered(cut, left)
        left -= len(image.data) + SHELL_BYTES
        layers.append(_layer(image, Blend.NORMAL, place))
    return tuple(layers)


def _is_two_toned(plain: Sheet) -> bool:
    return all(image.bits == 1 for image in (plain.image, *(piece.image for piece in plain.layers)))


def _layer(image: EncodedImage, blend: Blend, place: Matrix) -> Layer:
    return Layer(image, blend, (place.a, place.b, place.c, place.d, place.e, place.f))


def _lifted(white: NDArray[np.uint8], dark: NDArray[np.uint8], place: Matrix, edges: Edges) -> Iterator[Layer]:
    """Turn the two renderings of a mark into the layers that are needed."""
    screen = simplified(dark, 0, Edges.EXACT if edges is Edges.EXACT else Edges.HARD)
    multiply = white.copy()
    below = np.nonzero(screen)
    light = screen[below].astype(int)
    kept = 255 * (white[below].astype(int) - light) / np.maximum(255 - light, 1)
    multiply[below] = np.where(light == 255, 255, np.clip(np.rint(kept), 0, 255))
    for blend, pixels, neutral in ((Blend.MULTIPLY, simplified(multiply, 255, edges), 255), (Blend.SCREEN, screen, 0)):
        if (pixels != neutral).any():
            yield _layer(few_coloured(pixels, neutral), blend, place)


def _composed(sheet: Sheet, page: pikepdf.Page | None = None, ground: Ground | None = None) -> bytes:
    """Write a page that shows the sheet: in the place of the received one, or else one point for each pixel."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    made = pdf.pages[0]
    height, width = sheet.pixels.shape[:2]
    matrix, box, layers = Matrix(width, 0, 0, height, 0, 0), (0.0, 0.0, float(width), float(height)), sheet.layers
    if page is not None and ground is not None:
        matrix, box, made.obj.Rotate = ground.matrix, visible_box(page), rotation_of(page)
        if sheet.pieces:
            matrix, layers = Matrix(), _on_the_page(sheet, ground)
    made.obj.MediaBox = Array(box)
    drawn = [(layer, pdf.make_indirect(image_xobject(pdf, layer.image))) for layer in layers]
    picture = pdf.make_indirect(image_xobject(pdf, sheet.image))
    edges = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    made.obj.Contents = pikepdf.Stream(pdf, lay_on_page(made, edges, picture, drawn))
    return _saved(pdf)


def _on_the_page(sheet: Sheet, ground: Ground) -> tuple[Layer, ...]:
    """Give the layers with their places in user space, the pieces exactly where the received page has them.

    A renderer rounds the edges of a picture outward: a millionth of a point makes a strip one row higher.
    """
    pieces = zip(sheet.layers[: sheet.pieces], (piece.matrix for piece in ground.pieces), strict=True)
    marks = ((layer, Matrix(*layer.place) @ ground.matrix) for layer in sheet.layers[sheet.pieces :])
    return tuple(_layer(layer.image, layer.blend, place) for layer, place in (*pieces, *marks))


def _shown(plain: Sheet, marks: tuple[Layer, ...]) -> NDArray[np.uint8]:
    """Show the marks on the pixels of the scan, which stay what they are elsewhere.

    A coarse grid is drawn finer first, for pdfium drops points of layers that are finer than the grid.
    """
    times = max(1, round(FINEST_DPI / plain.dpi))
    size = plain.pixels.shape[1::-1]
    white, dark = (
        one_channel(shrunk(render_page(_composed(replace(plain, image=even, layers=marks)), 0, 72 * times), size))
        for even in (lossless(np.full((1, 1), shade, np.uint8)) for shade in (255, 0))
    )
    light, shadow, scan = (np.atleast_3d(plane) for plane in (white, dark, plain.pixels))
    kept = np.maximum(light, shadow).astype(np.uint16) - shadow
    return one_channel((shadow + kept * scan // 255).astype(np.uint8))


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """Write a file that only the renderer reads, its streams as they are."""
    buffer = io.BytesIO()
    pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return buffer.getvalue()


def _shows(sheet: Sheet, data: Content, page: pikepdf.Page, ground: Ground, dpi: float) -> bool:
    """Tell whether a sheet shows to a person what the received page shows."""
    received, made = render_page(data, sheet.number - 1, dpi), render_page(_composed(sheet, page, ground), 0, dpi)
    return received.shape == made.shape and not bool((_unlikeness(received, made) > LIKE).any())


def _unlikeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give by how much two renderings differ at every point, for a person: the mean of 5 × 5 points."""
    return np.asarray(cv2.blur(cv2.absdiff(one, other), (5, 5)).max(axis=2), dtype=np.uint8)
