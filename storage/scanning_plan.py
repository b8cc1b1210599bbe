"""What to scan this week: the results that would bring a unit nearer to its target, the useful ones first.

Papers of the kinds that were most often taken from the store instead of being asked for again come first; among them
those that stay in force longest, then those issued last. What is being worked on, secret, or born digital is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize import codes, tally
from digitize.lifecycle import State
from digitize.tally import Measure
from digitize.targets import UnitProgress
from storage import targets
from storage.registry import Scope
from storage.tables import documents, dossiers, results, tallies, units
from storage.units import Unit, answering

_KINDS = 20
"""How many of the most reused kinds come first, each by itself; all others follow together."""

_NO_SCAN = (State.WITHDRAWN.value, State.REFUSED.value, State.PURGED.value, State.SUPERSEDED.value)
"""A result whose documents are all in these states still waits for its scan."""

_REST = ""
"""Stands for all kinds without a place of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A result that waits for its scan."""

    result_id: str
    unit_code: str
    code: str
    """``<dossier code>-KQ(n)``."""
    title: str
    kind_code: str | None
    issued_on: date
    in_force_until: date | None
    """None: for good."""
    reused: int
    """How often papers of its kind were reused, in all units."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a page of the list ended."""

    kind: str
    unit_id: str
    wanted_until: date
    issued_on: date
    result_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A page of what to scan."""

    papers: tuple[Wanted, ...]
    following: Reached | None
    """None: there are no more."""


def behind(connection: sa.Connection, year: int, scope: Scope, now: datetime) -> Sequence[UnitProgress]:
    """Return the units of the scope with a target, those first that miss the most results.

    Raises:
        InvalidInput: the year lies before the first target or has not begun.
    """
    found = [
        each
        for each in targets.progress(connection, year, scope, now)
        if each.unit_id is not None and each.target is not None
    ]
    return sorted(found, key=lambda each: (-(each.missing or 0), each.unit_code))


def plan(
    connection: sa.Connection, unit: Unit, now: datetime, *, after: Reached | None = None, limit: int = 50
) -> Plan:
    """Return what a unit should scan, a page at a time.

    Args:
        connection: a reading transaction.
        unit: whose results, with those that it answers for.
        now: results in force today.
        after: where the page before ended.
        limit: length of the page.
    """
    today = tally.day_of(now)
    heirs = answering(connection, unit.scope, today)
    inside = sorted(targets.covered(heirs, {unit.id}))
    reused = _reused(connection)
    found: list[sa.Row[Any]] = []
    for kind, unit_id in _parts(list(reused), inside, after):
        start = after if after is not None and (after.kind, after.unit_id) == (kind, unit_id) else None
        query = _wanted(unit_id, kind, list(reused), today, start)
        rows = connection.execute(query.limit(limit - len(found))).all()
        found += rows
        if len(found) == limit:
            last = rows[-1]
            place = Reached(kind, unit_id, last.wanted_until, last.issued_on, last.id)
            return Plan(_shown(found, reused), place)
    return Plan(_shown(found, reused), None)


def _reused(connection: sa.Connection) -> dict[str, int]:
    """Return the kinds that were reused most, and how often."""
    times = sa.cast(sa.func.sum(tallies.c.n), sa.BigInteger)
    rows = connection.execute(
        sa.select(tallies.c.cohort, times)
        .where(tallies.c.measure == Measure.REUSED)
        .group_by(tallies.c.cohort)
        .having(sa.func.sum(tallies.c.n) > 0)
        .order_by(times.desc(), tallies.c.cohort)
        .limit(_KINDS)
    )
    return dict(rows.tuples().all())


def _parts(kinds: Sequence[str], inside: Sequence[str], after: Reached | None) -> Iterator[tuple[str, str]]:
    """Give kinds and units in the order of the list, from where the page before ended."""
    parts = [(kind, unit_id) for kind in (*kinds, _REST) for unit_id in inside]
    place = (after.kind, after.unit_id) if after is not None else parts[0]
    # A kind may have left the first ones meanwhile: the list then goes on with the rest.
    yield from parts[parts.index(place) if place in parts else len(parts) - len(inside) :]


def _wanted(unit_id: str, kind: str, kinds: Sequence[str], today: date, after: Reached | None) -> sa.Select[Any]:
    place = (results.c.wanted_until, results.c.issued_on, results.c.id)
    in_work = sa.exists().where(documents.c.result_id == results.c.id, documents.c.state.not_in(_NO_SCAN))
    of_kind = results.c.kind_code == kind
    if kind == _REST:
        of_kind = sa.or_(results.c.kind_code.is_(None), results.c.kind_code.not_in(kinds))
    query = (
        sa.select(*place, results.c.ordinal, results.c.title, results.c.kind_code, dossiers.c.code)
        .add_columns(units.c.code.label("unit_code"))
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == results.c.unit_id)
        .where(results.c.unit_id == unit_id, of_kind, results.c.wanted_until >= today, ~in_work)
        .order_by(*(column.desc() for column in place))
    )
    if after is None:
        return query
    reached = (after.wanted_until, after.issued_on, after.result_id)
    values = [sa.literal(value, column.type) for value, column in zip(reached, place, strict=True)]
    return query.where(sa.tuple_(*place) < sa.tuple_(*values))


def _shown(rows: Sequence[sa.Row[Any]], reused: dict[str, int]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(
            row.id, row.unit_code, codes.result_code(row.code, row.ordinal), row.title, row.kind_code, row.issued_on,
            None if row.wanted_until == tally.FOR_GOOD else row.wanted_until, reused.get(row.kind_code or "", 0),
        )
        for row in rows
    )  # fmt: skip
