"""The proof that the sums are those of the facts, and how they are mended where they are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from digitize.tally import Change
from storage.database import Database
from storage.tables import certifications, dossiers, results, tallies, tally_days, units
from storage.tallies import facts
from storage.tallies.counting import add, count_certifications, count_many

_PAGE = 1_000
"""Things looked at together."""

_KINDS: Sequence[tuple[sa.Table, str, Callable[..., Mapping[str, facts.Counted]]]] = (
    (results, "kết quả", facts.of_results),
    (dossiers, "hồ sơ", facts.of_dossiers),
    (certifications, "lượt chứng thực", facts.of_certifications),
)

_COUNTERS: Sequence[tuple[sa.Table, Callable[[sa.Connection, Sequence[str]], None]]] = (
    (dossiers, lambda connection, ids: count_many(connection, dossier_ids=ids)),
    (results, lambda connection, ids: count_many(connection, result_ids=ids)),
    (certifications, count_certifications),
)

_Key = tuple[str, str, Any]
"""Measure, cohort, and the day or month."""


def prove(connection: sa.Connection, unit_ids: Collection[str] | None = None) -> tuple[str, ...]:
    """Count units anew from the facts and compare; return what differs, each a Vietnamese sentence that names the unit.

    Args:
        connection: a reading transaction, so that facts and sums are of the same moment.
        unit_ids: which units; None: all of them.
    """
    codes = dict(connection.execute(sa.select(units.c.id, units.c.code)).tuples().all())
    chosen = sorted(codes if unit_ids is None else set(unit_ids) & codes.keys())
    return tuple(fault for unit_id in chosen for fault in _faults(connection, unit_id, codes[unit_id]))


def _faults(connection: sa.Connection, unit_id: str, code: str) -> Iterator[str]:
    days: Counter[Change] = Counter()
    for table, name, read in _KINDS:
        stale = 0
        for ids in _pages(_ids(connection, table, unit_id)):
            for counted in read(connection, ids, hold=False).values():
                stale += counted.desired != counted.tallied or not counted.is_beside
                days.update(counted.tallied)
        if stale:
            yield f"đơn vị {code}: {stale} {name} được đếm khác với dữ kiện của nó"
    by_day, by_month = Counter[_Key](), Counter[_Key]()
    for change, n in days.items():
        if change.unit_id == unit_id:
            by_day[change.measure, change.cohort, change.day] += n
            by_month[change.measure, change.cohort, change.month] += n
    for table, column, expected in ((tally_days, "day", by_day), (tallies, "month", by_month)):
        kept = _kept(connection, table, column, unit_id)
        differing = {key for key in kept.keys() | expected.keys() if kept.get(key, 0) != expected[key]}
        if differing:
            named = ", ".join(sorted({key[0] for key in differing}))
            yield f"đơn vị {code}: tổng đã lưu khác với từng dữ kiện cộng lại ở {named} ({table.name})"


def recount(database: Database, unit_ids: Collection[str] | None = None) -> int:
    """Count every thing of units anew and mend the sums; may be stopped and called again. Return how many things.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    with database.read() as connection:
        chosen = sorted(connection.execute(sa.select(units.c.id)).scalars() if unit_ids is None else unit_ids)
    return sum(_recount_unit(database, unit_id) for unit_id in chosen)


def _recount_unit(database: Database, unit_id: str) -> int:
    done = 0
    for table, count in _COUNTERS:
        with database.read() as connection:
            ids = _ids(connection, table, unit_id)
        for some in _pages(ids):
            with database.write() as connection:
                count(connection, some)
        done += len(ids)
    with database.write() as connection:
        _mend(connection, unit_id)
    return done


def _mend(connection: sa.Connection, unit_id: str) -> None:
    """Make the sums of a unit those of its things. Whoever counts meanwhile waits, and adds to what is right then."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE tallies, tally_days IN SHARE ROW EXCLUSIVE MODE"))
    days: Counter[Change] = Counter()
    for table, _name, _read in _KINDS:
        for ids in _pages(_ids(connection, table, unit_id)):
            for kept in connection.execute(sa.select(table.c.tallied).where(table.c.id.in_(ids))).scalars():
                days.update(facts.counted(kept))
    for table in (tallies, tally_days):
        connection.execute(table.delete().where(table.c.unit_id == unit_id))
    add(connection, {change: n for change, n in days.items() if n and change.unit_id == unit_id})


def _ids(connection: sa.Connection, table: sa.Table, unit_id: str) -> Sequence[str]:
    return connection.execute(sa.select(table.c.id).where(table.c.unit_id == unit_id)).scalars().all()


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _PAGE):
        yield ids[start : start + _PAGE]


def _kept(connection: sa.Connection, table: sa.Table, column: str, unit_id: str) -> Mapping[_Key, int]:
    rows = connection.execute(
        sa.select(table.c.measure, table.c.cohort, table.c[column], table.c.n).where(table.c.unit_id == unit_id)
    )
    return {(measure, cohort, when): n for measure, cohort, when, n in rows.tuples()}
