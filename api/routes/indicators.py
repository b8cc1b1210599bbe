"""Indicators, what is behind each number, and how it came along."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query

from api import list_cursors
from api.answers import READING
from api.auth import Caller, TargetReader
from api.parts import PartsOf
from api.routes.counting import rate_body
from api.schemas_counting import (
    CursorQuery,
    ExplanationBody,
    ForecastBody,
    IndicatorBody,
    IndicatorsBody,
    LimitQuery,
    MeasureQuery,
    MonthBody,
    MonthQuery,
    QuarterQuery,
    ThingBody,
    TrendBody,
    UnitQuery,
    YearQuery,
)
from digitize import forecast, indicators, span
from digitize.errors import InvalidInput
from digitize.forecast import Forecast
from digitize.indicators import Over
from digitize.span import Span
from digitize.tally import METHOD_VERSION, day_of
from digitize.targets import FLOW, STOCK, Level
from digitize.territory import Branch
from storage import explaining, snapshots, targets, units
from storage import indicators as measuring
from storage.explaining import Page, Place, Side
from storage.indicators import Measured
from storage.registry import Scope
from storage.snapshots import MonthOf
from storage.units import Unit, answering

router = APIRouter(prefix="/api/v1", tags=["Chỉ tiêu"])


@router.get("/indicators", responses=READING)
def get_indicators(
    caller: TargetReader,
    parts: PartsOf,
    year: YearQuery = None,
    quarter: QuarterQuery = None,
    month: MonthQuery = None,
    unit: UnitQuery = None,
) -> IndicatorsBody:
    """Các chỉ số nhóm 4 của Cổng Dịch vụ công quốc gia, đúng hạn, thanh toán: của đơn vị và các đơn vị trực thuộc."""
    now = parts.now()
    asked = span.span(now, year or day_of(now).year, quarter=quarter, month=month)
    thresholds = indicators.thresholds_of(parts.settings.indicator_thresholds)
    with parts.storage.database.read() as connection:
        scope = _scope(connection, unit, caller)
        found = measuring.measured(connection, scope, asked, thresholds)
    return IndicatorsBody(
        unit=unit, first_day=asked.first, last_day=asked.last, method_version=METHOD_VERSION,
        indicators=[_indicator(each) for each in found],
    )  # fmt: skip


@router.get("/targets/explanation", responses=READING)
def explain(
    caller: TargetReader,
    parts: PartsOf,
    measure: MeasureQuery,
    side: Annotated[Side, Query(description="Phần nào của con số.")] = Side.NUMERATOR,
    year: YearQuery = None,
    quarter: QuarterQuery = None,
    month: MonthQuery = None,
    unit: UnitQuery = None,
    level: Annotated[Level | None, Query(description="Với stock, flow: mọi đơn vị của cấp này.")] = None,
    counted_until: Annotated[date | None, Query(description="Như ở /targets, chỉ với cả năm.")] = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> ExplanationBody:
    """Con số gồm những gì: từng kết quả, hồ sơ, lượt chứng thực hoặc thủ tục; đếm hết các trang đúng bằng con số."""
    now = parts.now()
    asked = span.span(now, year or day_of(now).year, quarter=quarter, month=month)
    after = None if cursor is None else Place(*list_cursors.from_word(cursor, 3))
    if counted_until is not None and (quarter is not None or month is not None or measure not in {STOCK, FLOW}):
        raise InvalidInput("counted_until chỉ dùng với stock, flow của cả năm")
    with parts.storage.database.read() as connection:
        scope = _scope(connection, unit, caller)
        if measure in {STOCK, FLOW}:
            chosen = _chosen(connection, scope, unit, level, asked)
            until = None if counted_until is None else min(counted_until, day_of(now))
            question = explaining.rate_question(measure, asked, until)
            found = explaining.explain(connection, question, side, scope, chosen, after=after, limit=limit)
        else:
            found = _of_indicator(connection, measure, side, scope, asked, after, limit)
    return _explanation(found)


@router.get("/targets/trend", responses=READING)
def get_trend(
    caller: TargetReader, parts: PartsOf, unit: UnitQuery = None, measure: MeasureQuery = STOCK, year: YearQuery = None
) -> TrendBody:
    """Từng tháng của năm: số đã chốt khi hết tháng, số biết hiện nay, chênh lệch; và dự báo đến hết năm."""
    now = parts.now()
    chosen = year or day_of(now).year
    if measure not in {STOCK, FLOW}:
        indicators.indicator(measure)
    with parts.storage.database.read() as connection:
        found = _unit(connection, unit, caller)
        months = snapshots.months_of(connection, found.id, found.scope, measure, chosen, now)
        ahead = None
        if measure == STOCK and chosen == day_of(now).year:
            ahead = snapshots.ahead(connection, found, now)
    return TrendBody(
        unit=found.code, measure=measure, year=chosen, months=[_month(each) for each in months],
        forecast=None if ahead is None else _forecast(ahead),
        forecast_text=forecast.TOO_LITTLE if ahead is None else forecast.told(ahead),
    )  # fmt: skip


def _scope(connection: sa.Connection, unit: str | None, caller: Caller) -> Scope:
    return units.find_by_code(connection, unit, caller.scope).scope if unit else caller.scope


def _unit(connection: sa.Connection, code: str | None, caller: Caller) -> Unit:
    """Return the unit of a code, or the caller's own: the first of those in sight."""
    if code:
        return units.find_by_code(connection, code, caller.scope)
    return units.subtree(connection, caller.scope)[0]


def _chosen(
    connection: sa.Connection, scope: Scope, unit: str | None, level: Level | None, asked: Span
) -> Collection[str]:
    """Return the units whose things stand in a number of the board: one unit's own, a level's, or all in sight."""
    heirs = answering(connection, scope, asked.last)
    below = units.subtree(connection, scope)
    if level is not None:
        own = {each.id for each in below if each.level is level and each.branch is Branch.LOCAL}
    elif unit is not None:
        own = {each.id for each in below if each.code == unit}
    else:
        own = {each.id for each in below}
    return targets.covered(heirs, own)


def _of_indicator(
    connection: sa.Connection,
    code: str,
    side: Side,
    scope: Scope,
    asked: Span,
    after: Place | None,
    limit: int,
) -> Page:
    indicator = indicators.indicator(code)
    if indicator.over in {Over.PROCEDURES, Over.CATALOGUE}:
        return explaining.explain_procedures(connection, indicator, side, scope, asked, after=after, limit=limit)
    question = explaining.indicator_question(indicator, asked)
    every = answering(connection, scope, asked.last)
    return explaining.explain(connection, question, side, scope, every, after=after, limit=limit)


def _explanation(page: Page) -> ExplanationBody:
    place = page.following
    return ExplanationBody(
        things=[ThingBody(code=each.code, unit=each.unit_code, title=each.title, day=each.day) for each in page.things],
        cursor=None if place is None else list_cursors.to_word(place.unit_id, place.when, place.id),
    )


def _indicator(found: Measured) -> IndicatorBody:
    each = found.indicator
    return IndicatorBody(
        code=each.code, key=each.key, name=each.name, over=each.over.value, rate=rate_body(found.rate),
        unknown=found.unknown, score=found.score, max_score=each.max_score, threshold_percent=each.threshold_percent,
        goal_percent=each.goal_percent, more_than=each.more_than, reached=found.reached, verified=each.verified,
        mark=each.mark, source=each.source, note=each.note,
    )  # fmt: skip


def _month(each: MonthOf) -> MonthBody:
    frozen, corrected = each.frozen, each.corrected or (None, None)
    return MonthBody(
        month=each.month, ended=each.ended, now=rate_body(each.now),
        frozen=None if frozen is None else rate_body(frozen.rate),
        taken_at=None if frozen is None else frozen.taken_at,
        method_version=None if frozen is None else frozen.method_version,
        corrected_numerator=corrected[0], corrected_denominator=corrected[1],
    )  # fmt: skip


def _forecast(ahead: Forecast) -> ForecastBody:
    return ForecastBody(
        per_week=round(ahead.per_week, 1), slow=rate_body(ahead.slow), expected=rate_body(ahead.expected),
        quick=rate_body(ahead.quick), weeks_left=round(ahead.weeks_left, 1),
    )  # fmt: skip
