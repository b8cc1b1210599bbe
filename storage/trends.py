"""How the stock and the flow of units came along, month by month, from the sums alone, in six statements.

The same numbers as :func:`storage.targets.rates` gives for each month, of all units of a scope at once: a month's stock
is that of its last day (of today while it lasts), its flow that of the dossiers resolved in it. What a unit left stands
with the one that answered for it at the month's end.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from digitize import span
from digitize.tally import Measure, day_of
from digitize.targets import Rate
from storage.registry import Scope
from storage.tables import tallies, tally_days, unit_heirs, units

_NOTHING = Rate(0, 0)
_BEFORE = ""
"""The bucket of what changed before the year."""


@dataclass(frozen=True, slots=True)
class Along:
    """Where units stood at the end of a month."""

    month: str
    """YYYY-MM."""
    ended: bool
    """False: it lasts, and the numbers are today's."""
    stock: Mapping[str, Rate]
    """By unit; nothing for a unit without any."""
    flow: Mapping[str, Rate]

    def together(self, unit_ids: Collection[str]) -> tuple[Rate, Rate]:
        """Add the stock and the flow of some units."""
        stock = sum((self.stock.get(unit, _NOTHING) for unit in unit_ids), _NOTHING)
        return stock, sum((self.flow.get(unit, _NOTHING) for unit in unit_ids), _NOTHING)


def months(connection: sa.Connection, scope: Scope, year: int, now: datetime) -> Sequence[Along]:
    """Return every month of a year as far as it has come.

    Args:
        connection: a reading transaction.
        scope: whose units.
        year: from 2021 to the present one.
        now: where the present month ends.

    Raises:
        InvalidInput: the year has not begun or lies before the first one.
    """
    whole = span.span(now, year)
    heirs = _Heirs(connection, scope)
    kept = _Kept(connection, heirs.inside, year, whole.last)
    stock: dict[tuple[str, Measure], int] = defaultdict(int)
    _add(stock, kept.stock[_BEFORE])
    found = []
    for number in range(1, whole.last.month + 1):
        month = f"{year:04d}-{number:02d}"
        last = min(whole.last, date(year, number, calendar.monthrange(year, number)[1]))
        _add(stock, kept.stock[month])
        answering = heirs.on(last)
        found.append(
            Along(
                month, last < day_of(now),
                _rates(stock, Measure.STOCK, Measure.STOCK_DONE, answering),
                _rates(kept.flow[month], Measure.FLOW, Measure.FLOW_DONE, answering),
            )
        )  # fmt: skip
    return found


class _Kept:
    """The changes of a year, by month; the last month up to its last day that counts."""

    def __init__(self, connection: sa.Connection, inside: Collection[str], year: int, last: date) -> None:
        self.stock: dict[str, dict[tuple[str, Measure], int]] = defaultdict(lambda: defaultdict(int))
        self.flow: dict[str, dict[tuple[str, Measure], int]] = defaultdict(lambda: defaultdict(int))
        begins, present = f"{year:04d}-01", f"{last:%Y-%m}"
        bucket = sa.case((tallies.c.month < begins, _BEFORE), else_=tallies.c.month)
        days = tally_days.c.day.between(last.replace(day=1), last)
        now = sa.literal(present)
        stock, flow = (Measure.STOCK, Measure.STOCK_DONE), (Measure.FLOW, Measure.FLOW_DONE)
        # What is digitised after its month's end is not the month's: of its flow, only its own changes count.
        own_months = sa.and_(
            tallies.c.cohort.between(begins, present), tallies.c.cohort < present, tallies.c.month == tallies.c.cohort
        )
        for into, query in (
            (self.stock, _sums(tallies, inside, stock, bucket, tallies.c.cohort == "", tallies.c.month < present)),
            (self.stock, _sums(tally_days, inside, stock, now, tally_days.c.cohort == "", days)),
            (self.flow, _sums(tallies, inside, flow, tallies.c.month, own_months)),
            (self.flow, _sums(tally_days, inside, flow, now, tally_days.c.cohort == present, days)),
        ):
            for unit, measure, month, n in connection.execute(query).tuples():
                into[month][unit, Measure(measure)] += n


class _Heirs:
    """Who answered for whom at the end of each month."""

    def __init__(self, connection: sa.Connection, scope: Scope) -> None:
        inside = sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
        self.inside = frozenset(connection.execute(inside).scalars())
        heirs = sa.select(unit_heirs.c.unit_id, unit_heirs.c.heir_id, unit_heirs.c.since).where(unit_heirs.c.principal)
        self._heirs = connection.execute(heirs).tuples().all()

    def on(self, day: date) -> Mapping[str, str]:
        """Return for each unit of the scope that is gone who stands for it within the scope."""
        principals = {unit: heir for unit, heir, since in self._heirs if since <= day}
        found = {}
        for unit in self.inside & principals.keys():
            answers, seen = unit, {unit}
            while (heir := principals.get(answers)) is not None and heir not in seen:
                answers = heir
                seen.add(heir)
            found[unit] = answers if answers in self.inside else unit
        return found


def _sums(
    table: sa.Table,
    inside: Collection[str],
    measures: Collection[Measure],
    month: sa.ColumnElement[str],
    *where: sa.ColumnElement[bool],
) -> sa.Select[tuple[str, str, str, int]]:
    summed = sa.cast(sa.func.sum(table.c.n), sa.BigInteger)
    query = sa.select(table.c.unit_id, table.c.measure, month.label("in_month"), summed)
    chosen = query.where(table.c.unit_id.in_(sorted(inside)), table.c.measure.in_(sorted(measures)), *where)
    return chosen.group_by(table.c.unit_id, table.c.measure, sa.text("in_month"))


def _add(sums: dict[tuple[str, Measure], int], changes: Mapping[tuple[str, Measure], int]) -> None:
    for key, n in changes.items():
        sums[key] += n


def _rates(
    counted: Mapping[tuple[str, Measure], int], whole: Measure, done: Measure, answering: Mapping[str, str]
) -> Mapping[str, Rate]:
    found: dict[str, Rate] = defaultdict(lambda: _NOTHING)
    for (unit, measure), n in counted.items():
        if measure is whole and n:
            found[answering.get(unit, unit)] += Rate(counted.get((unit, done), 0), n)
    return dict(found)
