"""What the numbers were at the end of each month, frozen: a correction shows as a difference, never as a new past.

A month is taken once it has ended, by the sweep or by ``sohoa snapshot``, and never written again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize import span
from digitize.errors import InvalidInput
from digitize.forecast import WEEKS, Forecast, forecast
from digitize.span import Span
from digitize.tally import METHOD_VERSION, Measure, day_of
from digitize.targets import FLOW, STOCK, Rate
from storage import indicators, targets
from storage.database import Database
from storage.registry import EVERYTHING, Scope
from storage.tables import snapshots
from storage.tallies import reading
from storage.units import Unit, answering

_AT_ONCE = 1_000
"""Rows that one statement writes."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A number as it was taken."""

    rate: Rate
    method_version: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class MonthOf:
    """A number at the end of a month: as it was taken then, and as it is known now."""

    month: str
    """YYYY-MM."""
    ended: bool
    """False: the month lasts, and its number is that of today."""
    now: Rate
    frozen: Frozen | None
    """None: it was not taken; there was no such unit then, or nothing to count."""

    @property
    def corrected(self) -> tuple[int, int] | None:
        """By how much numerator and denominator differ from what was taken; None when nothing was."""
        if self.frozen is None:
            return None
        before = self.frozen.rate
        return self.now.numerator - before.numerator, self.now.denominator - before.denominator


def due(connection: sa.Connection, now: datetime) -> Sequence[str]:
    """Return the months that have ended and were not taken: from the first taken one on, else the last ended one."""
    last = day_of(now).replace(day=1) - timedelta(days=1)
    taken = connection.execute(sa.select(sa.func.max(snapshots.c.month))).scalar_one()
    if taken is None:
        return [f"{last:%Y-%m}"]
    following = _first_day(taken)
    found = []
    while (following := (following + timedelta(days=32)).replace(day=1)) <= last:
        found.append(f"{following:%Y-%m}")
    return found


def take_due(database: Database, now: datetime) -> Sequence[str]:
    """Take every month that is due; return which.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    with database.read() as connection:
        months = due(connection, now)
    return [month for month in months if take(database, month, now)]


def take(database: Database, month: str, now: datetime) -> int:
    """Freeze the numbers of a month; return how many, 0 when it was taken already or there is nothing to count.

    Raises:
        InvalidInput: the month is none, has not ended, or lies before the first year with a target.
        RegistryUnavailable: the database does not answer.
    """
    first = _first_day(month)
    asked = span.span(now, first.year, month=first.month)
    if asked.last >= day_of(now):
        raise InvalidInput(f"tháng {month} chưa kết thúc")
    with database.read() as connection:
        if connection.execute(sa.select(snapshots.c.month).where(snapshots.c.month == month).limit(1)).first():
            return 0
        numbers = _numbers(connection, asked)
    rows = [
        {
            "month": month, "unit_id": unit, "measure": measure, "numerator": rate.numerator,
            "denominator": rate.denominator, "method_version": METHOD_VERSION, "taken_at": now,
        }
        for (unit, measure), rate in sorted(numbers.items())
    ]  # fmt: skip
    with database.write() as connection:
        dialect = sqlite if database.is_sqlite else postgresql
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(dialect.insert(snapshots).on_conflict_do_nothing(), rows[start : start + _AT_ONCE])
    return len(rows)


def months_of(
    connection: sa.Connection, unit_id: str, scope: Scope, measure: str, year: int, now: datetime
) -> Sequence[MonthOf]:
    """Return a number of a unit at the end of every month of a year, as it was taken and as it is known now.

    Args:
        connection: a reading transaction.
        unit_id: of the unit: its own stock or flow, or an indicator of it and all below it.
        scope: the unit's.
        measure: ``stock``, ``flow`` or the code of an indicator.
        year: from 2021 to the present one.
        now: where the present month ends.

    Raises:
        InvalidInput: the year has not begun or lies before the first one.
    """
    whole = span.span(now, year)
    taken = frozen(connection, unit_id, measure, year)
    found = []
    for number in range(1, whole.last.month + 1):
        asked = span.span(now, year, month=number)
        month = f"{year:04d}-{number:02d}"
        rate = _rate(connection, unit_id, scope, measure, asked)
        found.append(MonthOf(month, asked.last < day_of(now), rate, taken.get(month)))
    return found


def ahead(connection: sa.Connection, unit: Unit, now: datetime) -> Forecast | None:
    """Return where the stock of a unit will stand at the end of the year at the pace of the last whole weeks.

    Returns:
        None: không đủ số liệu.
    """
    today = day_of(now)
    stock, _ = targets.rates(
        connection, unit.scope, span.span(now, today.year), answering(connection, unit.scope, today)
    )
    inside = targets.covered(answering(connection, unit.scope, today), {unit.id})
    return ahead_of(connection, stock.get(unit.id, Rate(0, 0)), inside, now)


def ahead_of(connection: sa.Connection, stock: Rate, unit_ids: Collection[str], now: datetime) -> Forecast | None:
    """Return where the stock of several units together will stand at the end of the year.

    Args:
        connection: a reading transaction.
        stock: theirs, of today.
        unit_ids: all whose things are in it.
        now: today.

    Returns:
        None: không đủ số liệu.
    """
    today = day_of(now)
    first = today - timedelta(weeks=WEEKS)
    weeks = {Measure.STOCK: [0] * WEEKS, Measure.STOCK_DONE: [0] * WEEKS}
    changed = reading.by_day(connection, unit_ids, tuple(weeks), first, today - timedelta(days=1))
    for (measure, day), n in changed.items():
        weeks[measure][(day - first).days // 7] += n
    days_left = (date(today.year, 12, 31) - today).days
    return forecast(stock, weeks[Measure.STOCK_DONE], weeks[Measure.STOCK], days_left)


def _rate(connection: sa.Connection, unit_id: str, scope: Scope, measure: str, asked: Span) -> Rate:
    if measure in {STOCK, FLOW}:
        stock, flow = targets.rates(connection, scope, asked, answering(connection, scope, asked.last))
        return (stock if measure == STOCK else flow).get(unit_id, Rate(0, 0))
    return next(
        (each.rate for each in indicators.measured(connection, scope, asked) if each.indicator.code == measure),
        Rate(0, 0),
    )


def _numbers(connection: sa.Connection, asked: Span) -> Mapping[tuple[str, str], Rate]:
    stock, flow = targets.rates(connection, EVERYTHING, asked, answering(connection, EVERYTHING, asked.last))
    found = {(unit, STOCK): rate for unit, rate in stock.items()} | {(unit, FLOW): rate for unit, rate in flow.items()}
    return {**found, **indicators.of_every_unit(connection, asked)}


def frozen(connection: sa.Connection, unit_id: str, measure: str, year: int) -> Mapping[str, Frozen]:
    """Return what was taken of a number of a unit, by month of a year."""
    rows = connection.execute(
        sa.select(snapshots).where(
            snapshots.c.unit_id == unit_id,
            snapshots.c.measure == measure,
            snapshots.c.month.between(f"{year:04d}-01", f"{year:04d}-12"),
        )
    )
    return {row.month: Frozen(Rate(row.numerator, row.denominator), row.method_version, row.taken_at) for row in rows}


def _first_day(month: str) -> date:
    try:
        return datetime.strptime(f"{month}-01", "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError as error:
        raise InvalidInput(f"tháng {month} phải có dạng NĂM-THÁNG, chẳng hạn 2026-10") from error
