"""A unit as it stands today, and how it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.targets import Level
from digitize.territory import Branch
from storage.registry import EVERYTHING, Scope
from storage.tables import units


@dataclass(frozen=True, slots=True)
class Unit:
    """An office with dossiers of its own."""

    id: str
    """Opaque."""
    code: str
    """Identifier of the agency, such as ``000.00.12.H61`` or ``H61.12``."""
    name: str
    level: Level
    """The level whose target counts for it; a department of the province is ``tinh``."""
    parent_id: str | None
    """None at the top."""
    path: str
    """Ids from the top down to this unit, between slashes; below its principal heir once it is gone."""
    four_eyes: bool
    """A second person approves the data."""
    valid_from: date
    valid_to: date | None
    """Last day of the unit; None when it has no known end."""
    branch: Branch = Branch.LOCAL

    @property
    def scope(self) -> Scope:
        """The unit and all below it."""
        return Scope(self.path)


def subtree(connection: sa.Connection, scope: Scope) -> Sequence[Unit]:
    """Return the units of the scope, those that are gone too; a parent before its children, siblings by code."""
    rows = connection.execute(
        sa.select(units)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .order_by(sa.func.length(units.c.path), units.c.code)
    )
    return [_unit(row) for row in rows]


def find_unit(connection: sa.Connection, unit_id: str, scope: Scope = EVERYTHING) -> Unit:
    """Return a unit of the scope by its id.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    return _only(connection, units.c.id == unit_id, scope)


def find_by_code(connection: sa.Connection, code: str, scope: Scope = EVERYTHING) -> Unit:
    """Return a unit of the scope by its code.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    return _only(connection, units.c.code == code, scope)


def way_down(connection: sa.Connection, unit: Unit, scope: Scope = EVERYTHING) -> Sequence[Unit]:
    """Return the units of the scope on the way from its top down to a unit, which is the last."""
    ids = unit.path.strip("/").split("/")
    rows = connection.execute(
        sa.select(units)
        .where(units.c.id.in_(ids), units.c.path.startswith(scope.path, autoescape=True))
        .order_by(sa.func.length(units.c.path))
    )
    return [_unit(row) for row in rows]


def _only(connection: sa.Connection, condition: sa.ColumnElement[bool], scope: Scope) -> Unit:
    row = connection.execute(
        sa.select(units).where(condition, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("đơn vị")
    return _unit(row)


def _unit(row: sa.Row[Any]) -> Unit:
    return Unit(
        row.id, row.code, row.name, Level(row.level), row.parent_id, row.path, row.four_eyes, row.valid_from,
        row.valid_to, Branch(row.branch),
    )  # fmt: skip
