"""Red seals out of the way of the print under them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.ink import as_gray, shrunk

REDDER = 40
"""How far red must exceed both other channels for a point to be red ink."""
SMALLEST_SEAL_INCH = 0.7
"""An agency's round seal measures 36 mm and more (TT 21/2012/TT-BCA as amended); overlapping text breaks it up."""
LARGEST_SEAL_INCH = 2.2
"""Larger red ink is a frame or an ornament of the form."""
SEAL_SCALE = 4
"""Seals are looked for on a picture smaller by this factor."""


def without_seals(pixels: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Give the page in gray, red seals faded; red lines of print and name stamps stay as dark as they are.

    Args:
        pixels: the faithful page, gray or BGR.
        dpi: its dots per inch.
    """
    gray = as_gray(pixels)
    if pixels.ndim == 2:
        return gray
    faded = gray
    for top, bottom, left, right in _seals(pixels, dpi):
        if faded is gray:
            faded = gray.copy()
        faded[top:bottom, left:right] = pixels[top:bottom, left:right, 2]
    return faded


def without_colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the page in gray as seen through a glass of each ink's own colour: seals, pen strokes and stamps vanish.

    Args:
        pixels: the faithful page, BGR.
    """
    blue, green, red = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


def _seals(pixels: NDArray[np.uint8], dpi: int) -> list[tuple[int, int, int, int]]:
    """Find the rectangles (top, bottom, left, right) that hold a seal."""
    height, width = pixels.shape[:2]
    size = (max(1, width // SEAL_SCALE), max(1, height // SEAL_SCALE))
    blue, green, red_light = cv2.split(shrunk(pixels, size))
    red = (cv2.subtract(red_light, cv2.max(blue, green)) > REDDER).astype(np.uint8)
    if not red.any():
        return []
    reach = max(3, round(dpi / SEAL_SCALE * 0.06))
    closed = cv2.dilate(red, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    smallest = SMALLEST_SEAL_INCH * dpi / SEAL_SCALE
    largest = LARGEST_SEAL_INCH * dpi / SEAL_SCALE
    found = []
    for left, top, wide, high, _ in stats[1:count]:
        if smallest <= high <= largest and 0.3 * high <= wide < min(3 * high, largest):
            found.append(
                (
                    max(0, top * SEAL_SCALE - SEAL_SCALE),
                    min(height, (top + high + 1) * SEAL_SCALE),
                    max(0, left * SEAL_SCALE - SEAL_SCALE),
                    min(width, (left + wide + 1) * SEAL_SCALE),
                )
            )
    return found
