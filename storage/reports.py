"""The numbers of a periodic report: from the sums, and from the rows of its own period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from digitize import targets
from digitize.attest.rules import certification_rules
from digitize.place_name import place_of
from digitize.reports.report import (
    ClerkLine,
    CopyCounts,
    IndicatorLine,
    LateCounts,
    Report,
    ReportPeriod,
    UnitLine,
)
from digitize.reports.rules import due
from digitize.span import span
from digitize.tally import METHOD_VERSION, Measure
from digitize.targets import LEVEL_NAMES, VIETNAM_TIME, Level, Rate
from digitize.territory import Branch
from storage import coverage, indicators
from storage.dossiers.events import DossierEvent
from storage.indicators import Measured
from storage.registry import Scope
from storage.tables import documents, dossier_events, dossiers, revisions, units
from storage.tallies.reading import Cohorts, standing
from storage.targets import rates
from storage.units import Unit, answering, find_unit, subtree

_NOTHING = Rate(0, 0)


def report_period(year: int, quarter: int | None, now: datetime) -> ReportPeriod:
    """Return a quarter or a year as seen now.

    Raises:
        InvalidInput: it has not begun, or lies before the first year with a target.
    """
    return ReportPeriod(year, quarter, span(now, year, quarter=quarter))


def gather(connection: sa.Connection, unit: Unit, period: ReportPeriod, now: datetime) -> Report:
    """Return the report of a unit and all below it.

    Args:
        connection: a reading transaction, so that all numbers are of the same moment.
        unit: whose report.
        period: as far as it has come.
        now: when it is made.

    Raises:
        InvalidInput: the year lies before the first one with a target.
        Misconfigured: a catalogue cannot be read.
    """
    lines = _units(connection, unit, period, now)
    owed = due(yearly=period.quarter is None, on=period.span.last)
    above = None if unit.parent_id is None else find_unit(connection, unit.parent_id)
    return Report(
        agency=unit.name, unit_code=unit.code, parent="" if above is None else above.name, place=place_of(unit.name),
        period=period, made_at=now, method_version=METHOD_VERSION, levels=_levels(lines, period, now), units=lines,
        indicators=tuple(_indicator(each) for each in indicators.measured(connection, unit.scope, period.span)),
        clerks=_clerks(connection, unit.scope, period), late=_late(connection, unit.scope, period),
        copies=_copies(connection, unit.scope, period, now),
        due_on=None if owed is None else owed.on(period.year), due_source="" if owed is None else owed.source,
    )  # fmt: skip


def _units(connection: sa.Connection, top: Unit, period: ReportPeriod, now: datetime) -> tuple[UnitLine, ...]:
    """Return the units in the order of the tree: a parent before its children, siblings by code."""
    every = subtree(connection, top.scope)
    heirs = answering(connection, top.scope, period.span.last)
    stock, flow = rates(connection, top.scope, period.span, heirs)
    on_time = _on_time(connection, top.scope, period, heirs)
    year = targets.period(period.year, min(now, _end(period)))
    shown = [
        each
        for each in every
        if each.id in stock or each.id in flow or (_stood(each, period) and heirs.get(each.id, each.id) == each.id)
    ]
    depth = top.path.count("/")
    return tuple(
        UnitLine(
            each.code, each.name, each.level, each.path.count("/") - depth, stock.get(each.id, _NOTHING),
            flow.get(each.id, _NOTHING), on_time.get(each.id, _NOTHING),
            targets.target(each.level, year) if each.branch is Branch.LOCAL else None,
        )
        for each in _as_tree(shown)
    )  # fmt: skip


def _as_tree(found: Sequence[Unit]) -> list[Unit]:
    codes = {each.id: each.code for each in found}
    return sorted(found, key=lambda each: [codes.get(one, one) for one in each.path.strip("/").split("/")])


def _stood(unit: Unit, period: ReportPeriod) -> bool:
    return unit.valid_from <= period.span.last and (unit.valid_to is None or unit.valid_to >= period.span.first)


def _levels(lines: Sequence[UnitLine], period: ReportPeriod, now: datetime) -> tuple[UnitLine, ...]:
    """Add the units of each level together; agencies outside the levels are left out, as they have no target."""
    year = targets.period(period.year, min(now, _end(period)))
    found = []
    for level in Level:
        of_level = [each for each in lines if each.level is level]
        if of_level:
            stock, flow, on_time = (
                sum((getattr(each, name) for each in of_level), _NOTHING) for name in ("stock", "flow", "on_time")
            )
            found.append(UnitLine("", LEVEL_NAMES[level], level, 0, stock, flow, on_time, targets.target(level, year)))
    return tuple(found)


def _on_time(
    connection: sa.Connection, scope: Scope, period: ReportPeriod, heirs: Mapping[str, str]
) -> Mapping[str, Rate]:
    counted = standing(
        connection, scope, (Measure.ON_TIME, Measure.ON_TIME_DONE), Cohorts(*period.span.months), period.span.last
    )
    found: dict[str, Rate] = {}
    for (unit, measure), n in counted.items():
        heir = heirs.get(unit, unit)
        share = Rate(0, n) if measure is Measure.ON_TIME else Rate(n, 0)
        found[heir if heir in heirs else unit] = found.get(heir if heir in heirs else unit, _NOTHING) + share
    return found


def _indicator(measured: Measured) -> IndicatorLine:
    of = measured.indicator
    return IndicatorLine(
        of.code, of.name, measured.rate, measured.unknown, measured.score, of.max_score, of.goal_percent,
        measured.reached, of.mark,
    )  # fmt: skip


def _clerks(connection: sa.Connection, scope: Scope, period: ReportPeriod) -> tuple[ClerkLine, ...]:
    """Count the captures that each clerk signed within the period, by the names in the signatures."""
    begins, ends = _begin(period), _end(period)
    published = sa.and_(
        documents.c.capture == revisions.c.capture,
        documents.c.published_at < ends,
        sa.or_(documents.c.ended_at.is_(None), documents.c.ended_at >= ends),
    )
    rows = connection.execute(
        sa.select(
            units.c.code,
            units.c.name,
            revisions.c.signer,
            sa.func.count(),
            sa.func.sum(sa.case((published, 1), else_=0)),
        )
        .select_from(revisions)
        .join(documents, documents.c.id == revisions.c.document_id)
        .join(units, units.c.id == documents.c.unit_id)
        .where(
            revisions.c.number == 1,
            revisions.c.signed_at >= begins,
            revisions.c.signed_at < ends,
            units.c.path.startswith(scope.path, autoescape=True),
        )
        .group_by(units.c.code, units.c.name, revisions.c.signer)
        .order_by(units.c.code, revisions.c.signer)
    )
    return tuple(ClerkLine(code, name, signer, count, int(done or 0)) for code, name, signer, count, done in rows)


def _late(connection: sa.Connection, scope: Scope, period: ReportPeriod) -> LateCounts:
    """Count the dossiers that ended after their day within the period, and those with an apology sent."""
    sent = (
        sa.exists()
        .where(dossier_events.c.dossier_id == dossiers.c.id, dossier_events.c.name == DossierEvent.APOLOGY_SENT.value)
        .correlate(dossiers)
    )
    late, apologised = connection.execute(
        sa.select(sa.func.count(), sa.func.sum(sa.case((sent, 1), else_=0)))
        .select_from(dossiers)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(
            dossiers.c.finished_at >= _begin(period),
            dossiers.c.finished_at < _end(period),
            dossiers.c.finished_at > dossiers.c.due_at,
            units.c.path.startswith(scope.path, autoescape=True),
        )
    ).one()
    return LateCounts(late, int(apologised or 0))


def _copies(connection: sa.Connection, scope: Scope, period: ReportPeriod, now: datetime) -> CopyCounts | None:
    reach = coverage.reach(connection, period.year, scope, min(now, _end(period)))
    if not reach.units:
        return None
    goal = reach.target
    return CopyCounts(
        reach.covered,
        None if goal is None else goal.percent,
        "" if goal is None else goal.source,
        "" if goal is None else certification_rules().mark(goal),
    )


def _begin(period: ReportPeriod) -> datetime:
    return _midnight(period.span.first)


def _end(period: ReportPeriod) -> datetime:
    """The first moment after the period."""
    return _midnight(period.span.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME)
