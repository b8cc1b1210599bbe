"""The scan on a page of a PDF: one picture, or the strips and tiles as which its scanner stored the page.

Pieces are one scan when they stand straight, the same way up, at one resolution, and leave no gap. Each of them keeps
its own stream; only for reading they are put together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Matrix, Name

from digitize.image.decoding import decode, drawn_by_pdfium
from digitize.image.encoding import lossless, one_channel
from digitize.image.paper import paper_of
from digitize.image.pdf_content import PictureMark, Rectangle, area, rotation_of, unit_square
from digitize.image.pdf_pictures import carried_over
from digitize.image.sheet import Blend, EncodedImage, Layer, Sheet

COVERS = 0.5
"""Share of the page that pictures must take for the page to be a photographed one; scanners that crop to the content
leave less than the whole, logos and portraits take less than a third."""

WHOLE = 0.97
"""Share of a picture that must be visible for the picture to stand for the page."""

STRAIGHT = 0.002
"""Largest sine at which a picture still counts as upright: 0.1°, five pixels in 2,480."""

ONE_RESOLUTION = 0.02
"""Share by which the resolution of pieces may differ: their places are written with two decimals."""

TILED = 0.02
"""Share of their common area by which pieces may leave gaps or overlap."""

MOST_PIECES = 512
"""Strips of 16 rows at 600 dpi are 439; a page of more pieces is rendered."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The scan that lies on a page."""

    pieces: tuple[PictureMark, ...]
    """In the order of painting; one, where the scanner stored the page as one picture."""
    matrix: Matrix
    """From the unit square of all of them together to user space of the page."""
    width: int
    """Pixels of all of them together, before any turn."""
    height: int
    """Pixels of all of them together, before any turn."""

    @property
    def pixels(self) -> int:
        """Points that have to be decoded, or held, whichever are more."""
        sizes = [(int(piece.xobject.get("/Width", 0)), int(piece.xobject.get("/Height", 0))) for piece in self.pieces]
        return max(self.width * self.height, sum(width * height for width, height in sizes))


def ground_of(pictures: Sequence[PictureMark], box: Rectangle) -> Ground | None:
    """Find the scan among the pictures of a page.

    Args:
        pictures: in the order of painting.
        box: what can be seen of the page.

    Returns:
        None when no picture, alone or with its neighbours, stands for the page.
    """
    standing = [mark for mark in pictures if _stands(mark)]
    together = _of_pieces(standing, box)
    large = [mark for mark in standing if area(mark.visible) >= COVERS * area(box)]
    if together is not None or not large:
        return together
    last = large[-1]
    return Ground((last,), last.matrix, int(last.xobject.get("/Width", 0)), int(last.xobject.get("/Height", 0)))


def plain_sheet(ground: Ground, page: pikepdf.Page, number: int) -> Sheet:
    """Decode the scan on a page, its streams as the scanner stored them.

    Args:
        ground: the scan.
        page: on which it lies.
        number: of the page, 1-based.
    """
    decoded = [_decoded(piece) for piece in ground.pieces]
    image, pixels = decoded[0]
    layers: tuple[Layer, ...] = ()
    if len(decoded) > 1:
        places = [piece.matrix @ ground.matrix.inverse() for piece in ground.pieces]
        pixels = _put_together(ground, [part for _, part in decoded], places)
        layers = tuple(_layer(part, place) for (part, _), place in zip(decoded, places, strict=True))
        image = lossless(np.full((1, 1), 255, np.uint8))
    across, upward = _sides(ground.matrix)
    inches = float(page.obj.get("/UserUnit", 1)) / 72
    paper = paper_of(ground.width, ground.height, ground.width / (across * inches), ground.height / (upward * inches))
    turned = (turn_of(ground.matrix) + rotation_of(page)) % 360
    return Sheet(number, pixels, paper.dpi, turned, paper.width_pt, paper.height_pt, image, layers, len(layers))


def dpi_of(mark: PictureMark) -> float:
    """Return the resolution at which a picture is painted."""
    across, _ = _sides(mark.matrix)
    return int(mark.xobject.get("/Width", 0)) * 72 / across if across > 0 else 0.0


def turn_of(matrix: Matrix) -> int:
    """Return the clockwise degrees by which a matrix turns a picture, in steps of 90."""
    if abs(matrix.a) >= abs(matrix.b):
        return 0 if matrix.a > 0 else 180
    return 90 if matrix.b < 0 else 270


def _sides(matrix: Matrix) -> tuple[float, float]:
    """Return the width and the height of the unit square after a transformation, along its own edges."""
    return math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)


def _stands(mark: PictureMark) -> bool:
    """The picture is opaque, visible to its edges, straight, and not mirrored."""
    matrix = mark.matrix
    across, upward = _sides(matrix)
    straight = min(abs(matrix.a), abs(matrix.b)) <= STRAIGHT * across
    upright = min(abs(matrix.c), abs(matrix.d)) <= STRAIGHT * upward
    mirrored = matrix.a * matrix.d - matrix.b * matrix.c <= 0
    whole = area(mark.visible) >= WHOLE * area(unit_square(matrix))
    return mark.opaque and whole and straight and upright and not mirrored


def _of_pieces(standing: Sequence[PictureMark], box: Rectangle) -> Ground | None:
    """Take the pictures that are of one resolution with the largest as pieces, if they leave no gap."""
    if len(standing) < 2:
        return None
    largest = max(standing, key=lambda mark: area(mark.visible))
    pieces = tuple(mark for mark in standing if _belong_together(mark, largest))
    around = _around([unit_square(piece.matrix) for piece in pieces])
    filled = sum(area(unit_square(piece.matrix)) for piece in pieces)
    tiled = abs(filled - area(around)) <= TILED * area(around)
    if not 2 <= len(pieces) <= MOST_PIECES or area(around) < COVERS * area(box) or not tiled:
        return None
    matrix = _turned_onto(around, turn_of(largest.matrix))
    sides = [_sides(piece.matrix) for piece in pieces]
    columns, rows = (sum(int(piece.xobject.get(key, 0)) for piece in pieces) for key in ("/Width", "/Height"))
    width, height = _sides(matrix)
    # over all pieces: the place of a thin strip is rounded by a quarter of a hundredth of its height
    points_across, points_upward = columns / sum(side[0] for side in sides), rows / sum(side[1] for side in sides)
    return Ground(pieces, matrix, max(1, round(width * points_across)), max(1, round(height * points_upward)))


def _belong_together(one: PictureMark, other: PictureMark) -> bool:
    same_way_up = turn_of(one.matrix) == turn_of(other.matrix)
    return same_way_up and abs(dpi_of(one) - dpi_of(other)) <= ONE_RESOLUTION * dpi_of(other)


def _around(boxes: Sequence[Rectangle]) -> Rectangle:
    """Return the rectangle around rectangles."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _turned_onto(box: Rectangle, degrees: int) -> Matrix:
    """Return the matrix that turns the unit square clockwise and lays it onto a rectangle."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    return {
        0: Matrix(wide, 0, 0, high, left, bottom),
        90: Matrix(0, -high, wide, 0, left, top),
        180: Matrix(-wide, 0, 0, -high, right, top),
        270: Matrix(0, high, -wide, 0, right, bottom),
    }[degrees]


def _decoded(mark: PictureMark) -> tuple[EncodedImage, NDArray[np.uint8]]:
    """Take a picture as the scanner stored it, or else without loss, and its pixels."""
    image = carried_over(mark.xobject, black_ink=mark.black_ink)
    if image is not None:
        return image, decode(image)
    scratch = pikepdf.new()
    pixels = drawn_by_pdfium(scratch, scratch.copy_foreign(mark.xobject), gray=_is_gray(mark.xobject))
    return lossless(pixels), pixels


def _is_gray(xobject: pikepdf.Object) -> bool:
    """The picture has one channel that is no index into a palette."""
    return bool(xobject.get("/ImageMask", False)) or xobject.get("/ColorSpace") in (Name.DeviceGray, Name.CalGray)


def _layer(image: EncodedImage, place: Matrix) -> Layer:
    return Layer(image, Blend.NORMAL, (place.a, place.b, place.c, place.d, place.e, place.f))


def _put_together(ground: Ground, parts: Sequence[NDArray[np.uint8]], places: Sequence[Matrix]) -> NDArray[np.uint8]:
    """Lay the pieces beside each other, for reading."""
    coloured = any(part.ndim == 3 for part in parts)
    whole = np.full((ground.height, ground.width, 3) if coloured else (ground.height, ground.width), 255, np.uint8)
    for part, place in zip(parts, places, strict=True):
        left, right = (round(x * ground.width) for x in (place.e, place.e + place.a))
        top, bottom = (round((1 - y) * ground.height) for y in (place.f + place.d, place.f))
        size = (max(1, right - left), max(1, bottom - top))
        fitted = part if part.shape[1::-1] == size else cv2.resize(part, size, interpolation=cv2.INTER_NEAREST)
        whole[top:bottom, left:right] = np.dstack([fitted] * 3) if coloured and fitted.ndim == 2 else fitted
    return one_channel(whole)
