"""Lists of units as they stand on a day, a page at a time: the children of one, or those that fit a search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize.offices import read_name
from digitize.targets import Level
from storage.registry import Scope
from storage.tables import people, unit_heirs, unit_names, unit_parents, units


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit in a list."""

    id: str
    code: str
    name: str
    """Of the day; its last or first name where it does not exist on it."""
    level: Level
    valid_from: date
    valid_to: date | None
    exists: bool
    """On the day."""
    below: int
    """Units right below it on the day."""
    people: int
    """Who may enter and belong to it today."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units are listed."""

    day: date
    text: str = ""
    """Part of the name or begin of the code; empty: any."""
    parent: str | None = None
    """Id of the unit whose children are listed; None: whatever their parent."""
    gone: bool = False
    """Also those that do not exist on the day."""


def listing(
    connection: sa.Connection, asked: Asked, scope: Scope, *, after: str | None = None, limit: int = 50
) -> tuple[Sequence[Listed], bool]:
    """Return a page of units of the scope, by code, and whether there are more.

    Args:
        connection: a reading transaction.
        asked: which.
        scope: the caller's units.
        after: code of the last unit of the page before.
        limit: length of the page.
    """
    query = _query(asked).where(units.c.path.startswith(scope.path, autoescape=True))
    if after is not None:
        query = query.where(units.c.code > after)
    if not asked.gone:
        query = query.where(_lasts(units, asked.day))
    if asked.text.strip():
        query = query.where(_fits(asked.text))
    if asked.parent is not None:
        above = _answered_by(connection, asked.parent, asked.day)
        query = query.where(unit_parents.c.parent_id.in_(above), units.c.id.not_in(above))
    rows = connection.execute(query.order_by(units.c.code).limit(limit + 1)).all()
    return [_listed(row, asked.day) for row in rows[:limit]], len(rows) > limit


def count_below(connection: sa.Connection, unit_id: str, day: date) -> int:
    """Count the units that stand right below one on a day."""
    return connection.execute(sa.select(_below(sa.literal(unit_id), day))).scalar_one()


def merged_into(connection: sa.Connection, unit_id: str) -> Sequence[tuple[str, str]]:
    """Return id and code of the units whose principal heir one is, by code."""
    query = (
        sa.select(units.c.id, units.c.code)
        .join(unit_heirs, unit_heirs.c.unit_id == units.c.id)
        .where(unit_heirs.c.heir_id == unit_id, unit_heirs.c.principal)
        .order_by(units.c.code)
    )
    return [(row.id, row.code) for row in connection.execute(query)]


def ids_of(connection: sa.Connection, codes: Collection[str], scope: Scope) -> Mapping[str, str]:
    """Return the ids of units of the scope by code."""
    inside = units.c.code.in_(codes), units.c.path.startswith(scope.path, autoescape=True)
    return dict(connection.execute(sa.select(units.c.code, units.c.id).where(*inside)).tuples().all())


def _below(unit_id: sa.ColumnElement[str], day: date) -> sa.ScalarSelect[int]:
    child, child_unit = unit_parents.alias(), units.alias()
    return (
        sa.select(sa.func.count())
        .select_from(child.join(child_unit, child_unit.c.id == child.c.unit_id))
        .where(child.c.parent_id == unit_id, _lasts(child, day), _lasts(child_unit, day))
        .scalar_subquery()
    )


def _query(asked: Asked) -> sa.Select[Any]:
    below = _below(units.c.id, asked.day)
    staff = sa.select(sa.func.count()).where(people.c.unit_id == units.c.id, people.c.active).scalar_subquery()
    name = sa.and_(unit_names.c.unit_id == units.c.id, _lasts(unit_names, asked.day))
    parent = sa.and_(unit_parents.c.unit_id == units.c.id, _lasts(unit_parents, asked.day))
    return (
        sa.select(units, unit_names.c.name.label("named"), below.label("below"), staff.label("staff"))
        .outerjoin(unit_names, name)
        .outerjoin(unit_parents, parent)
    )


def _fits(text: str) -> sa.ColumnElement[bool]:
    told = text.strip()
    key = read_name(told).key
    by_code = units.c.code.startswith(told.upper(), autoescape=True)
    if not key:
        return by_code
    named = unit_names.alias()
    by_name = sa.exists().where(named.c.unit_id == units.c.id, named.c.folded.contains(key, autoescape=True))
    return sa.or_(by_code, by_name)


def _answered_by(connection: sa.Connection, unit_id: str, day: date) -> set[str]:
    """Return the unit and all that are gone on the day and whose heir it is, directly or by other heirs."""
    found, new = {unit_id}, {unit_id}
    while new:
        inherited = sa.select(unit_heirs.c.unit_id).where(
            unit_heirs.c.heir_id.in_(new), unit_heirs.c.principal, unit_heirs.c.since <= day
        )
        new = set(connection.execute(inherited).scalars()) - found
        found |= new
    return found


def _lasts(table: sa.FromClause, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day))


def _listed(row: sa.Row[Any], day: date) -> Listed:
    exists = row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
    return Listed(
        row.id, row.code, row.named or row.name, Level(row.level), row.valid_from, row.valid_to, exists, row.below,
        row.staff,
    )  # fmt: skip
