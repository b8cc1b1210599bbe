"""Which column of somebody's table holds which fact: guessed from the headers, confirmed by a person."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
from rapidfuzz import fuzz, process

from digitize.errors import InvalidInput, Misconfigured
from digitize.vietnamese import bare, tidy

LIKELY = 88.0
"""Likeness of two headers, 0 to 100, from which one is suggested for the other."""

HEADER_WITHIN = 20
"""Rows among which the header is looked for: exports begin with titles."""

NEEDED = ("code", "procedure_code")
"""Fields without which a table tells of no dossier; the unit may be named for the whole file."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one header seems to stand for."""

    header: str
    """As it stands in the table."""
    field: str | None
    """None: nothing that the register keeps."""
    likeness: float
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row."""

    places: Mapping[str, int]
    """Index of the column by field, from 0."""
    headers: tuple[str, ...]

    def header(self, field: str) -> str:
        """Return the header of a field's column, or the field's own name where the table has none."""
        place = self.places.get(field)
        return shown_name(field) if place is None else self.headers[place]


def fields() -> tuple[str, ...]:
    """Return the fields that a table may tell."""
    return tuple(column.field for column in _catalogue().column)


def shown_name(field: str) -> str:
    """Return the Vietnamese name of a field."""
    return next((column.names[0] for column in _catalogue().column if column.field == field), field)


def suggest(headers: Sequence[str]) -> tuple[Suggestion, ...]:
    """Guess for each header what it stands for; of two headers for one field the likelier one has it."""
    names, owners = _names()
    guesses: list[tuple[float, int, str]] = []
    for place, header in enumerate(headers):
        wanted = _squeezed(header)
        if not wanted:
            continue
        scores = process.cdist([wanted], names, scorer=fuzz.ratio)[0]
        guesses += [
            (float(score), place, owners[index]) for index, score in enumerate(scores) if float(score) >= LIKELY
        ]
    taken: dict[int, tuple[str, float]] = {}
    for score, place, field in sorted(guesses, key=lambda guess: (-guess[0], guess[1])):
        if place not in taken and field not in {name for name, _ in taken.values()}:
            taken[place] = (field, score)
    return tuple(Suggestion(header, *taken.get(place, (None, 0.0))) for place, header in enumerate(headers))


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the row that is the header: the one of the first rows with most known headers."""
    known = [sum(one.field is not None for one in suggest(row)) for row in rows[:HEADER_WITHIN]]
    best = max(known, default=0)
    return known.index(best) if best >= 2 else None


def columns(headers: Sequence[str], confirmed: Mapping[str, str], *, unit_given: bool = False) -> Columns:
    """Return where the fields stand: as suggested, unless somebody said otherwise.

    Args:
        headers: of the table.
        confirmed: header by field; an empty header means that the field is not in the table.
        unit_given: the unit is named for the whole file.

    Raises:
        InvalidInput: a field or header does not exist, or a field is missing without which nothing can be entered.
    """
    places = {one.field: place for place, one in enumerate(suggest(headers)) if one.field is not None}
    tidied = [tidy(header) for header in headers]
    for field, header in confirmed.items():
        if field not in fields():
            raise InvalidInput(f"không có mục “{field}”; các mục: {', '.join(fields())}")
        places = {name: place for name, place in places.items() if name != field}
        if not header:
            continue
        if tidy(header) not in tidied:
            raise InvalidInput(f"tệp không có cột “{tidy(header)}”")
        place = tidied.index(tidy(header))
        places = {name: other for name, other in places.items() if other != place} | {field: place}
    missing = [field for field in (*NEEDED, *(() if unit_given else ("unit",))) if field not in places]
    if missing:
        told = ", ".join(f"{shown_name(field)} ({field})" for field in missing)
        raise InvalidInput(f"không nhận ra cột cho: {told}", remedy="Hãy chỉ rõ cột cho từng mục còn thiếu.")
    return Columns(places, tuple(tidied))


@cache
def words(field: str) -> Mapping[str, int]:
    """Return the numbers of a code list by the bare words for them."""
    listed = _catalogue().words.get(field, {})
    return {bare(word): int(number) for number, said in listed.items() for word in said}


def _squeezed(text: str) -> str:
    """Compare "MaHoSo", "ma_ho_so" and "Mã hồ sơ" alike."""
    return bare(text).replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Column:
    field: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    column: tuple[_Column, ...]
    words: dict[str, dict[str, tuple[str, ...]]]


@cache
def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = [
        (_squeezed(name), column.field) for column in _catalogue().column for name in (*column.names, column.field)
    ]
    return tuple(name for name, _ in pairs), tuple(field for _, field in pairs)


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("columns.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục columns.toml không đọc được: {fault}") from fault
