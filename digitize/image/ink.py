"""Where the ink lies: the coarse picture from which turn, skew and blankness are judged."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

COARSE_DPI = 100
"""Dots per inch of the coarse picture: lines of text are still apart."""

PAPER_REACH = 9
"""Pixels of the coarse picture: wider than a stroke, so that the lightest neighbour is paper."""


def as_gray(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the brightness of a (height, width) or (height, width, 3) BGR picture."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def halved(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Halve a picture as often as it stays as large as a size: OpenCV averages four points ten times faster than nine.

    Args:
        pixels: gray or BGR.
        size: width and height that the result still has at least.
    """
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: 2 * height, : 2 * width]
        pixels = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return pixels


def shrunk(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Make a picture smaller, every point the mean of those that it stands for.

    Args:
        pixels: gray or BGR.
        size: width and height of the result, none larger than the picture's.
    """
    near = halved(pixels, size)
    if near.shape[1::-1] == size:
        return near
    return np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _enlarged(gray: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def coarse_ink(pixels: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Give how much darker than the paper around it each point is, at :data:`COARSE_DPI`.

    Args:
        pixels: a page, gray or BGR.
        dpi: dots per inch of the page.
    """
    scale = COARSE_DPI / dpi
    size = (max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale)))
    gray = shrunk(as_gray(halved(pixels, size)), size) if scale < 1 else _enlarged(as_gray(pixels), size)
    paper = cv2.medianBlur(cv2.dilate(gray, np.ones((PAPER_REACH, PAPER_REACH), np.uint8)), 2 * PAPER_REACH + 1)
    return np.asarray(cv2.subtract(paper, gray), dtype=np.uint8)
