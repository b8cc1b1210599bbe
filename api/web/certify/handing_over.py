"""A download link as it is handed over at the desk: to be typed, clicked, or scanned by a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.schemas_copies import LinkBody

QUIET_MODULES = 4
"""White margin of a QR (ISO/IEC 18004 §6.3.8)."""


@dataclass(frozen=True, slots=True)
class Handout:
    """A link and its QR as the outline of an SVG path."""

    url: str
    expires_at: datetime
    path: str
    """One square a dark module, in units of a module."""
    side: int
    """Of the square that it lies in, margin included, modules."""


def handout_of(link: LinkBody) -> Handout:
    """Draw the QR of a link."""
    import segno  # costs a process its time, so it is imported when the first link is made

    rows = tuple(segno.make_qr(link.url, error="m").matrix)
    path = "".join(
        f"M{x + QUIET_MODULES},{y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return Handout(link.url, link.expires_at, path, len(rows) + 2 * QUIET_MODULES)
