"""Which pages make up a capture, when it is not one scan as it came: an ordered list of pages of immutable scans.

A person may leave pages out, put others in, set them in order and turn them; the scans themselves never change. The
list is the source of such a capture: its own bytes are kept as an object, and their SHA-256, which binds the SHA-256 of
every scan it names, stands where that of a scan stands otherwise (the history, the archive file's metadata).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from digitize.errors import Impossible, InvalidInput

TURNS = (0, 90, 180, 270)
"""Clockwise degrees."""

MOST_PAGES = 2_000
"""Entries of one plan, as many as a file may have pages (:class:`digitize.image.limits.Limits`)."""


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page of a scan, or all of its pages."""

    scan: str
    """SHA-256 of the scan's bytes, lower-case hex."""
    page: int | None = None
    """1-based; None: every page, in the scan's own order."""
    rotation: int | None = None
    """Clockwise degrees from the picture as stored, as a person has set it; None: the reader finds out."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The pages of a capture in their order."""

    pages: tuple[PlannedPage, ...]

    @property
    def scans(self) -> tuple[str, ...]:
        """The scans that it names, each once, in the order in which they are first needed."""
        return tuple(dict.fromkeys(page.scan for page in self.pages))

    @property
    def key(self) -> str:
        """SHA-256 of the plan's own bytes."""
        return hashlib.sha256(self.encoded()).hexdigest()

    def encoded(self) -> bytes:
        """Write the plan; the same plan always gives the same bytes."""
        return msgspec.json.encode({"page_plan": 1, "pages": self.pages}, order="deterministic")


@dataclass(frozen=True, slots=True)
class JoinedScans:
    """A plan, and where its scans lie in the one file that holds them one after the other."""

    plan: PagePlan
    sizes: tuple[int, ...]
    """Bytes of each of ``plan.scans``."""

    def __post_init__(self) -> None:
        """Refuse sizes that do not belong to the scans.

        Raises:
            Impossible: there are more or fewer of them.
        """
        if len(self.sizes) != len(self.plan.scans):
            raise Impossible("a plan whose scans were not all joined")

    def place_of(self, scan: str) -> slice:
        """Return where a scan lies in the file."""
        index = self.plan.scans.index(scan)
        start = sum(self.sizes[:index])
        return slice(start, start + self.sizes[index])


def planned(pages: Sequence[PlannedPage]) -> PagePlan:
    """Make a plan of what a person asks for.

    Raises:
        InvalidInput: no page, too many, or a turn that is none.
    """
    if not pages:
        raise InvalidInput("phải còn ít nhất một trang", remedy="Muốn bỏ cả văn bản thì hãy rút nó.")
    if len(pages) > MOST_PAGES:
        raise InvalidInput(f"tối đa {MOST_PAGES} trang")
    if any(page.rotation is not None and page.rotation not in TURNS for page in pages):
        raise InvalidInput("chỉ xoay được 0, 90, 180 hoặc 270 độ")
    return PagePlan(tuple(pages))
