"""Where on a scan the marks stand that somebody drew over it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Matrix

from digitize.image.pdf_content import rotation_of, unit_square, visible_box

BEYOND = 0.002
"""Share of the picture by which a layer may stand out of it: a third of a millimetre, where nothing but the soft edge
of a mark is."""

INSET = 0.01
"""Points of the rendering by which a layer stays within its box, lest a renderer that rounds outward stretch it."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a rendering, the latter two exclusive."""

Point = tuple[float, float]


def boxes_around(drawn: NDArray[np.bool_], gap: int) -> Iterator[Box]:
    """Frame the marks from top to bottom.

    Args:
        drawn: the points of a rendering at which something is drawn.
        gap: pixels; marks that are further apart, one below the other, get frames of their own.
    """
    rows = np.flatnonzero(drawn.any(axis=1))
    if not rows.size:
        return
    ends = np.flatnonzero(np.diff(rows) > gap)
    starts = [0, *(ends + 1)]
    for first, last in zip(starts, [*ends, rows.size - 1], strict=True):
        top, bottom = int(rows[first]), int(rows[last]) + 1
        columns = np.flatnonzero(drawn[top:bottom].any(axis=0))
        yield int(columns[0]), top, int(columns[-1]) + 1, bottom


def place_of(page: pikepdf.Page, scan: Matrix, box: Box, shape: tuple[int, ...]) -> Matrix:
    """Return the matrix from the unit square of a box in the rendering to the unit square of the scan.

    Args:
        page: that was rendered.
        scan: from the unit square of the scan to user space.
        box: in the rendering.
        shape: of the rendering.
    """
    left, top, right, bottom = box[0] + INSET, box[1] + INSET, box[2] - INSET, box[3] - INSET
    origin, across, upward = (
        _on_page(page, x / shape[1], y / shape[0]) for x, y in ((left, bottom), (right, bottom), (left, top))
    )
    to_page = Matrix(
        across[0] - origin[0], across[1] - origin[1], upward[0] - origin[0], upward[1] - origin[1], *origin
    )
    return to_page @ scan.inverse()


def _on_page(page: pikepdf.Page, x: float, y: float) -> Point:
    """Return the place in user space of a point of the upright page: shares of its width and height, y downward."""
    x, y = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[rotation_of(page)]
    left, bottom, right, top = visible_box(page)
    return left + x * (right - left), bottom + y * (top - bottom)


def lies_within(place: Matrix) -> bool:
    """A layer stands on the scan and not beside it."""
    left, bottom, right, top = unit_square(place)
    return min(left, bottom) >= -BEYOND and max(right, top) <= 1 + BEYOND
