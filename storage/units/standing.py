"""Who stood where on a day, and who answers on a day for a unit that is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize.targets import Level
from digitize.territory import Branch
from storage.registry import EVERYTHING, Scope
from storage.tables import unit_heirs, unit_names, unit_parents, units
from storage.units.unit import find_unit


@dataclass(frozen=True, slots=True)
class UnitOnDay:
    """A unit as it was, or will be, on a day."""

    id: str
    code: str
    name: str
    """Of that day."""
    level: Level
    branch: Branch
    parent_id: str | None
    """Of that day: where the decreed parent was gone already, its heir; None: at the top."""
    valid_from: date
    valid_to: date | None
    heirs: tuple[str, ...]
    """Ids of those who took over when it ended, the principal first."""


def heir_on(connection: sa.Connection, unit_id: str, day: date) -> str:
    """Return the id of the unit that answers on a day for what a unit left: itself while it exists.

    Raises:
        NotFound: there is no such unit.
    """
    find_unit(connection, unit_id)
    return _answers(unit_id, _principals(connection, day))


def answering(connection: sa.Connection, scope: Scope, day: date) -> dict[str, str]:
    """Return for every unit of the scope the id of the unit that answers for it on a day; two queries in all."""
    inside = connection.execute(
        sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
    ).scalars()
    heirs = _principals(connection, day)
    return {unit_id: _answers(unit_id, heirs) for unit_id in inside}


def on_day(connection: sa.Connection, day: date, scope: Scope = EVERYTHING) -> Sequence[UnitOnDay]:
    """Return the units of the scope that exist on a day, as they are on it, by code."""
    name = sa.and_(unit_names.c.unit_id == units.c.id, _lasts(unit_names, day))
    parent = sa.and_(unit_parents.c.unit_id == units.c.id, _lasts(unit_parents, day))
    rows = connection.execute(
        sa.select(units, unit_names.c.name.label("named"), unit_parents.c.parent_id.label("below"))
        .outerjoin(unit_names, name)
        .outerjoin(unit_parents, parent)
        .where(_lasts(units, day), units.c.path.startswith(scope.path, autoescape=True))
        .order_by(units.c.code)
    ).all()
    principals, heirs = _principals(connection, day), _heirs(connection)
    parents = {row.id: None if row.below is None else _answers(row.below, principals) for row in rows}
    return [_unit(row, row.named or row.name, parents[row.id], heirs) for row in rows]


def as_they_are(connection: sa.Connection, scope: Scope = EVERYTHING) -> Sequence[UnitOnDay]:
    """Return all units of the scope as they are today, those that are gone as they last were; by code."""
    heirs = _heirs(connection)
    rows = connection.execute(
        sa.select(units).where(units.c.path.startswith(scope.path, autoescape=True)).order_by(units.c.code)
    )
    return [_unit(row, row.name, row.parent_id, heirs) for row in rows]


def _unit(row: sa.Row[Any], name: str, parent: str | None, heirs: Mapping[str, tuple[str, ...]]) -> UnitOnDay:
    return UnitOnDay(
        row.id, row.code, name, Level(row.level), Branch(row.branch), parent, row.valid_from, row.valid_to,
        heirs.get(row.id, ()),
    )  # fmt: skip


def _lasts(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day))


def _principals(connection: sa.Connection, day: date) -> Mapping[str, str]:
    """Give the principal heir of every unit that is gone on a day."""
    rows = connection.execute(
        sa.select(unit_heirs.c.unit_id, unit_heirs.c.heir_id).where(unit_heirs.c.principal, unit_heirs.c.since <= day)
    )
    return dict(rows.tuples().all())


def _heirs(connection: sa.Connection) -> Mapping[str, tuple[str, ...]]:
    rows = connection.execute(
        sa.select(unit_heirs.c.unit_id, unit_heirs.c.heir_id).order_by(
            unit_heirs.c.principal.desc(), unit_heirs.c.heir_id
        )
    )
    found: dict[str, tuple[str, ...]] = {}
    for unit_id, heir in rows.tuples():
        found[unit_id] = (*found.get(unit_id, ()), heir)
    return found


def _answers(unit_id: str, principals: Mapping[str, str]) -> str:
    seen = {unit_id}
    while (heir := principals.get(unit_id)) is not None and heir not in seen:
        unit_id = heir
        seen.add(heir)
    return unit_id
