"""Where a unit stands: two rates that are never mixed, beside the target of its level and year.

The **stock rate** = results in force and usable at the end of the period, of whatever year, in the unit's competence,
that are sealed, published and not revoked by then ÷ all such results in its register (QĐ 468/QĐ-TTg: "kết quả giải
quyết TTHC đang còn hiệu lực và có giá trị sử dụng thuộc thẩm quyền"). It stands beside the target.

The **flow rate** = dossiers resolved in the period with at least one published result ÷ all dossiers resolved in it.

Nothing ÷ nothing is "không có", not 0 %. Counting is :mod:`storage.targets`; here are the rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import InvalidInput, Misconfigured

VIETNAM_TIME = timezone(timedelta(hours=7))
"""UTC+07:00 all year; a period ends at midnight of this zone."""

FIRST_YEAR = 2021
"""The first year with a target (QĐ 468/QĐ-TTg)."""

STOCK, FLOW = "stock", "flow"
"""The two rates, by the names that local targets, snapshots and addresses use."""

NONE = "không có"
"""What is shown instead of a rate of nothing, and of a target that there is none of."""


class Level(StrEnum):
    """Levels of government; the district level ended on 2025-06-30 (NĐ 118/2025/NĐ-CP)."""

    TINH = "tinh"
    HUYEN = "huyen"
    XA = "xa"


LEVEL_NAMES = {Level.TINH: "Cấp tỉnh", Level.HUYEN: "Cấp huyện", Level.XA: "Cấp xã"}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day of a year to its end, or to now while the year lasts."""

    year: int
    end: datetime
    """The last moment of the register: what is in force, which dossiers are resolved."""
    counted_until: datetime
    """The last moment of digitisation that counts: the end, or later when somebody asks how far the backlog of a past
    year has come since."""

    @property
    def first_day(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """The day of the end in Vietnam."""
        return self.end.astimezone(VIETNAM_TIME).date()


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counted things."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """0.0 to 100.0; None when there is nothing to count."""
        return None if self.denominator == 0 else 100 * self.numerator / self.denominator

    @property
    def text(self) -> str:
        """As a person reads it: "33,3 %", or "không có"."""
        return NONE if self.percent is None else f"{self.percent:.1f} %".replace(".", ",")

    def reaches(self, percent: int) -> bool | None:
        """Compare with a target without rounding; None when there is nothing to count."""
        return None if self.denominator == 0 else 100 * self.numerator >= percent * self.denominator

    def missing(self, percent: int) -> int:
        """Return by how much the numerator must grow to reach a target."""
        return max(0, -(-percent * self.denominator // 100) - self.numerator)

    def __add__(self, other: Rate) -> Rate:
        """Count both together: the rate of a level is not the mean of its units' rates."""
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True, slots=True)
class Target:
    """What a level must reach in a year."""

    year: int
    level: Level
    percent: int
    """Of the stock, 0 to 100."""
    since: date
    verified: bool
    """The figure was found in a published text."""
    source: str
    until: date | None = None
    """Last day; None: the end of its year."""

    @property
    def mark(self) -> str:
        """What must stand beside the figure: "chưa kiểm chứng", or nothing."""
        return "" if self.verified else _catalogue().unverified_mark


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """What an authority asks of the units below it, beside what the whole country is asked for."""

    id: str
    """Opaque."""
    unit_id: str
    """It and all below it are asked."""
    unit_code: str
    year: int
    level: Level | None
    """None: every level."""
    measure: str
    """``stock``, ``flow`` or the code of an indicator."""
    percent: int
    """0 to 100."""
    source: str
    """The decision or plan."""
    since: date
    until: date | None = None
    """Last day; None: the end of its year."""
    withdrawn: bool = False
    """Taken back as if it had never been set; it stays in the register of targets and asks nobody."""

    def asks(self, level: Level, of: Period) -> bool:
        """Tell whether a unit of a level is asked at the end of a period."""
        ended = self.withdrawn or (self.until is not None and self.until < of.last_day)
        return self.year == of.year and self.level in (None, level) and self.since <= of.last_day and not ended


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """Where a unit, or all units of a level together, stand."""

    unit_id: str | None
    """None: all units of the level within the scope."""
    unit_code: str
    """Empty for a level."""
    name: str
    level: Level
    period: Period
    stock: Rate
    flow: Rate
    target: Target | None
    """None when there is none for the level and year."""
    local: tuple[LocalTarget, ...] = ()
    """Of stock and flow, the nearest authority's of each; none for a level."""

    def reached_local(self, local: LocalTarget) -> bool | None:
        """Whether the rate that a local target is about reaches it; None when there is nothing to count."""
        return (self.stock if local.measure == STOCK else self.flow).reaches(local.percent)

    @property
    def missing(self) -> int | None:
        """How many results in force must still be digitised to reach the target; None when there is no target."""
        return None if self.target is None else self.stock.missing(self.target.percent)

    @property
    def reached(self) -> bool | None:
        """Whether the stock rate reaches the target; None when one of the two is missing."""
        return None if self.target is None else self.stock.reaches(self.target.percent)


def period(year: int, now: datetime, counted_until: datetime | None = None) -> Period:
    """Return the period of a year as seen now.

    Args:
        year: from 2021 to the present one.
        now: the end of the period while the year lasts.
        counted_until: count digitisation until this moment instead of the end of the period.

    Raises:
        InvalidInput: the year lies before the first target or has not begun, or the moment before the period's end.
    """
    today = now.astimezone(VIETNAM_TIME).date()
    if not FIRST_YEAR <= year <= today.year:
        raise InvalidInput(f"năm phải từ {FIRST_YEAR} đến {today.year}")
    end = min(now, datetime.combine(date(year, 12, 31), time.max, VIETNAM_TIME))
    if counted_until is None:
        return Period(year, end, end)
    if min(now, counted_until) < end:
        raise InvalidInput("thời điểm tính số hóa không được trước ngày cuối kỳ")
    return Period(year, end, min(now, counted_until))


def target(level: Level, of: Period) -> Target | None:
    """Return the target of a level that holds at the end of a period, if there is one."""
    for each in _catalogue().target:
        ended = each.until is not None and each.until < of.last_day
        if (each.year, each.level) == (of.year, level) and each.since <= of.last_day and not ended:
            return each
    return None


def targets() -> Sequence[Target]:
    """Return every target of the catalogue."""
    return _catalogue().target


def levels(units: Iterable[UnitProgress], of: Period) -> tuple[UnitProgress, ...]:
    """Add the units of each level together; a level without a unit is left out."""
    totals: dict[Level, tuple[Rate, Rate]] = {}
    for unit in units:
        stock, flow = totals.get(unit.level, (Rate(0, 0), Rate(0, 0)))
        totals[unit.level] = (stock + unit.stock, flow + unit.flow)
    return tuple(
        UnitProgress(None, "", LEVEL_NAMES[level], level, of, *totals[level], target(level, of))
        for level in Level
        if level in totals
    )


@dataclass(frozen=True, slots=True)
class _Catalogue:
    unverified_mark: str
    unit: str
    target: tuple[Target, ...]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("targets.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục targets.toml không đọc được: {fault}") from fault
