"""Numbers as questions: the sum of which measures, and which things they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.indicators import Indicator, Over
from digitize.span import Span
from digitize.tally import Changes, Measure
from digitize.targets import STOCK
from storage.tables import copies, dossiers, results
from storage.tallies.reading import WHOLE_STOCK, Cohorts


class Side(StrEnum):
    """Which part of a number is asked for."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MISSING = "missing"
    """In the denominator, not in the numerator."""
    UNKNOWN = "unknown"
    """What lacks the fact that would decide."""


@dataclass(frozen=True, slots=True)
class Term:
    """A measure of some cohorts at the end of a day."""

    measure: Measure
    cohorts: Cohorts
    day: date

    def of(self, changes: Changes) -> int:
        """Return what a thing adds to it."""
        return sum(
            n
            for change, n in changes.items()
            if change.measure == self.measure.value
            and self.cohorts.first <= change.cohort <= self.cohorts.last
            and change.day <= self.day
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A number as the sum of terms, and where its things are found."""

    over: Over
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    unknown: tuple[Term, ...]
    first: date
    last: date
    by: sa.Column[Any] = field(compare=False)
    """The column that the things stand in order of, between the two days."""

    def has(self, side: Side, changes: Changes) -> bool:
        """Tell whether a thing is in a side of the number."""
        done, every, unknown = (
            sum(term.of(changes) for term in terms) > 0 for terms in (self.numerator, self.denominator, self.unknown)
        )
        sides = {
            Side.NUMERATOR: done, Side.DENOMINATOR: every, Side.MISSING: every and not done, Side.UNKNOWN: unknown
        }  # fmt: skip
        return sides[side]


def rate_question(measure: str, span: Span, counted_until: date | None = None) -> Question:
    """Ask for the stock at the end of a span, or for the flow of its months.

    Args:
        measure: ``stock`` or ``flow``.
        span: the months.
        counted_until: count digitisation to the end of this day; None: to the end of the span.
    """
    until = max(counted_until or span.last, span.last)
    if measure == STOCK:
        late = Cohorts(f"{span.last.year:04d}", f"{span.last.year:04d}")
        done = [Term(Measure.STOCK_DONE, WHOLE_STOCK, span.last)]
        done += [Term(Measure.STOCK_LATE, late, until)] if until > span.last else []
        every = Term(Measure.STOCK, WHOLE_STOCK, span.last)
        return Question(Over.RESULTS, tuple(done), (every,), (), date.min, span.last, results.c.issued_on)
    months = Cohorts(*span.months)
    return Question(
        Over.DOSSIERS, (Term(Measure.FLOW_DONE, months, until),), (Term(Measure.FLOW, months, until),), (), span.first,
        span.last, dossiers.c.resolved_on,
    )  # fmt: skip


def indicator_question(indicator: Indicator, span: Span) -> Question:
    """Ask for an indicator over dossiers or visits of a span."""
    months = Cohorts(*span.months)
    done, every, unknown = (
        () if measure is None else (Term(measure, months, span.last),)
        for measure in (indicator.numerator, indicator.denominator, indicator.unknown)
    )
    by: sa.Column[Any] = dossiers.c.received_on
    if indicator.over is Over.CERTIFICATIONS:
        by = copies.c.issued_at
    elif indicator.numerator is Measure.ON_TIME_DONE:
        by = dossiers.c.finished_at
    return Question(indicator.over, done, every, unknown, span.first, span.last, by)
