"""How large the paper was: the resolution that a file states, or that its shape suggests."""

from __future__ import annotations

from dataclasses import dataclass

A4_LONG_INCHES = 297 / 25.4
"""The longer side of A4 (ISO 216), the paper of nearly every administrative document."""

BELIEVABLE_DPI = 99
"""Up to here a stated resolution of a page with many pixels is a default of the software (72, 96), not a measure."""

MANY_PIXELS = 1_500
"""Pixels of the longer side from which on a page was certainly scanned at more than :data:`BELIEVABLE_DPI`."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The size on paper of a stored picture, before any turn."""

    dpi: int
    """Dots per inch, the mean of both directions; at least 1."""
    width_pt: float
    """1/72 inch."""
    height_pt: float
    """1/72 inch."""


def paper_of(width: int, height: int, stated_x: float, stated_y: float) -> Paper:
    """Measure the paper by the stated resolution, by A4 where none is stated or believable.

    Args:
        width: pixels.
        height: pixels.
        stated_x: dots per inch across, 0 when the file says nothing.
        stated_y: dots per inch down, 0 when the file says nothing.
    """
    longer = max(width, height)
    low = min(stated_x, stated_y)
    if low < 1 or (low <= BELIEVABLE_DPI and longer >= MANY_PIXELS):
        stated_x = stated_y = longer / A4_LONG_INCHES
    dpi = max(1, round((stated_x + stated_y) / 2))
    return Paper(dpi, max(1.0, width * 72 / stated_x), max(1.0, height * 72 / stated_y))
