"""Where ink lies that no word accounts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.text.engine import RawWord

HEIGHT_IN_SMALL = 8
"""Pixels that a word is high on the small picture on which ink is looked for."""
DARK = 170
"""Brightness below which a point of the small picture is ink."""
SHORTEST = 2.5
"""Heights of a word: a shorter stretch of ink is a tick or a speck."""
FLATTEST = 0.45
"""Heights of a word: flatter ink is a ruled line."""
TALLEST = 14.0
"""Heights of a word: taller ink is a picture or the frame of a table."""
MARGIN = 0.03
"""Share of the page at each edge that is left out: shadows of the lid and punched holes."""
MOST_REGIONS = 5
"""A page has one or two signatures; more pieces mean a drawing."""
MOST_AREA = 0.2
"""Share of the page that may be read a second time."""
AROUND = 0.8
"""Heights of a word of paper around a region."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the working copy: pixels, right and bottom exclusive."""

    left: int
    """Pixels."""
    top: int
    """Pixels."""
    right: int
    """Pixels."""
    bottom: int
    """Pixels."""

    @property
    def area(self) -> int:
        """Pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


def unread_regions(gray: NDArray[np.uint8], sure: Sequence[RawWord]) -> tuple[Region, ...]:
    """Find the pieces of a page whose ink was not read, largest first.

    Args:
        gray: the working copy.
        sure: the words that count as read.
    """
    if not sure:
        return ()
    unit = float(median(word.bottom - word.top for word in sure))
    scale = HEIGHT_IN_SMALL / unit
    ink = _leftover_ink(gray, sure, scale)
    # letters of a line, and lines of a block, grow together
    joined = cv2.dilate(ink, np.ones((HEIGHT_IN_SMALL + 1, 2 * HEIGHT_IN_SMALL + 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    grown_x, grown_y = HEIGHT_IN_SMALL, HEIGHT_IN_SMALL // 2
    found = []
    for left, top, width, height, _ in stats[1:count].tolist():
        box = (left + grown_x, top + grown_y, left + width - grown_x, top + height - grown_y)
        wide, high = box[2] - box[0], box[3] - box[1]
        if wide < SHORTEST * HEIGHT_IN_SMALL or not FLATTEST <= high / HEIGHT_IN_SMALL <= TALLEST:
            continue
        found.append(_region(box, scale, unit, gray.shape[1], gray.shape[0]))
    return _affordable(found, gray.size)


def _leftover_ink(gray: NDArray[np.uint8], sure: Sequence[RawWord], scale: float) -> NDArray[np.uint8]:
    """Give the ink of the page, small, without the words that were read and without the margins."""
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    near = gray
    if scale <= 0.5:  # the way over the half size is four times faster
        even = gray[: gray.shape[0] // 2 * 2, : gray.shape[1] // 2 * 2]
        near = np.asarray(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ink = (cv2.resize(near, size, interpolation=cv2.INTER_AREA) < DARK).astype(np.uint8)
    for word in sure:
        left, top = max(0, int(word.left * scale) - 2), max(0, int(word.top * scale) - 2)
        ink[top : int(word.bottom * scale) + 3, left : int(word.right * scale) + 3] = 0
    across, down = round(size[0] * MARGIN), round(size[1] * MARGIN)
    ink[:down], ink[size[1] - down :] = 0, 0
    ink[:, :across], ink[:, size[0] - across :] = 0, 0
    # what is thinner than any letter in one direction is a rule
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), dtype=np.uint8)


def _region(box: tuple[int, int, int, int], scale: float, unit: float, width: int, height: int) -> Region:
    around = AROUND * unit
    return Region(
        max(0, round(box[0] / scale - around)),
        max(0, round(box[1] / scale - around)),
        min(width, round(box[2] / scale + around)),
        min(height, round(box[3] / scale + around)),
    )


def _affordable(found: Sequence[Region], page_area: int) -> tuple[Region, ...]:
    """Keep the largest regions that can be read again at a fair price."""
    kept: list[Region] = []
    left_over = MOST_AREA * page_area
    for region in sorted(found, key=lambda each: each.area, reverse=True)[:MOST_REGIONS]:
        if region.area <= left_over:
            kept.append(region)
            left_over -= region.area
    return tuple(kept)
