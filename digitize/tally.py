"""What a result, a dossier or a certification adds to which number, from which day on: the definition in code.

Every number is a sum of changes. A change belongs to a unit, a measure, a cohort and a day (in Vietnam): from that day
on the number is higher or lower by so much. What is counted for one thing follows from its facts alone, so that
counting it again gives the same, and whoever asks why a number is what it is can be shown the very things in it. The
same numbers in SQL stand in ``docs/targets.md``.

The **cohort** of a dossier's measures is the month that it counts for; the stock has none. Nothing is kept of days
before the first year with a target: what was in force by then is the opening balance, and dossiers of those years are
nobody's question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from digitize.targets import FIRST_YEAR, VIETNAM_TIME

METHOD_VERSION = 1
"""Raised with every change of a definition; a frozen number says by which one it was counted."""

OPENING = date(FIRST_YEAR - 1, 12, 31)
"""What changed before the first period changed on this day."""

FOR_GOOD = date(9999, 12, 31)
"""The last day in force of a result that has none."""

_HORIZON = date(9000, 1, 1)
"""A result valid until a day after this one is valid for good."""


class Measure(StrEnum):
    """A number that is kept. ``…_done`` is the part that counts as reached, ``…_unknown`` what lacks a fact."""

    STOCK = "stock"
    STOCK_DONE = "stock_done"
    STOCK_LATE = "stock_late"
    """Of the results in force at the end of the cohort's year: digitised since, less those that ceased to be."""
    FLOW = "flow"
    FLOW_DONE = "flow_done"
    RECEIVED = "received"
    M41 = "m41"
    M41_DONE = "m41_done"
    M41_UNKNOWN = "m41_unknown"
    M42_DONE = "m42_done"
    M43_DONE = "m43_done"
    M44_DONE = "m44_done"
    M45B_DONE = "m45b_done"
    M45B_UNKNOWN = "m45b_unknown"
    ON_TIME = "on_time"
    ON_TIME_DONE = "on_time_done"
    ON_TIME_UNKNOWN = "on_time_unknown"
    PAID = "paid"
    PAID_DONE = "paid_done"
    FEE = "fee"
    """The cohort is the procedure: dossiers with a fee that was paid, by the month of reception."""
    FEE_DONE = "fee_done"
    E_COPY = "e_copy"
    REUSED = "reused"
    """The cohort is the kind of paper: how often one was taken from what exists instead of being asked for again."""


class Change(NamedTuple):
    """Where and from when a number changes; sorts as its row is locked."""

    unit_id: str
    measure: str
    cohort: str
    day: date

    @property
    def month(self) -> str:
        """YYYY-MM."""
        return month_of(self.day)


Changes: TypeAlias = Mapping[Change, int]

Span: TypeAlias = tuple[date, date | None]
"""From the first day to before the second one; None: for good."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What counting needs to know of a result."""

    unit_id: str
    issued_on: date
    valid_until: date | None
    """Last day in force."""
    cancelled_on: date | None
    """First day no longer usable."""
    published: tuple[Span, ...]
    """When each of its documents was published and ended."""
    from_elsewhere: bool = False
    """Of another agency's competence: in nobody's stock here."""
    secret: bool = False
    """It counts, and must not be scanned."""


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What counting needs to know of a dossier. Days are days in Vietnam."""

    unit_id: str
    procedure_code: str
    received_on: date | None
    resolved_on: date | None
    published: tuple[Span, ...] = ()
    """Of all documents of its results."""
    needs_paper_result: bool | None = None
    """As the catalogue of procedures says for the day of reception."""
    synced_on: date | None = None
    """A result's code and link were taken by the national portal."""
    scanned_on: date | None = None
    """A component that is still there was scanned here."""
    reused_on: date | None = None
    """A component that is still there was taken from what exists already."""
    stored_on: date | None = None
    """A component that is still there came from the owner's personal store."""
    reused_kinds: tuple[str, ...] = ()
    """The kinds of the results that took the place of a paper."""
    population_known: bool | None = None
    """The holder's account or data were checked against VNeID or the population database."""
    finished_at: datetime | None = None
    due_at: datetime | None = None
    paid_on: date | None = None
    paid_at_portal: bool = False
    """At the national portal."""


def day_of(moment: datetime) -> date:
    """Return the day of a moment in Vietnam."""
    return moment.astimezone(VIETNAM_TIME).date()


def month_of(day: date) -> str:
    """Return YYYY-MM."""
    return f"{day.year:04d}-{day.month:02d}"


def of_result(facts: ResultFacts) -> Changes:
    """Return what a result adds to the stock of its unit."""
    found: Counter[Change] = Counter()
    in_force = _in_force(facts)
    if in_force is None or facts.from_elsewhere:
        return found
    digitised = union(facts.published)
    _add(found, facts.unit_id, Measure.STOCK, "", [in_force])
    _add(found, facts.unit_id, Measure.STOCK_DONE, "", _both([in_force], digitised))
    for first, last in digitised:
        for day, step in ((first, 1), (last, -1)):
            if day is not None:
                for year in range(FIRST_YEAR, day.year):
                    if _holds(in_force, date(year, 12, 31)):
                        found[Change(facts.unit_id, Measure.STOCK_LATE, f"{year:04d}", day)] += step
    return _kept(found)


def wanted_until(facts: ResultFacts) -> date | None:
    """Return the last day on which digitising a result would count; None: it is digitised, or must not be."""
    in_force = _in_force(facts)
    digitised = any(last is None for _, last in facts.published)
    if in_force is None or digitised or facts.from_elsewhere or facts.secret:
        return None
    return FOR_GOOD if in_force[1] is None else in_force[1] - timedelta(days=1)


def of_dossier(facts: DossierFacts) -> Changes:
    """Return what a dossier adds to the numbers of its unit; one without a day of reception only to the flow."""
    found: Counter[Change] = Counter()
    if facts.resolved_on is not None and facts.resolved_on.year >= FIRST_YEAR:
        resolved: Span = (facts.resolved_on, None)
        cohort = month_of(facts.resolved_on)
        _add(found, facts.unit_id, Measure.FLOW, cohort, [resolved])
        _add(found, facts.unit_id, Measure.FLOW_DONE, cohort, _both([resolved], union(facts.published)))
    if facts.received_on is not None:
        if facts.received_on.year >= FIRST_YEAR:
            for measure, spans in _of_received(facts, facts.received_on):
                _add(found, facts.unit_id, measure, month_of(facts.received_on), spans)
        _pay(found, facts, facts.received_on)
        for kind in facts.reused_kinds:
            _add(found, facts.unit_id, Measure.REUSED, kind, _since(facts.received_on, facts.reused_on))
        _finish(found, facts)
    return _kept(found)


def of_certification(unit_id: str, issued_on: date | None) -> Changes:
    """Return what a visit adds once the first of its electronic copies was issued."""
    found: Counter[Change] = Counter()
    if issued_on is not None:
        _add(found, unit_id, Measure.E_COPY, month_of(issued_on), [(issued_on, None)])
    return _kept(found)


def difference(desired: Changes, counted: Changes) -> Changes:
    """Return what must be added to what is counted."""
    found = Counter(desired)
    found.subtract(counted)
    return _kept(found)


def value(changes: Changes, measure: str, day: date) -> int:
    """Return what a thing adds to a measure at the end of a day, whatever the cohort."""
    return sum(n for change, n in changes.items() if change.measure == measure and change.day <= day)


def union(spans: Iterable[Span]) -> Sequence[Span]:
    """Return the same days as spans that neither overlap nor touch, in order."""
    joined: list[Span] = []
    for first, last in sorted((s for s in spans if s[1] is None or s[0] < s[1]), key=lambda span: span[0]):
        if joined and (joined[-1][1] is None or first <= joined[-1][1]):
            before, end = joined.pop()
            joined.append((before, None if end is None or last is None else max(end, last)))
        else:
            joined.append((first, last))
    return joined


def _in_force(facts: ResultFacts) -> Span | None:
    expires = facts.valid_until
    ends = [] if expires is None or expires >= _HORIZON else [expires + timedelta(days=1)]
    ends += [] if facts.cancelled_on is None else [facts.cancelled_on]
    end = min(ends, default=None)
    return None if end is not None and end <= facts.issued_on else (facts.issued_on, end)


def _of_received(facts: DossierFacts, received_on: date) -> Iterable[tuple[Measure, Sequence[Span]]]:
    whole: Span = (received_on, None)
    yield Measure.RECEIVED, [whole]
    if facts.needs_paper_result is None:
        yield Measure.M41_UNKNOWN, [whole]
    if facts.needs_paper_result:
        yield Measure.M41, [whole]
        yield Measure.M41_DONE, _since(received_on, facts.synced_on)
    filed = _since(received_on, facts.scanned_on, facts.reused_on, facts.stored_on)
    yield Measure.M42_DONE, _both(filed, union(facts.published))
    yield Measure.M43_DONE, _since(received_on, facts.reused_on)
    yield Measure.M44_DONE, _since(received_on, facts.stored_on, facts.synced_on)
    if facts.population_known is None:
        yield Measure.M45B_UNKNOWN, [whole]
    if facts.population_known:
        yield Measure.M45B_DONE, [whole]


def _finish(found: Counter[Change], facts: DossierFacts) -> None:
    if facts.finished_at is None:
        return
    day = day_of(facts.finished_at)
    if day.year < FIRST_YEAR:
        return
    cohort, spans = month_of(day), [(day, None)]
    if facts.due_at is None:
        _add(found, facts.unit_id, Measure.ON_TIME_UNKNOWN, cohort, spans)
        return
    _add(found, facts.unit_id, Measure.ON_TIME, cohort, spans)
    if facts.finished_at <= facts.due_at:
        _add(found, facts.unit_id, Measure.ON_TIME_DONE, cohort, spans)


def _pay(found: Counter[Change], facts: DossierFacts, received_on: date) -> None:
    if facts.paid_on is None:
        return
    paid = _since(received_on, facts.paid_on)
    if paid[0][0].year < FIRST_YEAR:
        return
    for measure, cohort in ((Measure.PAID, month_of(received_on)), (Measure.FEE, facts.procedure_code)):
        _add(found, facts.unit_id, measure, cohort, paid)
        if facts.paid_at_portal:
            _add(found, facts.unit_id, Measure(f"{measure}_done"), cohort, paid)


def _since(earliest: date, *days: date | None) -> Sequence[Span]:
    told = [day for day in days if day is not None]
    return [(max(earliest, min(told)), None)] if told else []


def _both(some: Sequence[Span], others: Sequence[Span]) -> Sequence[Span]:
    found: list[Span] = []
    for first, last in some:
        for begin, end in others:
            ends = [day for day in (last, end) if day is not None]
            found.append((max(first, begin), min(ends, default=None)))
    return union(found)


def _holds(span: Span, day: date) -> bool:
    return span[0] <= day and (span[1] is None or day < span[1])


def _add(found: Counter[Change], unit_id: str, measure: Measure, cohort: str, spans: Iterable[Span]) -> None:
    for first, last in spans:
        for day, step in ((first, 1), (last, -1)):
            if day is not None:
                found[Change(unit_id, measure.value, cohort, max(day, OPENING))] += step


def _kept(found: Counter[Change]) -> Changes:
    """Leave out what cancels itself."""
    return {change: n for change, n in found.items() if n}
