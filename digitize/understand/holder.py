"""The person or business that a paper is about: values after printed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.dates import find_date
from digitize.understand.found import field_from
from digitize.understand.labels import ANOTHER, before_ordinal, continuation, joined, parted, right_margin, whole_label
from digitize.understand.names import person_name
from digitize.understand.rows import Row, row_of, side_by_side
from digitize.vietnamese import bare, tidy

ANCHOR_LIKENESS = 86.0
"""Percent of likeness of printed words to an anchor."""
SURE_WORD = 0.93
"""Confidence that every word of the name of a business needs: no list can confirm it."""
CERTAIN_WORDS = 3
"""A label of fewer words counts only with its colon: the words may stand in any sentence."""
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
"""12 figures (Luật Căn cước 2023, Art 12) or 9 (the older identity card)."""
PASSPORT = re.compile(r"(?<!\w)(?:[A-Z]{1,2}\d{6,8}|[A-Z]\d{3}[A-Z]\d{4})(?!\w)")
"""Of Viet Nam (``C1234567``) and of the commonest countries of foreign workers."""
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
    forms = side_by_side([parted(row) for row in rows if any(map(str.isalnum, row.text))])
    margin = right_margin(forms)
    for at, row in enumerate(forms):
        marks = _marks(row)
        below = forms[at + 1] if marks and at + 1 < len(forms) and not _marks(forms[at + 1]) else None
        for index, (start, known_end, known) in enumerate(marks):
            stop = marks[index + 1][0] if index + 1 < len(marks) else len(row.words)
            end, field = whole_label(row, known_end, stop, known)
            value = _value(row, end, before_ordinal(row, stop))
            if below is not None and value is None and len(marks) == 1:
                # a colon on the next row is another label's
                value = None if ":" in below.text else _value(below, 0, len(below.words))
            elif below is not None:
                value = joined(value, continuation(row, below, start, stop, value, margin))
            if value is not None:
                found.append(Labelled(field, value))
    return tuple(found)


def holder_fields(rows: Sequence[Row], *, of_business: bool = False) -> dict[str, Field]:
    """Read holder_name, holder_id and holder_birth_date off a form.

    Args:
        rows: of the form.
        of_business: a business is the holder, not the person who stands for it: birth date and card are left out.
    """
    labelled = _of_holder(labelled_values(rows))
    fields: dict[str, Field] = {}
    if of_business:
        return {"holder_name": named} if (named := _business(labelled)) is not None else {}
    readers = (("holder_name", _name), ("holder_id", _personal_number), ("holder_birth_date", _birth_date))
    for field, read in readers:
        values = [read(each.value) for each in labelled if each.field == field]
        good = [value for value in values if value is not None]
        if good:
            fields[field] = good[0]
    if "holder_name" not in fields:
        addressed = (_name(each.value) for each in labelled if each.field == "holder_addressed")
        named = next((name for name in addressed if name is not None), None) or _business(labelled) or _alone(rows)
        if named is not None:
            fields["holder_name"] = named
    return fields


def _of_holder(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Leave out what stands after somebody else's name: the birth date there is the mother's, not the child's."""
    kept: list[Labelled] = []
    of_another = False
    for each in labelled:
        of_another = each.field == ANOTHER or (of_another and each.field != "holder_name")
        if not (of_another and each.field.startswith("holder_")):
            kept.append(each)
    return kept


def _alone(rows: Sequence[Row]) -> Field | None:
    """Find "Ông Nguyễn Văn Thắng" at the head of a line, as on diplomas and land-use certificates."""
    for row in side_by_side(rows):
        if row.words[0].text.strip(_EDGES) in {"Ông", "Bà"} and len(row.words) > 1:
            name = _name(row_of(row, row.words[1:]))
            if name is not None and person_name(name.value) is not None:
                return name
    return None


def _business(labelled: Sequence[Labelled]) -> Field | None:
    """Give the name of a business; nothing tells whether a misread letter in it is right."""
    value = next((each.value for each in labelled if each.field == "holder_business"), None)
    if value is None:
        return None
    return field_from(value.text.strip(_EDGES), [value], trust=0.95, doubted=value.weakest < SURE_WORD)


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
    for length, phrases in _phrases_by_length():
        if length > limit or (length < CERTAIN_WORDS and at + length - 1 not in ended):
            continue
        stretch = " ".join(plain[at : at + length])
        found = process.extractOne(stretch, phrases.keys(), scorer=fuzz.ratio, score_cutoff=ANCHOR_LIKENESS)
        if found is not None:
            return length, phrases[found[0]]
    return None


@cache
def _phrases_by_length() -> tuple[tuple[int, dict[str, str]], ...]:
    """Give the fields by their anchors, without marks, for each number of words; the longest first."""
    grouped: dict[int, dict[str, str]] = {}
    for entry in catalogue.anchors().values():
        for phrase in entry.phrases:
            # counted as printed: "CCCD/hộ" is one word on the page
            grouped.setdefault(len(phrase.split()), {}).setdefault(bare(phrase), entry.field)
    return tuple(sorted(grouped.items(), reverse=True))


def _value(row: Row, start: int, stop: int) -> Row | None:
    words = [word for word in row.words[start:stop] if any(letter.isalnum() for letter in word.text)]
    return Row(row.page, row.page_width, row.page_height, tuple(words), row.box, row.block) if words else None


def _name(value: Row) -> Field | None:
    """A person's name; "Ông/Bà" before it is dropped."""
    words = list(value.words)
    while words and bare(words[0].text) in {"ong", "ba", "ong ba", "anh", "chi", "cho"}:
        words = words[1:]
    if not words:
        return None
    text = tidy(" ".join(word.text for word in words))
    kept = row_of(value, words)
    if (name := person_name(text) or person_name(re.split("[,;(]", text)[0])) is not None:
        return field_from(name.value, [kept], doubted=not name.known, alternatives=name.alternatives)
    if (name := person_name(text.split(" và ")[0])) is not None:
        # of several holders the first is drafted, for a person to decide
        return field_from(name.value, [kept], doubted=True, alternatives=(text,))
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
