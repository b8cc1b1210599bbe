"""Persons in running text, known by the particulars after their names.

A decision names its person in Article 1: "... đối với ông Nguyễn Văn An, sinh ngày 01/02/1950, CCCD số 0250...". A name
without particulars may be anybody (who proposed, who carries out), so that it is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from digitize.model import Field, Word
from digitize.understand.dates import find_date
from digitize.understand.found import field_from
from digitize.understand.names import MOST, PersonName, person_name
from digitize.understand.rows import Row, row_of

WINDOW = 45
"""Words after a name within which its particulars stand."""
_CALLED = frozenset({"ông", "bà", "anh", "chị", "cháu", "em", "ông/bà"})
_ARTICLE = re.compile(r"^\W*Đi[eêềếệ]u\s*[1lI]\b")
_LATER_ARTICLE = re.compile(r"^\W*Đi[eêềếệ]u\s*[2-9]\b")
_BORN = re.compile(r"\bsinh\b", re.IGNORECASE)
_CARD = re.compile(
    r"(?:CCCD|CMND|CMT|c[ăaắ]n\s+cước|chứng\s+minh|định\s+danh|hộ\s+chiếu)[^\d;]{0,60}?(?<!\d)(?P<number>\d{12}|\d{9})(?!\d)",
    re.IGNORECASE,
)
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–…"


@dataclass(frozen=True, slots=True)
class Person:
    """A person and the particulars that follow the name."""

    name: Field
    """As printed."""
    birth_date: Field | None
    """ISO 8601."""
    number: Field | None
    """Of the identity card."""


@dataclass(frozen=True, slots=True)
class _Placed:
    word: Word
    row: Row


def articles(rows: Sequence[Row]) -> Sequence[Row]:
    """Give the rows from Article 1 on; none when the paper has no Article 1."""
    first = next((at for at, row in enumerate(rows) if _ARTICLE.match(row.text)), len(rows))
    return rows[first:]


def persons_in(rows: Sequence[Row]) -> tuple[Person, ...]:
    """Find the persons who are named with a birth date or the number of a card, in reading order."""
    placed = [_Placed(word, row) for row in rows for word in row.words]
    starts = [at for at, each in enumerate(placed) if _is_call(each.word)]
    found: list[Person] = []
    for index, start in enumerate(starts):
        named = _name_after(placed, start + 1)
        if named is None:
            continue
        name, end = named
        later = next((at for at in starts[index + 1 :] if at >= end), len(placed))
        person = _person(name, placed[start + 1 : end], placed[end : min(later, end + WINDOW)])
        if person is not None:
            found.append(person)
    return tuple(found)


def named_alone(rows: Sequence[Row]) -> Field | None:
    """Find the one person whom Article 1 names, if it names only one; always doubtful, for want of particulars."""
    first = takewhile(lambda row: not _LATER_ARTICLE.match(row.text), articles(rows))
    placed = [_Placed(word, row) for row in first for word in row.words]
    starts = [at + 1 for at, each in enumerate(placed) if _is_call(each.word)]
    named = [(start, found) for start in starts if (found := _name_after(placed, start)) is not None]
    if len({name.value.casefold() for _, (name, _) in named}) != 1:
        return None
    start, (name, end) = named[0]
    return field_from(name.value, _rows(placed[start:end]), doubted=True, alternatives=name.alternatives)


def _is_call(word: Word) -> bool:
    return word.text.strip(_EDGES).lower() in _CALLED


def _name_after(placed: Sequence[_Placed], start: int) -> tuple[PersonName, int] | None:
    """Take the capitalised words up to a comma or a small letter for a name."""
    end = start
    while end < len(placed) and end - start < MOST and placed[end].word.text.strip(_EDGES)[:1].isupper():
        end += 1
        if placed[end - 1].word.text[-1] in ",;.)":
            break
    name = person_name(" ".join(each.word.text for each in placed[start:end]))
    return (name, end) if name is not None else None


def _person(name: PersonName, named: Sequence[_Placed], after: Sequence[_Placed]) -> Person | None:
    text = " ".join(each.word.text for each in after)
    born = _BORN.search(text)
    dated = find_date(text[born.start() : born.start() + 60]) if born else None
    card = _CARD.search(text)
    if dated is None and card is None:
        return None
    read_at = _rows_between(after, born.start() + dated.start, born.start() + dated.end) if born and dated else []
    return Person(
        name=field_from(name.value, _rows(named), doubted=not name.known, alternatives=name.alternatives),
        birth_date=field_from(dated.value.isoformat(), read_at, doubted=dated.repaired) if dated else None,
        number=field_from(card["number"], _rows_between(after, *card.span("number"))) if card else None,
    )


def _rows_between(placed: Sequence[_Placed], start: int, end: int) -> list[Row]:
    """Give the words between two places of their joined text."""
    touched: list[_Placed] = []
    position = 0
    for each in placed:
        if position < end and position + len(each.word.text) > start:
            touched.append(each)
        position += len(each.word.text) + 1
    return _rows(touched)


def _rows(placed: Sequence[_Placed]) -> list[Row]:
    """Gather words by the lines on which they stand, on the page of the first."""
    lines: dict[int, tuple[Row, list[Word]]] = {}
    for each in placed:
        if each.row.page == placed[0].row.page:
            lines.setdefault(id(each.row), (each.row, []))[1].append(each.word)
    return [row_of(row, words) for row, words in lines.values()]
