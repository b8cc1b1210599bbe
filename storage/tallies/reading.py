"""Numbers read from the sums: rows in proportion to units and months, never to results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from digitize.tally import Measure, month_of
from storage.registry import Scope
from storage.tables import tallies, tally_days, units


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Dossiers of the months from the first to the last one; of a year, for what came late to its stock."""

    first: str
    last: str


WHOLE_STOCK = Cohorts("", "")
"""The stock has no cohorts."""


def standing(
    connection: sa.Connection, scope: Scope, measures: Collection[Measure], cohorts: Cohorts, day: date
) -> Mapping[tuple[str, Measure], int]:
    """Return what the measures of every unit of the scope stand at, at the end of a day; nothing where it is nought.

    Args:
        connection: of a transaction.
        scope: whose numbers.
        measures: which.
        cohorts: of which dossiers.
        day: the last one that counts.
    """
    inside = sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
    before, since = (
        sa.select(table.c.unit_id, table.c.measure, table.c.n).where(
            table.c.unit_id.in_(inside),
            table.c.measure.in_(sorted(measures)),
            _of(table, cohorts),
        )
        for table in (tallies, tally_days)
    )
    rows = sa.union_all(
        before.where(tallies.c.month < month_of(day)),
        since.where(tally_days.c.day.between(day.replace(day=1), day)),
    ).subquery()
    summed = sa.select(rows.c.unit_id, rows.c.measure, sa.cast(sa.func.sum(rows.c.n), sa.BigInteger)).group_by(
        rows.c.unit_id, rows.c.measure
    )
    return {(unit, Measure(measure)): n for unit, measure, n in connection.execute(summed).tuples() if n}


def by_day(
    connection: sa.Connection, unit_ids: Collection[str], measures: Collection[Measure], first: date, last: date
) -> Mapping[tuple[Measure, date], int]:
    """Return by how much the stock of some units together changed on each day, from the first to the last one."""
    rows = connection.execute(
        sa.select(tally_days.c.measure, tally_days.c.day, sa.cast(sa.func.sum(tally_days.c.n), sa.BigInteger))
        .where(
            tally_days.c.unit_id.in_(sorted(unit_ids)),
            tally_days.c.measure.in_(sorted(measures)),
            _of(tally_days, WHOLE_STOCK),
            tally_days.c.day.between(first, last),
        )
        .group_by(tally_days.c.measure, tally_days.c.day)
    )
    return {(Measure(measure), day): n for measure, day, n in rows.tuples()}


def procedure_codes(connection: sa.Connection, scope: Scope, measure: Measure, first: str, last: str) -> set[str]:
    """Return the procedures that have a measure in the months from the first to the last one, in the whole scope."""
    return set(
        connection.execute(
            sa.select(tallies.c.cohort)
            .join(units, units.c.id == tallies.c.unit_id)
            .where(
                units.c.path.startswith(scope.path, autoescape=True),
                tallies.c.measure == measure,
                tallies.c.month.between(first, last),
            )
            .group_by(tallies.c.cohort)
            .having(sa.func.sum(tallies.c.n) > 0)
        ).scalars()
    )


def procedures_by_unit(connection: sa.Connection, measure: Measure, first: str, last: str) -> Sequence[tuple[str, str]]:
    """Return units and the procedures that have a measure there in the months from the first to the last one."""
    rows = connection.execute(
        sa.select(tallies.c.unit_id, tallies.c.cohort)
        .where(tallies.c.measure == measure, tallies.c.month.between(first, last))
        .group_by(tallies.c.unit_id, tallies.c.cohort)
        .having(sa.func.sum(tallies.c.n) > 0)
    )
    return [(unit, code) for unit, code in rows.tuples()]


def _of(table: sa.Table, cohorts: Cohorts) -> sa.ColumnElement[bool]:
    if cohorts.first == cohorts.last:
        return table.c.cohort == cohorts.first
    return table.c.cohort.between(cohorts.first, cohorts.last)
