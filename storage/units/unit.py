"""The units that resolve dossiers: a tree whose subtrees are what an actor may see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.targets import Level
from storage.registry import EVERYTHING, Scope
from storage.tables import units

_CODE = re.compile(r"[0-9A-Z][0-9A-Z.]{0,12}")
"""At most 13 characters: OrganId of NĐ 30/2020/NĐ-CP, Annex VI; patterns of QĐ 20/2020/QĐ-TTg."""


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
    """Ids from the top down to this unit, between slashes."""
    four_eyes: bool
    """A second person approves the data."""
    valid_from: date
    valid_to: date | None
    """Last day of the unit; None when it has no known end."""

    @property
    def scope(self) -> Scope:
        """The unit and all below it."""
        return Scope(self.path)


def add_unit(
    connection: sa.Connection,
    *,
    code: str,
    name: str,
    level: Level,
    parent_id: str | None,
    valid_from: date,
    valid_to: date | None = None,
    four_eyes: bool = False,
) -> Unit:
    """Enter a unit below its parent.

    Raises:
        InvalidInput: the code is none, or the name is missing.
        NotFound: there is no such parent.
        Conflict: the code is taken.
    """
    if not _CODE.fullmatch(code):
        raise InvalidInput("mã đơn vị gồm tối đa 13 chữ số, chữ hoa và dấu chấm")
    if not name.strip():
        raise InvalidInput("thiếu tên đơn vị")
    unit_id = uuid.uuid4().hex
    above = "/" if parent_id is None else find_unit(connection, parent_id).path
    unit = Unit(unit_id, code, name, Level(level), parent_id, f"{above}{unit_id}/", four_eyes, valid_from, valid_to)
    try:
        with connection.begin_nested():
            connection.execute(
                units.insert().values(
                    id=unit.id,
                    code=unit.code,
                    name=unit.name,
                    level=unit.level.value,
                    parent_id=unit.parent_id,
                    path=unit.path,
                    four_eyes=unit.four_eyes,
                    valid_from=unit.valid_from,
                    valid_to=unit.valid_to,
                )
            )
    except sa.exc.IntegrityError as error:
        raise Conflict(f"mã đơn vị {code} đã có", remedy="") from error
    return unit


def subtree(connection: sa.Connection, scope: Scope) -> Sequence[Unit]:
    """Return the units of the scope, a parent before its children, siblings by code."""
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


def _only(connection: sa.Connection, condition: sa.ColumnElement[bool], scope: Scope) -> Unit:
    row = connection.execute(
        sa.select(units).where(condition, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("đơn vị")
    return _unit(row)


def _unit(row: sa.Row[Any]) -> Unit:
    return Unit(
        row.id,
        row.code,
        row.name,
        Level(row.level),
        row.parent_id,
        row.path,
        row.four_eyes,
        row.valid_from,
        row.valid_to,
    )
