"""Where on a page a signature is shown: the corners that the law names, on paper of any size.

Both who makes the empty fields of an archive file and who signs a foreign file ask here. Lengths are those of an A4
page and grow and shrink with the shorter side; but type never becomes smaller than can be read while there is room for
it, so on small paper the block takes more of the page's width instead.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import Misconfigured
from digitize.model import Role

Box = tuple[float, float, float, float]
"""Left, bottom, right, top; origin bottom-left of the page as it is shown."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where one role signs."""

    corner: str
    """``top-left`` or ``top-right``, as the page is shown."""
    page: int
    """1-based."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Placement:
    """The box of a visible block."""

    reference_side_pt: float
    """Shorter side of the page for which the lengths below hold, points."""
    margin_pt: float
    width_pt: float
    height_pt: float
    type_pt: float
    """Size of type in a block of that height."""
    type_min_pt: float
    """Size of type below which a block takes more of the page instead of shrinking."""
    height_share_max: float
    """Largest share of the page's height that a block takes."""
    source: str
    since: date
    clerk: Corner
    agency: Corner

    def corner(self, role: Role) -> Corner:
        """Return the corner of a role."""
        return self.clerk if role is Role.CLERK else self.agency

    def scale(self, width: float, height: float, user_unit: float = 1.0) -> float:
        """Return how much larger than on the reference page lengths are, in the page's own units.

        Args:
            width: of the page as shown, units.
            height: likewise.
            user_unit: points of one unit (ISO 32000-1 §14.11, /UserUnit).
        """
        smallest = self.type_min_pt / self.type_pt / user_unit
        return max(min(width, height) / self.reference_side_pt, smallest)

    def box(self, role: Role, width: float, height: float, user_unit: float = 1.0) -> Box:
        """Return the box of a role on a page as it is shown; arguments as of :meth:`scale`."""
        scale = self.scale(width, height, user_unit)
        margin = min(width, height) / self.reference_side_pt * self.margin_pt
        across = min(self.width_pt * scale, (width - 3 * margin) / 2)
        upward = min(self.height_pt * scale * (self.width_pt * scale / across), height * self.height_share_max)
        left = margin if self.corner(role).corner == "top-left" else width - margin - across
        return left, height - margin - upward, left + across, height - margin


@cache
def placement() -> Placement:
    """Read the catalogue once.

    Raises:
        Misconfigured: the file is missing or does not have the shape above.
    """
    try:
        table = tomllib.loads(files("digitize.catalogue").joinpath("signing.toml").read_text(encoding="utf-8"))
        return msgspec.convert(table["placement"], Placement)
    except (OSError, KeyError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise Misconfigured(f"danh mục signing.toml không đọc được: {fault}") from fault
