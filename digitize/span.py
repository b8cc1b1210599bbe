"""Months that are asked about together: a year, a quarter or one month, as far as they have come."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime

from digitize.errors import InvalidInput
from digitize.targets import FIRST_YEAR, VIETNAM_TIME


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, the last of which may still last."""

    first: date
    """The first day of the first month."""
    last: date
    """The last day, or today while the last month lasts."""

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month."""
        return f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"


def span(now: datetime, year: int, *, quarter: int | None = None, month: int | None = None) -> Span:
    """Return a year, a quarter or a month as seen now.

    Raises:
        InvalidInput: it lies before the first year with a target or has not begun, or both parts of a year are named.
    """
    if quarter is not None and month is not None:
        raise InvalidInput("chỉ nêu quý hoặc tháng, không nêu cả hai")
    if quarter not in {None, 1, 2, 3, 4} or not (month is None or 1 <= month <= 12):
        raise InvalidInput("quý phải từ 1 đến 4, tháng từ 1 đến 12")
    today = now.astimezone(VIETNAM_TIME).date()
    if not FIRST_YEAR <= year <= today.year:
        raise InvalidInput(f"năm phải từ {FIRST_YEAR} đến {today.year}")
    begins = month or (3 * quarter - 2 if quarter else 1)
    ends = month or (3 * quarter if quarter else 12)
    first = date(year, begins, 1)
    if first > today:
        raise InvalidInput("kỳ này chưa bắt đầu")
    return Span(first, min(today, date(year, ends, _days(date(year, ends, 1)))))


def _days(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]
