"""Dotted leaders of forms: the dots on which a value is written, which the recogniser takes for letters."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.ink import shrunk

DARK = 200
"""Brightness below which a point of the evenly lit page is ink; leaders are often paler than print."""
LARGEST_DOT_INCH = 0.036
"""Width and height of a dot at most."""
NEXT_DOT_INCH = 0.075
"""Dots of one leader follow each other at least so closely; the dots under letters do not."""
SHORTEST_INCH = 0.16
"""A shorter chain is an ellipsis."""
FLATTEST_INCH = 0.06
"""A chain is no higher than this, also on a page that is a little skewed."""
FINE_DPI = 240
"""From here on dots are looked for on the page at half its resolution."""
FEWEST_DOTS = 60
"""Small dots that a page with leaders has at least."""


def without_leaders(gray: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Wipe chains of dots; all else stays.

    Args:
        gray: an evenly lit page, dark on white.
        dpi: its dots per inch.
    """
    fine = dpi >= FINE_DPI
    small = shrunk(gray, (gray.shape[1] // 2, gray.shape[0] // 2)) if fine else gray
    leaders = _leaders(small, dpi // 2 if fine else dpi)
    if leaders is None:
        return gray
    if fine:
        size = (gray.shape[1], gray.shape[0])
        leaders = np.asarray(cv2.resize(leaders, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    cleaned = gray.copy()
    # the grey rim of a dot lies just outside it
    cleaned[cv2.dilate(leaders, np.ones((3, 3), np.uint8)) > 0] = 255
    return cleaned


def _leaders(gray: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8] | None:
    """Give the dots that belong to leaders as 1, or None when there are none."""
    ink = np.asarray(cv2.threshold(gray, DARK - 1, 1, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
    largest = max(2, round(LARGEST_DOT_INCH * dpi))
    dots = _components(ink, lambda width, height: (width <= largest) & (height <= largest), FEWEST_DOTS)
    if dots is None:
        return None
    reach = max(3, round(NEXT_DOT_INCH * dpi))
    # dots of one leader may lie a point higher or lower than their neighbours
    chains = cv2.dilate(
        cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8)), np.ones((3, 1), np.uint8)
    )
    shortest, flattest = SHORTEST_INCH * dpi, FLATTEST_INCH * dpi
    long = _components(
        np.asarray(chains, dtype=np.uint8), lambda width, height: (width >= shortest) & (height <= flattest), 1
    )
    return None if long is None else dots & long


def _components(
    mask: NDArray[np.uint8], fits: Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]], fewest: int
) -> NDArray[np.uint8] | None:
    """Keep the connected components of fitting width and height, if there are enough of them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    kept = fits(
        np.asarray(stats[:, cv2.CC_STAT_WIDTH], dtype=np.int32),
        np.asarray(stats[:, cv2.CC_STAT_HEIGHT], dtype=np.int32),
    )
    kept[0] = False
    if int(kept.sum()) < fewest:
        return None
    found = np.zeros_like(mask)
    inked = np.flatnonzero(mask)
    found.ravel()[inked] = kept[labels.ravel()[inked]]
    return found
