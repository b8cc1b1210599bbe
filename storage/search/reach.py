"""Where is searched: units, found by their indexed path; no row of a result is touched for it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.offices import read_name
from storage.tables import unit_names, units


@dataclass(frozen=True, slots=True)
class Reach:
    """The units in which is searched."""

    unit_ids: tuple[str, ...] | None
    """None: every unit of the registry."""

    def covers(self, unit_id: str) -> bool:
        """Say whether a unit is among them."""
        return self.unit_ids is None or unit_id in self.unit_ids


def reach_of(connection: sa.Connection, path: str, *, code: str | None = None, name: str | None = None) -> Reach:
    """Return the units below a path, or those of it that a code or a name means, with all that stand below them.

    Args:
        connection: of a transaction.
        path: of the caller's scope.
        code: of one unit.
        name: of a unit, also one that it bore once, or of one that is gone: what it left is found.

    Raises:
        NotFound: the scope has no such unit.
    """
    if code is None and name is None:
        within = _below(path)
        outside = connection.execute(sa.select(units.c.id).where(sa.not_(within)).limit(1)).first()
        if outside is None:
            return Reach(None)
    else:
        within = sa.or_(sa.false(), *(_below(below) for below in _named(connection, path, code, name)))
    return Reach(tuple(connection.execute(sa.select(units.c.id).where(within).order_by(units.c.id)).scalars()))


def _named(connection: sa.Connection, path: str, code: str | None, name: str | None) -> tuple[str, ...]:
    asked = sa.select(units.c.path).where(_below(path))
    if code is not None:
        asked = asked.where(units.c.code == code)
    if name is not None:
        bearers = sa.select(unit_names.c.unit_id).where(unit_names.c.folded == read_name(name).key)
        asked = asked.where(units.c.id.in_(bearers))
    found = tuple(connection.execute(asked).scalars())
    if not found:
        raise NotFound("đơn vị")
    return found


def _below(path: str) -> sa.ColumnElement[bool]:
    return units.c.path.startswith(path, autoescape=True)
