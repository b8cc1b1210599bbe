"""A received file, opened: what it is, and its pages one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from digitize.image.sheet import Sheet
from digitize.model import MediaType, Nature


@dataclass(frozen=True, slots=True)
class Scan:
    """What was handed in, with its pages still compressed."""

    media_type: MediaType
    nature: Nature
    page_count: int
    """At least 1."""
    _load: Callable[[int], Sheet]
    """Decodes one page, 1-based."""

    def sheet(self, number: int) -> Sheet:
        """Decode one page, 1-based.

        Raises:
            DocumentAtFault: it cannot be decoded.
        """
        return self._load(number)

    def sheets(self) -> Iterator[Sheet]:
        """Decode page after page; no more than one is held here at a time.

        Raises:
            DocumentAtFault: a page cannot be decoded.
        """
        for number in range(1, self.page_count + 1):
            yield self._load(number)
