"""How numbers follow their facts: the difference between what should be counted and what is, added in one order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize import tally
from digitize.tally import Change, Changes
from storage.tables import certifications, dossiers, results, tallies, tally_days
from storage.tallies import facts

_TOGETHER = 1_000
"""Ids that one statement names; SQLite knows no more than 32,766 parameters."""


def count_result(connection: sa.Connection, result_id: str) -> None:
    """Count a result and its dossier anew, after a fact of the result or of a document of it changed."""
    count_many(connection, result_ids=(result_id,))


def count_dossier(connection: sa.Connection, dossier_id: str) -> None:
    """Count a dossier and its results anew, after a fact of the dossier, its components or its events changed."""
    count_many(connection, dossier_ids=(dossier_id,))


def count_certification(connection: sa.Connection, certification_id: str) -> None:
    """Count a visit anew, after a copy of it was issued."""
    count_certifications(connection, (certification_id,))


def count_certifications(connection: sa.Connection, certification_ids: Collection[str]) -> None:
    """Count several visits anew; unknown ones are passed over."""
    changes: Counter[Change] = Counter()
    for some in batches(sorted(certification_ids)):
        changes.update(_keep(connection, certifications, facts.of_certifications(connection, some)))
    add(connection, {change: n for change, n in changes.items() if n})


def count_many(connection: sa.Connection, result_ids: Collection[str] = (), dossier_ids: Collection[str] = ()) -> None:
    """Count results with their dossiers, and dossiers with their results.

    The dossiers stay locked until the transaction ends, then the results: two who count the same thing at once wait for
    each other, so the second one sees what the first one counted.

    Args:
        connection: a writing transaction.
        result_ids: of results whose facts changed; unknown ones are passed over.
        dossier_ids: of dossiers whose facts changed; unknown ones are passed over.
    """
    whole = set(dossier_ids)
    of_results = _dossiers_of(connection, result_ids)
    every_dossier = sorted(whole | of_results)
    counted = [facts.of_dossiers(connection, some) for some in batches(every_dossier)]
    every_result = sorted(set(result_ids) | _results_of(connection, whole))
    stock = [facts.of_results(connection, some) for some in batches(every_result)]
    changes: Counter[Change] = Counter()
    for table, found in ((dossiers, counted), (results, stock)):
        for some in found:
            changes.update(_keep(connection, table, some))
    add(connection, {change: n for change, n in changes.items() if n})


def _dossiers_of(connection: sa.Connection, result_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(result_ids):
        found.update(connection.execute(sa.select(results.c.dossier_id).where(results.c.id.in_(some))).scalars())
    return found


def _results_of(connection: sa.Connection, dossier_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(dossier_ids):
        found.update(connection.execute(sa.select(results.c.id).where(results.c.dossier_id.in_(some))).scalars())
    return found


def batches(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """Return ids in portions that one statement can name."""
    every = list(ids)
    return [every[start : start + _TOGETHER] for start in range(0, len(every), _TOGETHER)]


def add(connection: sa.Connection, changes: Changes) -> None:
    """Add changes to the sums, every writer in the same order, so that no two wait for each other in a circle."""
    months: Counter[tuple[str, str, str, str]] = Counter()
    for change, n in changes.items():
        months[change.unit_id, change.measure, change.cohort, change.month] += n
    names = ("unit_id", "measure", "cohort")
    by_month = [dict(zip((*names, "month", "n"), (*key, n), strict=True)) for key, n in sorted(months.items()) if n]
    by_day = [dict(zip((*names, "day", "n"), (*change, n), strict=True)) for change, n in sorted(changes.items())]
    for table, rows in ((tallies, by_month), (tally_days, by_day)):
        if rows:
            connection.execute(_adding(connection, table), rows)


def _adding(connection: sa.Connection, table: sa.Table) -> sa.Executable:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(table)
    summed: sa.Executable = adding.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={"n": table.c.n + adding.excluded.n}
    )
    return summed


def _keep(connection: sa.Connection, table: sa.Table, found: Mapping[str, facts.Counted]) -> Changes:
    """Write down what is now counted for each thing; return what that changes."""
    changes: Counter[Change] = Counter()
    rows: list[dict[str, Any]] = []
    for name, counted in sorted(found.items()):
        change = tally.difference(counted.desired, counted.tallied)
        changes.update(change)
        if change or not counted.is_beside:
            rows.append({"thing": name, "tallied": facts.told(counted.desired), **counted.beside})
    if rows:
        kept: dict[str, Any] = {column: sa.bindparam(column) for column in rows[0].keys() - {"thing"}}
        connection.execute(table.update().where(table.c.id == sa.bindparam("thing")).values(kept), rows)
    return {change: n for change, n in changes.items() if n}
