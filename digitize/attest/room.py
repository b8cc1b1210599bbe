"""Where the last page of a copy is really empty: found from its picture, not from its text."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

DPI = 100
"""Of the picture that is searched."""
EDGE_PT = 14.0
"""Outer strip left out of the search: shadows of the scanner's lid lie there."""
UNLIKE_PAPER = 26
"""Levels by which a pixel differs from the paper before it counts as a mark; scanner noise stays below."""
DARKEST_PAPER = 140
"""Level below which a page is no white paper; nothing is printed on it."""


def empty_band(pdf: bytes, page: int, height_pt: float) -> float | None:
    """Return where a band of the page's whole width is empty: the highest one below all that stands on the page.

    Args:
        pdf: the file.
        page: 0-based.
        height_pt: the band must be at least that high.

    Returns:
        Top of the band on the upright page, points from its lower edge; None when there is no room.
    """
    pixels = _picture(pdf, page)
    marked = _marks(pixels)
    if marked is None:
        return None
    edge = round(EDGE_PT * DPI / 72)
    rows = marked[edge:-edge, edge:-edge].any(axis=1)
    written = np.flatnonzero(rows)
    last = edge + (int(written[-1]) + 1 if written.size else 0)
    top_pt = (pixels.shape[0] - last) * 72 / DPI
    return top_pt if top_pt - EDGE_PT >= height_pt else None


def _picture(pdf: bytes, page: int) -> NDArray[np.uint8]:
    """Render a page as a person sees it, form fields aside."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=DPI / 72, may_draw_forms=False, draw_annots=False)
        pixels: NDArray[np.uint8] = np.array(bitmap.to_numpy()[:, :, :3])
    return pixels


def _marks(pixels: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Tell marks from paper in every channel; single specks are no marks. None: this is no white paper."""
    paper = np.median(pixels.reshape(-1, 3), axis=0)
    if paper.min() < DARKEST_PAPER:
        return None
    calm = cv2.medianBlur(pixels, 3)
    unlike = np.abs(calm.astype(np.int16) - paper.astype(np.int16)).max(axis=2)
    marked: NDArray[np.bool_] = unlike > UNLIKE_PAPER
    return marked
