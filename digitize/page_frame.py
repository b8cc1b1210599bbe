"""The frame of a page before and after its turn by /Rotate."""

from __future__ import annotations

from dataclasses import dataclass

from digitize.errors import Impossible

_SIDES = (3.0, 14_400.0)
"""Shortest and longest side of a page: points (ISO 19005-2, 6.1.13)."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Where a point of the upright page, as a person sees it, lies in the page's own coordinates.

    Both have their origin at the bottom left and points as their unit.
    """

    width: float
    """Of the page before the turn."""
    height: float
    """Of the page before the turn."""
    rotation: int
    """Clockwise degrees of /Rotate: 0, 90, 180 or 270."""

    @classmethod
    def of(cls, width: float, height: float, rotation: int) -> PageFrame:
        """Build the frame, shrunk or grown into what a PDF/A page may measure.

        Raises:
            Impossible: the turn is not one of the four.
        """
        if rotation not in (0, 90, 180, 270):
            raise Impossible(f"page turned by {rotation}")
        factor = min(1.0, _SIDES[1] / max(width, height))
        factor = max(factor, _SIDES[0] / min(width, height))
        return cls(round(width * factor, 2), round(height * factor, 2), rotation)

    @property
    def upright_width(self) -> float:
        """Of the page as a person sees it."""
        return self.height if self.rotation in (90, 270) else self.width

    @property
    def upright_height(self) -> float:
        """Of the page as a person sees it."""
        return self.width if self.rotation in (90, 270) else self.height

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From the upright page to the page's own coordinates, as the operator ``cm`` takes it."""
        return {
            0: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
            90: (0.0, 1.0, -1.0, 0.0, self.width, 0.0),
            180: (-1.0, 0.0, 0.0, -1.0, self.width, self.height),
            270: (0.0, -1.0, 1.0, 0.0, 0.0, self.height),
        }[self.rotation]

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of an upright point in the page's own coordinates."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f
