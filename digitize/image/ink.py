"""Where the ink lies: the coarse picture from which turn, skew and blankness are judged."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

COARSE_DPI = 100
"""Dots per inch of the coarse picture: lines of text are still apart, and an A4 page costs some 30 ms."""

PAPER_REACH = 9
"""Pixels of the coarse picture: wider than a stroke, so that the lightest neighbour is paper."""


def as_gray(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the brightness of a (height, width) or (height, width, 3) BGR picture."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def coarse_ink(pixels: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Give how much darker than the paper around it each point is, at :data:`COARSE_DPI`.

    Args:
        pixels: a page, gray or BGR.
        dpi: dots per inch of the page.
    """
    scale = COARSE_DPI / dpi
    size = (max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale)))
    # every second point of a fine page is enough to average over, and costs a quarter
    step = max(1, dpi // (2 * COARSE_DPI))
    thinned = np.ascontiguousarray(pixels[::step, ::step])
    small = cv2.resize(thinned, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    gray = as_gray(np.asarray(small, dtype=np.uint8))
    paper = cv2.medianBlur(cv2.dilate(gray, np.ones((PAPER_REACH, PAPER_REACH), np.uint8)), 2 * PAPER_REACH + 1)
    return np.asarray(cv2.subtract(paper, gray), dtype=np.uint8)
