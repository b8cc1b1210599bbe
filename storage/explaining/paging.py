"""Pages of the things in a number.

A page looks at no more than :data:`_LOOKED_AT` rows, by an index; where few of them are in the number a page may be
short, and its cursor says where to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import InvalidInput
from digitize.indicators import Over
from digitize.targets import VIETNAM_TIME
from storage.explaining.question import Question, Side
from storage.explaining.showing import Explained, shown
from storage.registry import Scope
from storage.tables import copies, dossiers, results
from storage.tallies import facts
from storage.tallies.reading import standing

_LOOKED_AT = 5_000
"""Rows that one page looks at, at the most."""

_TOGETHER = 500
"""Rows whose facts are read together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended."""

    unit_id: str
    when: str
    """Day or moment, ISO 8601."""
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the things in a number."""

    things: tuple[Explained, ...]
    following: Place | None
    """None: there are no more."""


def explain(
    connection: sa.Connection,
    question: Question,
    side: Side,
    scope: Scope,
    unit_ids: Collection[str],
    *,
    after: Place | None = None,
    limit: int = 50,
) -> Page:
    """Return things of some units that are in a side of a number, a page at a time.

    Args:
        connection: a reading transaction.
        question: the number.
        side: which part of it.
        scope: that holds the units.
        unit_ids: whose things.
        after: where the page before ended.
        limit: length of the page.

    Raises:
        InvalidInput: that is no place where a page could end.
    """
    found: list[str] = []
    looked_at = 0
    if after is not None:
        _read(question.by, after.when)
    for unit_id in sorted(_telling(connection, question, scope) & set(unit_ids)):
        if after is not None and unit_id < after.unit_id:
            continue
        start = after if after is not None and unit_id == after.unit_id else None
        for some in _candidates(connection, question, unit_id, start):
            inside = _inside(connection, question, side, [name for _, name in some])
            for when, name in some:
                if name in inside:
                    found.append(name)
                    if len(found) == limit:
                        return Page(shown(connection, question, found), Place(unit_id, when, name))
            looked_at += len(some)
            if looked_at >= _LOOKED_AT:
                return Page(shown(connection, question, found), Place(unit_id, *some[-1]))
    return Page(shown(connection, question, found), None)


def _telling(connection: sa.Connection, question: Question, scope: Scope) -> set[str]:
    """Return the units that have anything in the number, so that no other is looked at."""
    terms = (*question.numerator, *question.denominator, *question.unknown)
    return {
        unit
        for term in terms
        for unit, _ in standing(connection, scope, (term.measure,), term.cohorts, term.day)
    }  # fmt: skip


def _candidates(
    connection: sa.Connection, question: Question, unit_id: str, after: Place | None
) -> Iterator[Sequence[tuple[str, str]]]:
    """Give the things of a unit between the first and the last day, in the order of an index: when, and id."""
    by, name = question.by, _NAMES[question.over]
    query = sa.select(by, name).where(by.table.c.unit_id == unit_id, *_between(by, question))
    if question.over is Over.CERTIFICATIONS:
        query = query.where(_is_first())
    last = None if after is None else (_read(by, after.when), after.id)
    while True:
        following = query if last is None else query.where(_beyond(by, name, *last))
        rows = connection.execute(following.order_by(by, name).limit(_TOGETHER)).tuples().all()
        if not rows:
            return
        yield [(when.isoformat(), thing) for when, thing in rows]
        last = rows[-1]


_NAMES: Mapping[Over, sa.Column[str]] = {
    Over.RESULTS: results.c.id,
    Over.DOSSIERS: dossiers.c.id,
    Over.CERTIFICATIONS: copies.c.certification_id,
}


def _between(by: sa.Column[Any], question: Question) -> Sequence[sa.ColumnElement[bool]]:
    if isinstance(by.type, sa.Date):
        return [by <= question.last, *([] if question.first == date.min else [by >= question.first])]
    return [
        by >= datetime.combine(question.first, time(), VIETNAM_TIME),
        by < datetime.combine(question.last + timedelta(days=1), time(), VIETNAM_TIME),
    ]


def _is_first() -> sa.ColumnElement[bool]:
    """Say that no copy of the same visit was issued earlier, so that a visit stands once in the list."""
    other = copies.alias()
    earlier = sa.or_(
        other.c.issued_at < copies.c.issued_at,
        sa.and_(other.c.issued_at == copies.c.issued_at, other.c.id < copies.c.id),
    )
    return ~sa.exists().where(other.c.certification_id == copies.c.certification_id, earlier)


def _beyond(by: sa.Column[Any], name: sa.Column[str], when: date, thing: str) -> sa.ColumnElement[bool]:
    return sa.tuple_(by, name) > sa.tuple_(sa.literal(when, by.type), sa.literal(thing, name.type))


def _read(by: sa.Column[Any], when: str) -> date:
    try:
        told = date.fromisoformat(when) if isinstance(by.type, sa.Date) else datetime.fromisoformat(when)
    except ValueError as error:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.") from error
    if isinstance(told, datetime) and told.tzinfo is None:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.")
    return told


def _inside(connection: sa.Connection, question: Question, side: Side, ids: Sequence[str]) -> Collection[str]:
    found = _FACTS[question.over](connection, ids, hold=False)
    return {name for name, counted in found.items() if question.has(side, counted.desired)}


_FACTS: Mapping[Over, Callable[..., Mapping[str, facts.Counted]]] = {
    Over.RESULTS: facts.of_results,
    Over.DOSSIERS: facts.of_dossiers,
    Over.CERTIFICATIONS: facts.of_certifications,
}
