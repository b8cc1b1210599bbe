"""Which kind of paper this is, with reasons a person can check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from digitize.catalogue import reading as catalogue
from digitize.catalogue.reading import KindEntry
from digitize.model import UNKNOWN_KIND, Kind
from digitize.understand.header import Header
from digitize.understand.likeness import begins_with, holds, likeness
from digitize.understand.rows import Row
from digitize.vietnamese import bare

SURE_ENOUGH = 0.6
"""Below, the honest answer is "không rõ"."""
TITLE_LIKENESS = 86.0
"""Percent of likeness of a title line to a kind's title."""
DEEPEST_TITLE = 0.62
"""Share of the page's height below which no title stands."""
DEEPEST_BEGUN = 0.4
"""The same, for a title of which only the beginning is known."""
BEGUN = 90.0
"""Percent of likeness of such a title."""
LETTER = "cong_van"
"""The one kind of NĐ 30/2020/NĐ-CP without a title."""
_NOTATION = re.compile(r"[/\-\u2013]\s*([A-ZĐƯĂÂÊÔƠa-zđưăâêôơỹỳýy]{1,8})(?=\s*[-\u2013/.]|\s*$)")


@dataclass(frozen=True, slots=True)
class Title:
    """The title lines of a paper: cell 5a."""

    rows: tuple[Row, ...]
    """From the top, never empty."""
    entry: KindEntry
    """What they name."""
    likeness: float
    """Percent."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind, and the lines that named it."""

    kind: Kind
    """The answer."""
    entry: KindEntry | None
    """The catalogue's entry; None when unsure."""
    title: Title | None
    """Where the title stands, if there is one."""


def judge_kind(rows: Sequence[Row], header: Header) -> Judgement:
    """Decide the kind of a paper by its title, the notation of its number and phrases of its body."""
    first = [row for row in rows if row.page == rows[0].page] if rows else []
    title = find_title(first)
    scores = _scores(rows, first, header, title)
    if not scores:
        nothing = ("không thấy tên loại, ký hiệu hay cụm từ nào quen",)
        return Judgement(Kind(UNKNOWN_KIND, "Không rõ", 0.0, nothing), None, None)
    entry, (confidence, reasons) = max(scores.items(), key=lambda item: item[1][0])
    if confidence < SURE_ENOUGH:
        told = (f"gần nhất là {entry.name}, nhưng chưa đủ căn cứ", *reasons)
        return Judgement(Kind(UNKNOWN_KIND, "Không rõ", round(confidence, 4), told), None, title)
    named = title if title and title.entry is entry else None
    return Judgement(Kind(entry.code, entry.name, round(confidence, 4), reasons), entry, named)


def find_title(first: Sequence[Row]) -> Title | None:
    """Find the title among the rows of page 1: the most exact match, a longer one before a shorter."""
    candidates = [row for row in first if row.depth < DEEPEST_TITLE and row.capitals]
    # "QUYẾT ĐỊNH:" with a colon enacts; it is the title only where nothing else is
    titled = [row for row in candidates if not row.text.endswith(":")]
    return _most_exact(titled) or _begun(titled) or _most_exact(candidates)


def _most_exact(candidates: Sequence[Row]) -> Title | None:
    best: Title | None = None
    for at in range(len(candidates)):
        for length in (3, 2, 1):
            group = candidates[at : at + length]
            if len(group) == length and _stacked(group):
                found = _named(group)
                if found and (best is None or _rank(found) > _rank(best)):
                    best = found
    return best


def _begun(candidates: Sequence[Row]) -> Title | None:
    """Find a certificate whose title says more than the catalogue knows: "GIẤY PHÉP BÁN LẺ RƯỢU"."""
    forms = [entry for entry in catalogue.kinds() if entry.family in ("certificate", "civil_status")]
    longest = sorted(((title, entry) for entry in forms for title in entry.titles), key=lambda pair: -len(pair[0]))
    for row in candidates:
        for title, entry in longest:
            if row.depth < DEEPEST_BEGUN and len(title.split()) > 1 and begins_with(row.text, (title,), 93.0):
                return Title((row,), entry, BEGUN)
    return None


def _rank(title: Title) -> tuple[float, float]:
    """Longer titles first; of the same length the more exact, then the higher on the page."""
    return (len(bare(" ".join(row.text for row in title.rows))), title.likeness)


def _stacked(group: Sequence[Row]) -> bool:
    return all(
        0 < below.box.top - above.box.top < 3 * above.height and abs(below.centre - above.centre) < 0.12
        for above, below in pairwise(group)
    )


def _named(group: Sequence[Row]) -> Title | None:
    text = " ".join(row.text for row in group)
    best: Title | None = None
    for entry in catalogue.kinds():
        for title in entry.titles:
            score = likeness(text, title)
            if score >= TITLE_LIKENESS and (best is None or score > best.likeness):
                best = Title(tuple(group), entry, score)
    return best


def _scores(
    rows: Sequence[Row], first: Sequence[Row], header: Header, title: Title | None
) -> dict[KindEntry, tuple[float, tuple[str, ...]]]:
    """Weigh every kind that anything speaks for."""
    symbol = _symbol(header.number.text) if header.number else ""
    body = bare(" ".join(row.text for row in rows))
    weighed: dict[KindEntry, tuple[float, tuple[str, ...]]] = {}
    for entry in catalogue.kinds():
        reasons: list[str] = []
        doubt = 1.0
        if title and title.entry is entry:
            doubt *= 1 - 0.92 * (title.likeness / 100) ** 2
            reasons.append(f"tên loại “{' '.join(row.text for row in title.rows)}” ở đầu trang")
        if symbol and symbol in entry.symbols:
            doubt *= 0.35
            reasons.append(f"ký hiệu “{symbol}” trong số văn bản")
        matched = [phrase for phrase in entry.anchors if holds(body, phrase, 90.0)]
        if matched and entry.code != LETTER:
            doubt *= max(0.3, (0.75 if entry.family in ("administrative", "normative") else 0.6) ** len(matched))
            reasons += [f"có cụm từ “{phrase}”" for phrase in matched]
        if entry.code == LETTER:
            doubt, reasons = _as_letter(first, header, title, symbol)
        if reasons:
            weighed[entry] = (1 - doubt, tuple(reasons))
    return weighed


def _as_letter(first: Sequence[Row], header: Header, title: Title | None, symbol: str) -> tuple[float, list[str]]:
    """A letter has a number, addressees and a subject under the number, and no title."""
    known = {name for entry in catalogue.kinds() for name in entry.symbols}
    if title is not None or symbol in known:
        return 1.0, []
    doubt, reasons = 1.0, []
    if any(begins_with(row.text, ("Kính gửi",)) for row in first):
        doubt *= 0.3
        reasons.append("có “Kính gửi”, không có tên loại")
    if any(begins_with(row.text, ("V/v", "Về việc", "Về")) for row in header.left[:2]):
        doubt *= 0.3
        reasons.append("trích yếu đặt dưới số, ký hiệu")
    if header.number is not None and symbol:
        doubt *= 0.6
        reasons.append(f"ký hiệu “{symbol}” là tên cơ quan, không phải tên loại")
    return doubt, reasons


def _symbol(number: str) -> str:
    """Give the part of the notation that may name a kind: "QĐ" of "15/2021/QĐ-UBND", "TB" of "55-TB/ĐTN"."""
    parts = [match.group(1) for match in _NOTATION.finditer(number)]
    known = {name for entry in catalogue.kinds() for name in entry.symbols}
    return next((part for part in parts if part in known), parts[0] if parts else "")
