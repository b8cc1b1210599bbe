"""The seam between the two columns of an official header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from digitize.model import Box, Line
from digitize.vietnamese import bare

NATIONAL_HEADER = "cong hoa xa hoi chu nghia viet nam"
"""Cell 1, upper line (NĐ 30/2020/NĐ-CP, Annex I)."""
MOTTO = "doc lap tu do hanh phuc"
"""Cell 1, lower line."""
ALIKE = 80
"""Percent of likeness above which a stretch of words is taken for one of the two."""
REACH = 8
"""Heights of the national header's line: number and date stand at most so far below it."""
ZONE_END = re.compile(r"^s[ốôóòồổỗọ]\s*[:;.,]|ng[àaáảâ]y.{0,12}th[^\W\d_]{1,2}ng.{0,12}n[ăaâäã]m", re.IGNORECASE)
"""Number and date: the last line that both columns have."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Where the right column begins."""

    left: int
    """Pixels: left edge of the national header."""
    width: int
    """Pixels: half the words of the header; the date may begin that far left of it."""
    bottom: int
    """Pixels: the header's zone ends here."""

    def parts(self, before: Box, after: Box) -> bool:
        """Tell whether the blank between two words lies on the seam."""
        at_seam = before.right <= self.left + self.slack and after.left >= self.left - self.slack
        return after.top < self.bottom and at_seam

    @property
    def slack(self) -> int:
        """Pixels by which a column may begin beside the seam."""
        return self.width // 40


def header_boundary(lines: Sequence[Line]) -> Seam | None:
    """Find the seam by the national header or the motto, where one of them shares its line with the left column."""
    for line in lines:
        found = _start_of(line, NATIONAL_HEADER, 7) or _start_of(line, MOTTO, 6)
        if found is not None:
            first = line.words[found[0]].box
            return Seam(first.left, line.box.right - first.left, _zone_bottom(lines, line.box.bottom, first.height))
    return None


def _zone_bottom(lines: Sequence[Line], start: int, height: int) -> int:
    """Give the lower edge of the last line of the two columns, below a line of the national header."""
    ends = [
        line.box.bottom
        for line in lines
        if start < line.box.bottom < start + REACH * height and ZONE_END.search(line.text)
    ]
    return max(ends, default=start + 2 * height)


def _start_of(line: Line, phrase: str, count: int) -> tuple[int, float] | None:
    """Find the word at which a phrase of so many words begins most likely."""
    plain = [bare(word.text) for word in line.words]
    best: tuple[int, float] | None = None
    for start in range(max(1, len(plain) - count + 1)):
        if not plain[start]:
            continue
        score = fuzz.ratio(" ".join(part for part in plain[start:] if part), phrase)
        if score >= ALIKE and (best is None or score > best[1]):
            best = (start, score)
    return best
