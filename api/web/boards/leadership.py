"""The leaders' board: targets against actual, the way there, who lags, what reaches the citizen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Right
from api.parts import PartsOf
from api.schemas_counting import CursorQuery, YearQuery
from api.web import preferences
from api.web.boards import charts
from api.web.boards.charts import Bar
from api.web.boards.turning import some
from api.web.language import speaking, told
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize import indicators as known
from digitize import span
from digitize.collation import collation_key
from digitize.exchange.rules import goal
from digitize.forecast import Forecast
from digitize.tally import day_of
from digitize.targets import FIRST_YEAR, Level, Rate, UnitProgress
from digitize.territory import Branch
from storage import apologies, coverage, indicators, snapshots, targets, trends, units
from storage.exchange import measuring
from storage.registry import Scope
from storage.settings import Settings
from storage.trends import Along
from storage.units import Unit, answering

router = APIRouter()

PAGE_LENGTH = 25
WORST = 5
"""Units that "what to scan this week" names on the board."""


class Order(StrEnum):
    """In which order the units stand."""

    RATE = "rate"
    MISSING = "missing"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Course:
    """How a level, or a unit, came along."""

    stock: Sequence[Rate]
    flow: Sequence[Rate]
    months: Sequence[Along]
    ahead: Forecast | None


@router.get("/board")
def show_board(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    year: YearQuery = None,
    level: Annotated[Level | None, Query(description="Whose course is drawn.")] = None,
    order: Annotated[Order, Query()] = Order.RATE,
    cursor: CursorQuery = None,
) -> Response:
    """Show where the caller's units stand in a year."""
    caller.need(Right.READ_TARGETS)
    now = parts.now()
    this_year = day_of(now).year
    chosen = year or this_year
    with parts.storage.database.read() as connection:
        every = units.subtree(connection, caller.scope)
        progress = targets.progress(connection, chosen, caller.scope, now)
        levels = [each for each in progress if each.unit_id is None]
        drawn = next((each for each in levels if each.level is level), levels[-1] if levels else None)
        course = None if drawn is None else _course(connection, caller.scope, every, drawn, chosen, now)
        values = _beside(connection, caller.scope, chosen, now, parts.settings)
    ranked = in_order([each for each in progress if each.unit_id is not None], order)
    shown, following = some(ranked, lambda each: each.unit_code, cursor, PAGE_LENGTH)
    with speaking(preferences.of(request).language):
        level_bars = [bar_of(each, told(each.name)) for each in levels]
    return page(
        request, "boards/board.html", caller=caller, charts=charts, year=chosen, this_year=this_year,
        years=range(this_year, FIRST_YEAR - 1, -1), levels=levels, level_bars=level_bars, drawn=drawn, course=course,
        units=shown, first=1 + ranked.index(shown[0]) if shown else 0, total=len(ranked), order=order, orders=Order,
        following=following, at_start=cursor is None, worst=in_order(ranked, Order.MISSING)[:WORST],
        top=every[0], goal=goal(), reads_late=Right.READ_RESULTS in caller.rights, **values,
    )  # fmt: skip


def in_order(found: Sequence[UnitProgress], order: Order) -> Sequence[UnitProgress]:
    """Sort units; those without a number stand last, equals in the order of the dictionary."""
    by_name = sorted(found, key=lambda each: (collation_key(each.name), each.unit_code))
    if order is Order.MISSING:
        return sorted(by_name, key=lambda each: -(each.missing or 0))
    if order is Order.RATE:
        return sorted(by_name, key=lambda each: (each.stock.percent is None, -(each.stock.percent or 0)))
    return by_name


def bar_of(each: UnitProgress, label: str) -> Bar:
    """Return a share beside its target, for a chart."""
    aim = None if each.target is None else each.target.percent
    return Bar(label, each.stock.percent, each.stock.text, aim, "" if aim is None else f"{told('Chỉ tiêu')} {aim} %")


def _course(
    connection: sa.Connection, scope: Scope, every: Sequence[Unit], level: UnitProgress, year: int, now: datetime
) -> Course:
    inside = {each.id for each in every if each.level is level.level and each.branch is Branch.LOCAL}
    months = trends.months(connection, scope, year, now)
    ahead = None
    if year == day_of(now).year:
        covered = targets.covered(answering(connection, scope, day_of(now)), inside)
        ahead = snapshots.ahead_of(connection, level.stock, covered, now)
    together = [each.together(inside) for each in months]
    return Course([stock for stock, _ in together], [flow for _, flow in together], months, ahead)


def _beside(
    connection: sa.Connection, scope: Scope, year: int, now: datetime, settings: Settings
) -> Mapping[str, object]:
    """Return what stands beside the targets: indicators, coverage, portals, lateness."""
    whole = span.span(now, year)
    measured = indicators.measured(connection, scope, whole, known.thresholds_of(settings.indicator_thresholds))
    on_time = next((each.rate for each in measured if each.indicator.code == "on_time"), Rate(0, 0))
    shares = measuring.kept(connection, scope)
    return {
        "indicators": measured,
        "ended_late": on_time.denominator - on_time.numerator,
        "open_late": apologies.count_open(connection, scope, now),
        "apologised": apologies.count_apologised(connection, scope, whole.first, whole.last),
        "coverage": coverage.reach(connection, year, scope, now),
        "shares": shares,
        "in_step": measuring.together(shares),
    }
