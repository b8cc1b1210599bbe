"""The bodies of requests and answers about indicators, what is behind a number, and what to scan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from api.schemas import PRINTABLE, Given, Line, RateBody, Sent
from digitize.targets import Level

YearQuery = Annotated[int | None, Query(ge=2000, le=2200, description="Bỏ trống: năm nay.")]
QuarterQuery = Annotated[int | None, Query(ge=1, le=4, description="Quý của năm; bỏ trống: cả năm.")]
MonthQuery = Annotated[int | None, Query(ge=1, le=12, description="Tháng của năm; bỏ trống: cả năm.")]
UnitQuery = Annotated[
    str | None, Query(max_length=64, pattern=PRINTABLE, description="Mã đơn vị; bỏ trống: phạm vi của người hỏi.")
]
MeasureQuery = Annotated[
    str,
    Query(max_length=24, pattern=r"^[0-9a-z_.]+$", description="stock, flow, hoặc mã chỉ số như 4.2, on_time."),
]
CursorQuery = Annotated[str | None, Query(max_length=600, pattern=r"^[A-Za-z0-9_-]+$")]
LimitQuery = Annotated[int, Query(ge=1, le=200)]
TargetPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")]
_Day = Annotated[date, Field(ge=date(2021, 1, 1), le=date(2199, 12, 31))]


class IndicatorBody(Given):
    """What an indicator stands at."""

    code: str
    key: str
    """As programs of the national portal call it."""
    name: str
    over: str
    """What is counted: dossiers, procedures, certifications, catalogue."""
    rate: RateBody
    unknown: int
    """What lacks the fact that would decide."""
    score: float | None
    """Two decimals; None: nothing to count, or nothing to win."""
    max_score: float | None
    threshold_percent: int
    goal_percent: int | None
    more_than: bool
    """Reaching the goal is not enough."""
    reached: bool | None
    verified: bool
    mark: str
    source: str
    note: str


class IndicatorsBody(Given):
    """The indicators of a unit and all below it."""

    unit: str | None
    """None: all units of the caller."""
    first_day: date
    last_day: date
    """The last day that counts."""
    method_version: int
    indicators: list[IndicatorBody]


class ThingBody(Given):
    """A result, dossier, visit or procedure in a number; nobody's name."""

    code: str
    unit: str
    title: str
    day: date
    """Of issue, reception, resolution or end: what puts it into the period."""


class ExplanationBody(Given):
    """Some of the things in a number."""

    things: list[ThingBody]
    cursor: str | None
    """Of the next page, which may be short or empty; None: there are no more."""


class MonthBody(Given):
    """A number at the end of a month."""

    month: str
    ended: bool
    now: RateBody
    """As it is known now."""
    frozen: RateBody | None
    """As it was taken after the month ended; None: it was not."""
    taken_at: datetime | None
    method_version: int | None
    corrected_numerator: int | None
    """By how much it differs from what was taken."""
    corrected_denominator: int | None


class ForecastBody(Given):
    """Where the stock will stand at the end of the year at the pace of the last weeks."""

    per_week: float
    slow: RateBody
    expected: RateBody
    quick: RateBody
    weeks_left: float


class TrendBody(Given):
    """How a number came along, month by month."""

    unit: str
    measure: str
    year: int
    months: list[MonthBody]
    forecast: ForecastBody | None
    """Of the stock in the present year only."""
    forecast_text: str
    """What to show where there is none: "không đủ số liệu"; else a sentence."""


class BehindBody(Given):
    """A unit with a target."""

    unit: str
    name: str
    stock: RateBody
    target_percent: int
    missing: int


class WantedBody(Given):
    """A result that waits for its scan."""

    code: str
    unit: str
    title: str
    kind_code: str | None
    issued_on: date
    in_force_until: date | None
    """None: for good."""
    reused: int
    """How often papers of its kind were reused."""


class PlanBody(Given):
    """What to scan."""

    units: list[BehindBody]
    """Those that miss the most first, at most 50."""
    unit: str | None
    """Whose papers follow; None: no unit of the caller has a target."""
    missing: int | None
    papers: list[WantedBody]
    cursor: str | None


class LocalTargetSent(Sent):
    """A target that an authority sets for the units below it."""

    unit: Annotated[Line, Field(description="Mã đơn vị; áp dụng cho đơn vị này và các đơn vị trực thuộc.")]
    year: Annotated[int, Field(ge=2021, le=2199)]
    level: Annotated[Level | None, Field(description="Chỉ các đơn vị của cấp này; bỏ trống: mọi cấp.")] = None
    measure: Annotated[str, Field(max_length=24, pattern=r"^[0-9a-z_.]+$")] = "stock"
    percent: Annotated[int, Field(ge=0, le=100)]
    source: Annotated[Line, Field(description="Số, ngày văn bản giao chỉ tiêu.")]
    since: _Day | None = None
    until: _Day | None = None


class LocalTargetEnded(Sent):
    """The last day of a target."""

    until: _Day


class LocalTargetBody(Given):
    """A target that an authority set."""

    id: str
    unit: str
    year: int
    level: Level | None
    measure: str
    percent: int
    source: str
    since: date
    until: date | None
