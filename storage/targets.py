"""Where the units stand: the numbers of :mod:`storage.tallies` beside the targets. No row of the register is read.

A unit that is gone stands with the one that answers for it on the last day of the period. The definition in SQL, over
the register itself, is in ``docs/targets.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa

from digitize import tally, targets
from digitize.span import Span
from digitize.tally import Measure
from digitize.targets import Period, Rate, UnitProgress
from digitize.territory import Branch
from storage import local_targets
from storage.registry import Scope
from storage.tallies.reading import WHOLE_STOCK, Cohorts, standing
from storage.units import Unit, answering, subtree

_NOTHING = Rate(0, 0)


def progress(
    connection: sa.Connection, year: int, scope: Scope, now: datetime, *, counted_until: datetime | None = None
) -> tuple[UnitProgress, ...]:
    """Return where every unit of the scope stands, and after them every level.

    Numbers are those of the end of a day in Vietnam: of the last day of the period, or of today while the year lasts.

    Args:
        connection: a reading transaction, so that all rates see the same moment.
        year: from 2021 to the present one.
        scope: whose units are counted.
        now: the end of the period while the year lasts.
        counted_until: count digitisation to the end of this day, over the register as it stood at the period's end.

    Raises:
        InvalidInput: the year lies before the first target or has not begun, or the moment before the period's end.
    """
    period = targets.period(year, now, counted_until)
    every = subtree(connection, scope)
    heirs = answering(connection, scope, period.last_day)
    stock, flow = rates(
        connection, scope, Span(period.first_day, period.last_day), heirs, tally.day_of(period.counted_until)
    )
    asked = local_targets.asking(connection, every, (targets.STOCK, targets.FLOW), period)
    counted = {
        unit.id: UnitProgress(
            unit.id,
            unit.code,
            unit.name,
            unit.level,
            period,
            stock=stock.get(unit.id, _NOTHING),
            flow=flow.get(unit.id, _NOTHING),
            target=targets.target(unit.level, period) if unit.branch is Branch.LOCAL else None,
            local=asked.get(unit.id, ()),
        )
        for unit in every
        if unit.id in stock or unit.id in flow or (_existed(unit, period) and heirs.get(unit.id, unit.id) == unit.id)
    }
    of_levels = [counted[unit.id] for unit in every if unit.id in counted and unit.branch is Branch.LOCAL]
    return (*counted.values(), *targets.levels(of_levels, period))


def _existed(unit: Unit, period: Period) -> bool:
    return unit.valid_from <= period.last_day and (unit.valid_to is None or unit.valid_to >= period.first_day)


def rates(
    connection: sa.Connection, scope: Scope, span: Span, heirs: Mapping[str, str], until: date | None = None
) -> tuple[Mapping[str, Rate], Mapping[str, Rate]]:
    """Return the stock at the end of some months and the flow of them, by unit; nothing for a unit without any.

    Args:
        connection: a reading transaction.
        scope: whose units.
        span: the months.
        heirs: who answers for each unit of the scope at the end.
        until: count digitisation to the end of this day, where the span is a year; None: to the end of the span.
    """
    months = Cohorts(*span.months)
    stock = dict(standing(connection, scope, (Measure.STOCK, Measure.STOCK_DONE), WHOLE_STOCK, span.last))
    flow = standing(connection, scope, (Measure.FLOW, Measure.FLOW_DONE), months, until or span.last)
    if until is not None and until > span.last:
        year = f"{span.last.year:04d}"
        for (unit, _), n in standing(connection, scope, (Measure.STOCK_LATE,), Cohorts(year, year), until).items():
            stock[unit, Measure.STOCK_DONE] = stock.get((unit, Measure.STOCK_DONE), 0) + n
    return (
        _inherited(_rates(stock, Measure.STOCK, Measure.STOCK_DONE), heirs),
        _inherited(_rates(flow, Measure.FLOW, Measure.FLOW_DONE), heirs),
    )


def covered(heirs: Mapping[str, str], unit_ids: Collection[str]) -> set[str]:
    """Return the units whose things stand in the numbers of these: themselves, and those they answer for.

    Args:
        heirs: who answers for each unit of the scope.
        unit_ids: within the scope.
    """
    return {unit for unit, heir in heirs.items() if (heir if heir in heirs else unit) in unit_ids}


def _inherited(counted: Mapping[str, Rate], heirs: Mapping[str, str]) -> Mapping[str, Rate]:
    """Give what a unit left to the one that answers for it, if that one is in sight."""
    found: dict[str, Rate] = defaultdict(lambda: _NOTHING)
    for unit, rate in counted.items():
        heir = heirs.get(unit, unit)
        found[heir if heir in heirs else unit] += rate
    return dict(found)


def _rates(counted: Mapping[tuple[str, Measure], int], whole: Measure, done: Measure) -> Mapping[str, Rate]:
    return {unit: Rate(counted.get((unit, done), 0), n) for (unit, measure), n in counted.items() if measure is whole}
