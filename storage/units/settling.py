"""Today's columns of the units: name, parent and path are made to agree with the histories, each in one statement.

A change that was entered for a day to come takes effect on that day by the sweep, which settles once a minute; settling
what is settled is one query that finds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.tables import unit_heirs, unit_names, unit_parents, units


def settle(connection: sa.Connection, today: date) -> int:
    """Make name, parent and path of every unit what they are today.

    Returns:
        How many of the three were changed, over all units.
    """
    named = connection.execute(_names(today)).rowcount
    placed = connection.execute(_parents(today)).rowcount
    if connection.execute(_misplaced(today)).first() is None:
        return named + placed
    return named + placed + connection.execute(_paths(today)).rowcount


def due(connection: sa.Connection, today: date) -> bool:
    """Tell whether anything is to be settled."""
    queries = (
        sa.select(units.c.id).join(unit_names, _name_differs(today)),
        sa.select(units.c.id).join(unit_parents, _parent_differs(today)),
        _misplaced(today),
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)


def _on(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.unit_id == units.c.id,
        table.c.valid_from <= day,
        sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day),
    )


def _name_differs(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(_on(unit_names, today), units.c.name != unit_names.c.name)


def _parent_differs(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(_on(unit_parents, today), units.c.parent_id.is_distinct_from(unit_parents.c.parent_id))


def _names(today: date) -> sa.Update:
    return units.update().values(name=unit_names.c.name).where(_name_differs(today))


def _parents(today: date) -> sa.Update:
    return units.update().values(parent_id=unit_parents.c.parent_id).where(_parent_differs(today))


def _above(unit: sa.FromClause, today: date) -> tuple[sa.ColumnElement[str | None], sa.FromClause]:
    """Give what a unit stands below today, its principal heir once it is gone, else its parent; and the join for it."""
    heir = unit_heirs.alias()
    inherited = sa.and_(heir.c.unit_id == unit.c.id, heir.c.principal, heir.c.since <= today)
    return sa.func.coalesce(heir.c.heir_id, unit.c.parent_id), sa.outerjoin(unit, heir, inherited)


def _misplaced(today: date) -> sa.Select[Any]:
    """Find a unit whose path does not follow from the path above it: where every step is right, all paths are."""
    above, joined = _above(units, today)
    upper = units.alias("upper")
    expected = sa.func.coalesce(upper.c.path, "/").concat(units.c.id).concat("/")
    return (
        sa.select(units.c.id)
        .select_from(joined.outerjoin(upper, upper.c.id == above))
        .where(units.c.path != expected)
        .limit(1)
    )


def _paths(today: date) -> sa.Update:
    """Go up from every unit to the top; each step is found by a key, so that a country takes a second."""
    above, joined = _above(units, today)
    way = (
        sa.select(units.c.id, above.label("above"), sa.literal("/").concat(units.c.id).concat("/").label("path"))
        .select_from(joined)
        .cte("way", recursive=True)
    )
    upper = units.alias("upper")
    further, climbed = _above(upper, today)
    way = way.union_all(
        sa.select(way.c.id, further, sa.literal("/").concat(upper.c.id).concat(way.c.path)).select_from(
            way.join(climbed, upper.c.id == way.c.above)
        )
    )
    whole = sa.select(way.c.id, way.c.path).where(way.c.above.is_(None)).subquery("whole")
    return units.update().values(path=whole.c.path).where(units.c.id == whole.c.id, units.c.path != whole.c.path)
