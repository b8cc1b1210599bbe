"""The copy that recognition reads: level, evenly lit, without seals, at a resolution that the recogniser likes.

The archived picture is never touched; the way back to it is an affine map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.leaders import without_leaders
from digitize.image.seals import without_colour, without_seals

READABLE_DPI = 200
"""A coarser page is enlarged to this: on two real pages of 70 dpi, 2.4 becomes 1.4 % and 3.7 becomes 1.8 % wrong."""
COARSE_DPI = 120
"""Pages at or above are not enlarged: it costs time, and ruled tables get worse by it."""
TOLD_DPI = 70
"""The resolution told to the recogniser: the true one makes its layout analysis drop lines of speckled pages."""
LEAST_SKEW = 0.3
"""Degrees: smaller skews are left alone, because turning blurs and the recogniser follows them."""
PAPER_SCALE = 8
"""The light of the paper is measured on a picture smaller by this factor."""
LIGHT_REACH = 8 * PAPER_SCALE
"""Pixels around a point that its light is measured from."""
SPECK_AREA_IN2 = 1.0e-4
"""Square inches: smaller dots on a bilevel page are dust, not tone marks (2 points at 144 dpi)."""

BLACKEST, PALEST = 40, 165
"""Brightness that becomes black and white where coloured ink is taken out; what it leaves behind lies above."""
_CONTRAST = np.clip((np.arange(256) - BLACKEST) * 255 / (PALEST - BLACKEST), 0, 255).astype(np.uint8)

Affine = tuple[float, float, float, float, float, float]
"""``(a, b, c, d, e, f)``: x' = a x + b y + c, y' = d x + e y + f."""

UNMOVED: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""The copy lies on the page point by point."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """What the recogniser gets."""

    gray: NDArray[np.uint8]
    """(height, width), dark text on light ground."""
    dpi: int
    """To tell the recogniser; not the true one, see :data:`TOLD_DPI`."""
    to_page: Affine
    """From a point of :attr:`gray` to the same point of the faithful page."""
    pixels: NDArray[np.uint8]
    """The faithful page, gray or BGR."""

    def black(self, left: int, top: int, right: int, bottom: int) -> NDArray[np.uint8]:
        """Give a piece of the same picture without any coloured ink: the print under seals and pen strokes.

        It is made when it is asked for, because most pages are read without it.

        Args:
            left: of the piece on :attr:`gray`, pixels.
            top: pixels.
            right: pixels, exclusive.
            bottom: pixels, exclusive.
        """
        if self.pixels.ndim == 2:
            return np.ascontiguousarray(self.gray[top:bottom, left:right])
        a, b, c, d, e, f = self.to_page
        corners = [(a * x + b * y + c, d * x + e * y + f) for x in (left, right) for y in (top, bottom)]
        from_x, from_y = (max(0, _grid(min(each) - LIGHT_REACH)) for each in zip(*corners, strict=True))
        to_x, to_y = (_grid(max(each) + LIGHT_REACH) for each in zip(*corners, strict=True))
        plain = _contrasted(_evenly_lit(without_colour(self.pixels[from_y:to_y, from_x:to_x])))
        if self.to_page == UNMOVED:
            return np.ascontiguousarray(plain[top - from_y : bottom - from_y, left - from_x : right - from_x])
        moved = (a, b, a * left + b * top + c - from_x, d, e, d * left + e * top + f - from_y)
        return _straightened(plain, moved, (right - left, bottom - top))


def working_copy(pixels: NDArray[np.uint8], skew: float, dpi: int) -> WorkingCopy:
    """Make the copy that the recogniser reads.

    Args:
        pixels: the faithful page, gray or BGR.
        skew: degrees by which its lines run downhill.
        dpi: its dots per inch.
    """
    plain = without_seals(pixels, dpi)
    even = without_leaders(_without_specks(plain, dpi) if _is_bilevel(plain) else _evenly_lit(plain), dpi)
    scale = READABLE_DPI / dpi if dpi < COARSE_DPI else 1.0
    angle = skew if abs(skew) >= LEAST_SKEW else 0.0
    if scale == 1.0 and angle == 0.0:
        return WorkingCopy(even, TOLD_DPI, UNMOVED, pixels)
    to_page = _straightening(even.shape[1], even.shape[0], angle, scale)
    size = (round(even.shape[1] * scale), round(even.shape[0] * scale))
    return WorkingCopy(_straightened(even, to_page, size), TOLD_DPI, to_page, pixels)


def _grid(place: float) -> int:
    """Give the next smaller place at which the light of the paper is measured."""
    return int(place) // PAPER_SCALE * PAPER_SCALE


def _is_bilevel(gray: NDArray[np.uint8]) -> bool:
    """Tell whether a page knows only black and white, by a sample of its points."""
    sample = gray[::7, ::7]
    return bool(np.mean((sample > 32) & (sample < 224)) < 0.002)


def _evenly_lit(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Divide by the light of the paper: shadows, tinted paper and faint show-through become white."""
    height, width = gray.shape
    size = (max(1, width // PAPER_SCALE), max(1, height // PAPER_SCALE))
    # averaged in one step: a second rounding shifts the light by one level and some words with it
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 7)
    light = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, light, scale=255), dtype=np.uint8)


def _contrasted(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make the pale remains of coloured ink white, and print black."""
    return np.asarray(cv2.LUT(gray, _CONTRAST), dtype=np.uint8)


def _without_specks(gray: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Wipe dots that are smaller than any mark of print."""
    largest = int(SPECK_AREA_IN2 * dpi * dpi)
    if largest < 1:
        return gray
    ink = (gray < 128).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    specks = stats[:, cv2.CC_STAT_AREA] <= largest
    specks[0] = False
    if count < 2 or not specks.any():
        return gray
    cleaned = gray.copy()
    # a page has little ink: looking up its points alone is ten times faster than all points
    inked = np.flatnonzero(ink)
    cleaned.ravel()[inked[specks[labels.ravel()[inked]]]] = 255
    return cleaned


def _straightening(width: int, height: int, degrees: float, scale: float) -> Affine:
    """Give the way back from a copy that was turned level about its middle and enlarged."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    a, b, d, e = cos / scale, -sin / scale, sin / scale, cos / scale
    middle_x, middle_y = round(width * scale) / 2, round(height * scale) / 2
    return (a, b, width / 2 - a * middle_x - b * middle_y, d, e, height / 2 - d * middle_x - e * middle_y)


def _straightened(gray: NDArray[np.uint8], to_page: Affine, size: tuple[int, int]) -> NDArray[np.uint8]:
    copy = cv2.warpAffine(
        gray,
        np.array(to_page).reshape(2, 3),
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255.0,
    )
    return np.asarray(copy, dtype=np.uint8)
