"""By how many degrees the lines of a page run downhill."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LARGEST_SKEW = 7.0
"""Degrees: a feeder skews by less; what lies beyond is a photo, whose lines the recogniser follows by itself."""
COARSE_STEP = 0.5
"""Degrees between the first trials."""
FINE_STEP = 0.1
"""Degrees between the trials around the best of the first."""
LEAST_GAIN = 1.02
"""How much crisper than the level page the lines must become for a skew to be believed."""
DARK = 40
"""How much darker than the paper a point must be to count as ink."""
ENOUGH_INK = 200
"""Points of ink on the coarse picture below which a page has no lines to measure."""


def measure_skew(ink: NDArray[np.uint8]) -> float:
    """Measure the skew of an upright page.

    Every trial shears the ink by an angle and looks how sharply rows of text stand against the gaps between them.

    Args:
        ink: the page's coarse ink, see :func:`digitize.image.ink.coarse_ink`.

    Returns:
        Degrees, positive when the lines run downhill to the right; 0.0 when level or when nothing can be measured.
    """
    margin = min(ink.shape) // 25
    rows, columns = np.nonzero(ink[margin:-margin, margin:-margin] > DARK)
    if rows.size < ENOUGH_INK:
        return 0.0
    level = _crispness(rows, columns, 0.0)
    coarse = np.arange(-LARGEST_SKEW, LARGEST_SKEW + COARSE_STEP / 2, COARSE_STEP)
    around = max(coarse, key=lambda angle: _crispness(rows, columns, float(angle)))
    fine = np.arange(around - COARSE_STEP, around + COARSE_STEP + FINE_STEP / 2, FINE_STEP)
    best = float(max(fine, key=lambda angle: _crispness(rows, columns, float(angle))))
    if abs(best) > LARGEST_SKEW or _crispness(rows, columns, best) < LEAST_GAIN * level:
        return 0.0
    return round(best, 2)


def _crispness(rows: NDArray[np.intp], columns: NDArray[np.intp], degrees: float) -> float:
    shifted = rows - columns * math.tan(math.radians(degrees))
    profile = np.bincount((shifted - shifted.min()).astype(np.intp))
    return float(np.square(np.diff(profile)).sum())
