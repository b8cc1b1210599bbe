"""Secrecy marks: stamped or printed alone, not the words in running text."""

from __future__ import annotations

from collections.abc import Sequence

from digitize.model import Secrecy
from digitize.understand.rows import Row
from digitize.vietnamese import unmarked

DEEPEST = 0.5
"""Share of the page's height: the mark stands under the number and the agency (NĐ 30/2020/NĐ-CP, cell 10a)."""
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–!"
_MARKS = {"TUYỆT MẬT": Secrecy.TUYET_MAT, "TỐI MẬT": Secrecy.TOI_MAT, "MẬT": Secrecy.MAT}
_MISREAD = {"TUYET MAT": Secrecy.TUYET_MAT, "TOI MAT": Secrecy.TOI_MAT}


def secrecy_of(rows: Sequence[Row]) -> Secrecy | None:
    """Find the highest secrecy mark that stands alone in the upper half of a page.

    A mark whose tone marks were misread counts for the two longer ones; "MAT" alone could be anything.
    """
    found = {mark for row in rows if row.depth < DEEPEST and (mark := _mark(row.text)) is not None}
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
