"""The histories of all units, read as one tree and written unit by unit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize.offices import read_name
from digitize.targets import Level
from digitize.territory import Below, Branch, Heir, History, Named
from storage.tables import unit_heirs, unit_names, unit_parents, units


@dataclass(frozen=True, slots=True)
class KeptTree:
    """The tree with the ids that its codes stand for."""

    tree: dict[str, History]
    ids: Mapping[str, str]
    """By code."""


def read_tree(connection: sa.Connection, *, to_change: bool = False) -> KeptTree:
    """Read all histories.

    Args:
        connection: of a transaction.
        to_change: lock the units until the transaction ends, so that two changes at once do not contradict each other.
    """
    query = sa.select(units).order_by(units.c.id)
    rows = connection.execute(query.with_for_update(key_share=True) if to_change else query).all()
    codes = {row.id: row.code for row in rows}
    names, parents, heirs = _names(connection), _parents(connection, codes), _heirs(connection, codes)
    tree = {row.code: _history(row, names, parents, heirs, codes) for row in rows}
    return KeptTree(tree, {code: unit_id for unit_id, code in codes.items()})


def read_history(connection: sa.Connection, unit_id: str) -> History | None:
    """Read the history of one unit; None: there is none."""
    row = connection.execute(sa.select(units).where(units.c.id == unit_id)).one_or_none()
    if row is None:
        return None
    above = sa.select(unit_parents.c.parent_id).where(unit_parents.c.unit_id == unit_id)
    heirs = sa.select(unit_heirs.c.heir_id).where(unit_heirs.c.unit_id == unit_id)
    named = sa.select(units.c.id, units.c.code).where(sa.or_(units.c.id.in_(above), units.c.id.in_(heirs)))
    codes = dict(connection.execute(named).tuples().all())
    names, parents = _names(connection, unit_id), _parents(connection, codes, unit_id)
    return _history(row, names, parents, _heirs(connection, codes, unit_id), codes)


def _history(
    row: sa.Row[Any],
    names: Mapping[str, list[Named]],
    parents: Mapping[str, list[Below]],
    heirs: Mapping[str, list[Heir]],
    codes: Mapping[str, str],
) -> History:
    return History(
        row.code, Level(row.level), Branch(row.branch), row.valid_from, row.valid_to,
        names=tuple(names[row.id]) or (Named(row.name, row.valid_from, row.valid_to),),
        parents=tuple(parents[row.id]) or (Below(codes.get(row.parent_id), row.valid_from, row.valid_to),),
        heirs=tuple(heirs[row.id]),
    )  # fmt: skip


def _of(table: sa.Table, unit_id: str | None) -> sa.Select[Any]:
    return sa.select(table) if unit_id is None else sa.select(table).where(table.c.unit_id == unit_id)


def _names(connection: sa.Connection, unit_id: str | None = None) -> Mapping[str, list[Named]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for row in connection.execute(_of(unit_names, unit_id).order_by(unit_names.c.valid_from)):
        found[row.unit_id].append(Named(row.name, row.valid_from, row.valid_to))
    return found


def _parents(
    connection: sa.Connection, codes: Mapping[str, str], unit_id: str | None = None
) -> Mapping[str, list[Below]]:
    found: dict[str, list[Below]] = defaultdict(list)
    for row in connection.execute(_of(unit_parents, unit_id).order_by(unit_parents.c.valid_from)):
        found[row.unit_id].append(Below(codes.get(row.parent_id), row.valid_from, row.valid_to))
    return found


def _heirs(connection: sa.Connection, codes: Mapping[str, str], unit_id: str | None = None) -> Mapping[str, list[Heir]]:
    found: dict[str, list[Heir]] = defaultdict(list)
    for row in connection.execute(_of(unit_heirs, unit_id)):
        found[row.unit_id].append(Heir(codes[row.heir_id], row.since, row.principal, row.source))
    for heirs in found.values():
        heirs.sort(key=lambda heir: (not heir.principal, heir.unit))
    return found


def write_histories(connection: sa.Connection, ids: Mapping[str, str], changed: Iterable[History], today: date) -> None:
    """Write the histories of units that are entered already, in place of those that were kept.

    Their paths, and those below them, are made by :func:`storage.units.settle`.
    """
    kept = tuple(changed)
    if not kept:
        return
    keys = [{"key": ids[unit.code]} for unit in kept]
    for table in (unit_names, unit_parents, unit_heirs):
        connection.execute(table.delete().where(table.c.unit_id == sa.bindparam("key")), keys)
    connection.execute(
        units.update()
        .where(units.c.id == sa.bindparam("key"))
        .values({each: sa.bindparam(f"new_{each}") for each in ("name", "parent_id", "valid_from", "valid_to")}),
        [
            {
                "key": ids[unit.code], "new_name": unit.name_on(today),
                "new_parent_id": _id(ids, unit.parent_on(today)),
                "new_valid_from": unit.since, "new_valid_to": unit.until,
            }
            for unit in kept
        ],
    )  # fmt: skip
    _enter_periods(connection, ids, kept)


def enter_units(connection: sa.Connection, ids: dict[str, str], new: Iterable[History]) -> None:
    """Enter units that are not there yet, without their histories; their ids are added to ``ids``."""
    kept = tuple(new)
    if not kept:
        return
    ids.update({unit.code: uuid.uuid4().hex for unit in kept})
    connection.execute(
        units.insert(),
        [
            {
                "id": ids[unit.code], "code": unit.code, "name": unit.names[0].name, "level": unit.level.value,
                "branch": unit.branch.value, "parent_id": None, "path": f"/{ids[unit.code]}/", "four_eyes": False,
                "valid_from": unit.since, "valid_to": unit.until,
            }
            for unit in kept
        ],
    )  # fmt: skip


def _id(ids: Mapping[str, str], code: str | None) -> str | None:
    return None if code is None else ids[code]


def _enter_periods(connection: sa.Connection, ids: Mapping[str, str], kept: Iterable[History]) -> None:
    rows: dict[sa.Table, list[dict[str, object]]] = {unit_names: [], unit_parents: [], unit_heirs: []}
    for unit in kept:
        own = {"unit_id": ids[unit.code]}
        rows[unit_names].extend(
            own | {"name": one.name, "folded": read_name(one.name).key, "valid_from": one.since, "valid_to": one.until}
            for one in unit.names
        )
        rows[unit_parents].extend(
            own | {"parent_id": _id(ids, one.parent), "valid_from": one.since, "valid_to": one.until}
            for one in unit.parents
        )
        rows[unit_heirs].extend(
            own | {"heir_id": ids[one.unit], "since": one.since, "principal": one.principal, "source": one.source}
            for one in unit.heirs
        )
    for table, entered in rows.items():
        if entered:
            connection.execute(table.insert(), entered)
