"""The rounds of a search: what agrees best is looked for first, each round by a range of one index.

A round says which rows it reads (a condition that an index answers, in that index's order) and which of them it takes:
the rules of :mod:`digitize.search` are applied to the marked forms. A row that an earlier round takes is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.search import Query, Word, agreement, agreements, tail, unmarked
from storage.reuse.owners import OWNED, named
from storage.tables import dossiers, result_search, results

Row = sa.Row[Any]
_S = result_search.c


class Why(StrEnum):
    """By what a result was found."""

    DOSSIER = "dossier"
    OWNER = "owner"
    NUMBER_AND_NAME = "number_and_name"
    NUMBER = "number"
    SERIAL = "serial"
    NAME_MARKED = "name_marked"
    """The whole name, with its marks."""
    NAME = "name"
    """The whole name, marks left open."""
    NAME_END = "name_end"
    NAME_BEGIN = "name_begin"
    TEXT = "text"
    NEARLY = "nearly"
    """A name that one slip of the keyboard turns into the typed one."""
    NAME_PARTS = "name_parts"
    """Every typed word is one of the name's, one of them the last."""
    FILTER = "filter"
    """Nothing was typed."""


@dataclass(frozen=True, slots=True)
class Round:
    """One way to be found."""

    why: Why
    conditions: tuple[sa.ColumnElement[bool], ...]
    """What an index answers; of several, each is a range of its own."""
    takes: Callable[[Row], int]
    """How well a row agrees; 0: not at all."""
    by: tuple[sa.Column[Any], ...] = ()
    """Leading columns of the index's order; after them always day, result, whose; everything backwards."""
    by_unit: bool = False
    """There is an index with the unit before it."""
    tells: bool = True
    """``takes`` alone says whether a row belongs to the round, also of a row that another round read."""


def rounds_of(query: Query, owned: sa.Select[tuple[str]] | None) -> tuple[Round, ...]:
    """Return the rounds by index rows; what stands in the text is :mod:`storage.search.text_round`.

    Args:
        query: what was typed.
        owned: the results of the person whose number was typed (:func:`owned_by`).
    """
    if query.is_empty:
        return (Round(Why.FILTER, (sa.true(),), _any, by_unit=True),)
    found: list[Round] = []
    if query.dossier_code is not None:
        found.append(_dossier(query.dossier_code, query.ordinal))
    if owned is not None:
        found.append(
            Round(Why.OWNER, (_S.result_id.in_(owned),), _named(query.words) if query.words else _any, tells=False)
        )
    if query.number is not None:
        found += _number(query.number, query.words)
    if query.serial is not None:
        found.append(_serial(query.serial, query.words))
    if query.words and not (query.number or query.serial or owned is not None):
        found += _name(query.words)
    return tuple(found)


def owned_by(number: str, hashed: str) -> sa.Select[tuple[str]]:
    """Return the query of the results of a person.

    Args:
        number: normal form of :func:`digitize.reuse.owner_number`.
        hashed: of it, by :func:`storage.reuse.owners.owner_hash`.
    """
    return OWNED.params(**named(number, hashed))


def nearly(variants: Sequence[str]) -> Round:
    """Return the round of names that are nearly the typed one."""
    return Round(Why.NEARLY, tuple(_S.name_key == variant for variant in variants), _any, by_unit=True)


def parts(words: Sequence[Word]) -> Round:
    """Return the round of names that hold all typed words, in whatever order; people are called by the last one."""
    tails = tuple(sa.and_(_S.name_tail >= word.key, _S.name_tail < f"{word.key}!") for word in words)
    return Round(Why.NAME_PARTS, tails, _named(words), (_S.name_tail,), by_unit=True)


def _any(_row: Row) -> int:
    return 1


def _dossier(code: str, ordinal: int | None) -> Round:
    spellings = sorted({code, code.upper()})
    of = sa.select(dossiers.c.id).where(dossiers.c.code.in_(spellings))
    condition: sa.ColumnElement[bool] = _S.dossier_id.in_(of)
    if ordinal is not None:
        with_ordinal = sa.select(results.c.id).where(results.c.dossier_id.in_(of), results.c.ordinal == ordinal)
        condition = sa.and_(condition, _S.result_id.in_(with_ordinal))
    return Round(Why.DOSSIER, (condition,), lambda row: int(row.whose == "paper"), tells=False)


def _number(number: str, words: Sequence[Word]) -> list[Round]:
    condition = (_S.number_key == unmarked(number),)

    def same(row: Row) -> int:
        return agreement(Word(number), row.number_marked)

    alone = Round(Why.NUMBER, condition, same, by_unit=True)
    if not words:
        return [alone]
    named = _named(words)
    both = Round(Why.NUMBER_AND_NAME, condition, lambda row: same(row) and named(row), by_unit=True)
    return [both, alone]


def _serial(serial: str, words: Sequence[Word]) -> Round:
    # What may follow a number ("/", "-", ".") sorts before the figures: all of it lies before serial + "0".
    condition = sa.and_(_S.number_key >= serial, _S.number_key < f"{serial}0")
    takes = _named(words) if words else _any
    return Round(Why.SERIAL, (condition,), takes, (_S.number_key,), by_unit=True, tells=False)


def _name(words: Sequence[Word]) -> list[Round]:
    key, count = " ".join(word.key for word in words), len(words)
    ending = tail(key)
    return [
        Round(
            Why.NAME_MARKED, (_S.name_marked == " ".join(word.marked for word in words),),
            lambda row: 2 * count * all(agreement(*pair) == 2 for pair in _pairs(words, row.name_marked.split())),
        ),
        Round(Why.NAME, (_S.name_key == key,), lambda row: _aligned(words, row.name_marked.split()), by_unit=True),
        Round(
            Why.NAME_END, (sa.and_(_S.name_tail >= ending, _S.name_tail < f"{ending}!"),),
            lambda row: _aligned(words, row.name_marked.split()[-count:]), (_S.name_tail,), by_unit=True,
        ),
        Round(
            Why.NAME_BEGIN, (sa.and_(_S.name_key >= key, _S.name_key < f"{key}!"),),
            lambda row: _aligned(words, row.name_marked.split()[:count]), (_S.name_key,), by_unit=True,
        ),
    ]  # fmt: skip


def _pairs(words: Sequence[Word], found: Sequence[str]) -> list[tuple[Word, str]]:
    return list(zip(words, found, strict=True)) if len(words) == len(found) else [(Word("?"), "")]


def _aligned(words: Sequence[Word], found: Sequence[str]) -> int:
    return agreements(words, found) if len(words) == len(found) else 0


def _named(words: Sequence[Word]) -> Callable[[Row], int]:
    """Return a rule: every typed word is one of the name's, in whatever order."""

    def takes(row: Row) -> int:
        name = row.name_marked.split()
        best = [max((agreement(word, there) for there in name), default=0) for word in words]
        return sum(best) if all(best) else 0

    return takes
