"""Secrecy marks: stamped or printed alone, not the words in running text."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from digitize.model import Secrecy
from digitize.understand.rows import Row
from digitize.vietnamese import bare, unmarked

DEEPEST = 0.5
"""Share of the page's height: the mark stands under the number and the agency (NĐ 30/2020/NĐ-CP, cell 10a)."""
_STAMPED = {"tuyetmat": (Secrecy.TUYET_MAT, 2), "toimat": (Secrecy.TOI_MAT, 1), "mat": (Secrecy.MAT, 0)}
"""Letters of each mark, and how many of them may be misread where a stamp was cut out and read by itself."""
MOSTLY = 0.7
"""Share of the letters and figures of a stamp that are capitals."""
_ALIKE = 3
"""Letters of a line on the page by which it may differ from a mark that the page's layout garbled."""
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–!"
_MARKS = {"TUYỆT MẬT": Secrecy.TUYET_MAT, "TỐI MẬT": Secrecy.TOI_MAT, "MẬT": Secrecy.MAT}
_MISREAD = {"TUYET MAT": Secrecy.TUYET_MAT, "TOI MAT": Secrecy.TOI_MAT}


def secrecy_of(rows: Sequence[Row], stamped: Sequence[str] = ()) -> Secrecy | None:
    """Find the highest secrecy mark that stands alone in the upper half of a page.

    A mark whose tone marks were misread counts for the two longer ones; "MAT" alone could be anything, unless it is
    a stamp.

    Args:
        rows: the printed lines.
        stamped: what was read on each stamp.
    """
    found = {mark for row in rows if row.depth < DEEPEST and (mark := _mark(row.text)) is not None}
    found |= {mark for text in stamped if (mark := _stamped(text)) is not None}
    for mark in (Secrecy.TUYET_MAT, Secrecy.TOI_MAT, Secrecy.MAT):
        if mark in found:
            return mark
    return None


def _mark(text: str) -> Secrecy | None:
    alone = " ".join(part for part in (word.strip(_EDGES) for word in text.split()) if part)
    alone = alone.removeprefix("ĐỘ MẬT ").removeprefix("Độ mật ")
    if not alone.isupper():
        return None
    return _MARKS.get(alone) or _MISREAD.get(unmarked(alone))


def _stamped(text: str) -> Secrecy | None:
    """Read a stamp with the errors that a smudge makes: a missed mark does harm, a wrong one costs a look."""
    letters = bare("".join(letter for letter in text if letter.isupper())).replace(" ", "")
    if not letters or len(letters) < MOSTLY * sum(letter.isalnum() for letter in text):
        return None
    for mark, (degree, errors) in _STAMPED.items():
        if Levenshtein.distance(letters, mark) <= errors:
            return degree
    return None


def may_be_garbled(line: str) -> bool:
    """Tell whether a line of the page is near enough to a mark to be looked at once more, by itself.

    Args:
        line: as it was read with the page.
    """
    letters = bare(line).replace(" ", "")
    return any(Levenshtein.distance(letters, mark) < min(_ALIKE, len(mark)) for mark in _STAMPED)
