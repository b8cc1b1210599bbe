"""The person or business that a paper is about: values after printed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.dates import find_date
from digitize.understand.found import field_from
from digitize.understand.names import person_name
from digitize.understand.rows import Row, row_of, side_by_side
from digitize.vietnamese import bare, tidy

ANCHOR_LIKENESS = 86.0
"""Percent of likeness of printed words to an anchor."""
CERTAIN_WORDS = 3
"""A label of fewer words counts only with its colon: the words may stand in any sentence."""
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
"""12 figures (Luật Căn cước 2023, Art 12) or 9 (the older identity card)."""
PASSPORT = re.compile(r"(?<!\w)[A-Z]\d{7,8}(?!\w)")
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–…"
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "Š": "5", "]": "1", "§": "8"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value and the anchor before it."""

    field: str
    """Name of the field that the anchor belongs to."""
    value: Row
    """The words after the anchor, up to the next one; never empty."""


def labelled_values(rows: Sequence[Row]) -> tuple[Labelled, ...]:
    """Find every anchor, read across the page as a form is read, and the words that follow it.

    A value that does not fit beside its anchor stands on the next row.
    """
    found: list[Labelled] = []
    forms = side_by_side(rows)
    for at, row in enumerate(forms):
        marks = _marks(row)
        for index, (_, end, field) in enumerate(marks):
            stop = marks[index + 1][0] if index + 1 < len(marks) else len(row.words)
            value = _value(row, end, stop)
            if value is None and stop == len(row.words) and at + 1 < len(forms) and not _marks(forms[at + 1]):
                value = _value(forms[at + 1], 0, len(forms[at + 1].words))
            if value is not None:
                found.append(Labelled(field, value))
    return tuple(found)


def holder_fields(rows: Sequence[Row]) -> dict[str, Field]:
    """Read holder_name, holder_id and holder_birth_date off a form."""
    labelled = labelled_values(rows)
    fields: dict[str, Field] = {}
    readers = (("holder_name", _name), ("holder_id", _personal_number), ("holder_birth_date", _birth_date))
    for field, read in readers:
        values = [read(each.value) for each in labelled if each.field == field]
        good = [value for value in values if value is not None]
        if good:
            fields[field] = good[0]
    if "holder_name" not in fields:
        business = next((each.value for each in labelled if each.field == "holder_business"), None)
        if business is not None:
            fields["holder_name"] = field_from(business.text.strip(_EDGES), [business], trust=0.95)
    return fields


def _marks(row: Row) -> list[tuple[int, int, str]]:
    """Find the anchors of a row: first word, word after the last, field; the longest match at each place."""
    plain = [bare(word.text) for word in row.words]
    ended = frozenset(at for at, word in enumerate(row.words) if word.text.endswith((":", ";")))
    marks: list[tuple[int, int, str]] = []
    at = 0
    while at < len(plain):
        match = _anchor_at(plain, ended, at) if plain[at] else None
        if match:
            marks.append((at, at + match[0], match[1]))
            at += match[0]
        else:
            at += 1
    return marks


def _anchor_at(plain: Sequence[str], ended: frozenset[int], at: int) -> tuple[int, str] | None:
    # a colon ends a label: what follows it belongs to the value
    limit = next((each + 1 - at for each in range(at, len(plain)) if each in ended), len(plain) - at)
    best: tuple[int, float, str] | None = None
    for entry in catalogue.anchors().values():
        for phrase in entry.phrases:
            sought = bare(phrase)
            length = len(sought.split())
            if length > limit or (length < CERTAIN_WORDS and at + length - 1 not in ended):
                continue
            stretch = " ".join(plain[at : at + length])
            score = float(fuzz.ratio(stretch, sought))
            if score >= ANCHOR_LIKENESS and (best is None or (length, score) > best[:2]):
                best = (length, score, entry.field)
    return (best[0], best[2]) if best else None


def _value(row: Row, start: int, stop: int) -> Row | None:
    words = [word for word in row.words[start:stop] if any(letter.isalnum() for letter in word.text)]
    return Row(row.page, row.page_width, row.page_height, tuple(words), row.box, row.block) if words else None


def _name(value: Row) -> Field | None:
    """A person's name; "Ông/Bà" before it is dropped."""
    words = list(value.words)
    while words and bare(words[0].text) in {"ong", "ba", "ong ba", "anh", "chi", "cho"}:
        words = words[1:]
    text = tidy(" ".join(word.text for word in words))
    name = person_name(text) or person_name(text.split(",")[0])
    if not words:
        return None
    kept = row_of(value, words)
    if name is not None:
        return field_from(name.value, [kept], doubted=not name.known, alternatives=name.alternatives)
    # foreign names, and names of businesses after "Cấp cho"
    plain = text.strip(_EDGES)
    return field_from(plain, [kept], doubted=True) if plain[:1].isupper() and len(plain.split()) > 1 else None


def _personal_number(value: Row) -> Field | None:
    text = value.text
    for candidate, repaired in ((text, False), (re.sub(r"\s+", "", text), False), (text.translate(_LOOKALIKES), True)):
        match = PERSONAL_NUMBER.search(candidate) or PASSPORT.search(candidate)
        if match:
            return field_from(match.group(), [value], doubted=repaired)
    return None


def _birth_date(value: Row) -> Field | None:
    dated = find_date(value.text)
    if dated is None:
        return None
    return field_from(dated.value.isoformat(), [value], doubted=dated.repaired)
