"""The indicators of a unit and all below it, read from the sums that :mod:`storage.tallies` keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from digitize import indicators
from digitize.indicators import Indicator, Over
from digitize.span import Span
from digitize.tally import Measure
from digitize.targets import Rate
from storage.registry import EVERYTHING, Scope
from storage.tables import procedures, units
from storage.tallies import reading
from storage.tallies.reading import Cohorts


@dataclass(frozen=True, slots=True)
class Measured:
    """What an indicator stands at."""

    indicator: Indicator
    rate: Rate
    """The denominator is 0 where the source names none."""
    unknown: int
    """What lacks the fact that would decide; for some indicators it is part of the denominator."""

    @property
    def score(self) -> float | None:
        """Points; None: không có."""
        return self.indicator.score(self.rate)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None when there is no goal or nothing to count."""
        return self.indicator.reached(self.rate)


def measured(
    connection: sa.Connection, scope: Scope, span: Span, thresholds: Mapping[str, int] | None = None
) -> Sequence[Measured]:
    """Return every indicator that holds in a span of months, for a unit and all below it.

    Args:
        connection: a reading transaction, so that all numbers are of the same moment.
        scope: the unit's.
        span: the months; numbers are those of the end of its last day.
        thresholds: as :func:`digitize.indicators.indicators`.

    Raises:
        Misconfigured: the thresholds cannot be used.
    """
    asked = _holding(span, thresholds)
    first, last = span.months
    numbers: dict[Measure, int] = dict.fromkeys(Measure, 0)
    for (_, measure), n in reading.standing(connection, scope, _MONTHLY, Cohorts(first, last), span.last).items():
        numbers[measure] += n
    for measure in _ONCE:
        numbers[measure] = len(reading.procedure_codes(connection, scope, measure, first, last))
    linked, every, unknown = _linked(connection, scope, span)
    return [
        Measured(each, Rate(linked, every), unknown) if each.over is Over.CATALOGUE else _of_sums(each, numbers)
        for each in asked
    ]


def of_every_unit(connection: sa.Connection, span: Span) -> Mapping[tuple[str, str], Rate]:
    """Return the indicators of every unit, each with all below it, by unit and code; those of the catalogue left out.

    Args:
        connection: a reading transaction.
        span: the months.
    """
    asked = [each for each in _holding(span, None) if each.over is not Over.CATALOGUE]
    first, last = span.months
    paths = dict(connection.execute(sa.select(units.c.id, units.c.path)).tuples().all())
    numbers: dict[str, dict[Measure, int]] = defaultdict(lambda: dict.fromkeys(Measure, 0))
    monthly = reading.standing(connection, EVERYTHING, _MONTHLY, Cohorts(first, last), span.last)
    for (unit, measure), n in monthly.items():
        for above in paths[unit].strip("/").split("/"):
            numbers[above][measure] += n
    for measure in _ONCE:
        codes: dict[str, set[str]] = defaultdict(set)
        for unit, code in reading.procedures_by_unit(connection, measure, first, last):
            for above in paths[unit].strip("/").split("/"):
                codes[above].add(code)
        for unit, present in codes.items():
            numbers[unit][measure] = len(present)
    rates = {(unit, each.code): _of_sums(each, of).rate for unit, of in numbers.items() for each in asked}
    return {key: rate for key, rate in rates.items() if rate != Rate(0, 0)}


_MONTHLY = (
    Measure.RECEIVED, Measure.M41, Measure.M41_DONE, Measure.M41_UNKNOWN, Measure.M42_DONE, Measure.M43_DONE,
    Measure.M44_DONE, Measure.M45B_DONE, Measure.M45B_UNKNOWN, Measure.ON_TIME, Measure.ON_TIME_DONE,
    Measure.ON_TIME_UNKNOWN, Measure.PAID, Measure.PAID_DONE, Measure.E_COPY,
)  # fmt: skip
"""Measures whose cohorts are months."""

_ONCE = (Measure.FEE, Measure.FEE_DONE)
"""Measures whose cohorts are procedures, each of which counts once."""


def _holding(span: Span, thresholds: Mapping[str, int] | None) -> Sequence[Indicator]:
    return [
        each
        for each in indicators.indicators(thresholds)
        if each.since <= span.last and (each.until is None or each.until >= span.first)
    ]


def catalogue(scope: Scope, span: Span) -> sa.ColumnElement[bool]:
    """Say that a procedure is in force at the end of a span, at a level that the scope has, or at one not known."""
    inside = sa.select(units.c.level).where(units.c.path.startswith(scope.path, autoescape=True))
    return sa.and_(
        procedures.c.valid_from <= span.last,
        sa.or_(procedures.c.valid_to.is_(None), procedures.c.valid_to >= span.last),
        sa.or_(procedures.c.level.is_(None), procedures.c.level.in_(inside)),
    )


def _linked(connection: sa.Connection, scope: Scope, span: Span) -> tuple[int, int, int]:
    """Count the procedures of the catalogue: connected, all, not known."""
    linked = procedures.c.population_linked
    found = connection.execute(
        sa.select(*(_how_many(which) for which in (linked.is_(True), sa.true(), linked.is_(None)))).where(
            catalogue(scope, span)
        )
    ).one()
    done, every, unknown = (int(n or 0) for n in found)
    return done, every, unknown


def _how_many(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((which, 1), else_=0))


def _of_sums(each: Indicator, numbers: Mapping[Measure, int]) -> Measured:
    done, every, unknown = (
        0 if measure is None else numbers[measure] for measure in (each.numerator, each.denominator, each.unknown)
    )
    return Measured(each, Rate(done, every), unknown)
