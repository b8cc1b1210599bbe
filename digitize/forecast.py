"""Where a stock rate will stand at the end of the year if work goes on as in the last weeks. A range, not a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, quantiles

from digitize.targets import Rate

WEEKS = 8
"""How many whole weeks before today the pace is taken from."""

_NEEDED = 4
"""Weeks in which something was digitised, for a forecast to be honest."""

TOO_LITTLE = "không đủ số liệu"
"""What is shown instead of a forecast."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The rate at the end of the year, as it would be at three paces."""

    per_week: float
    """Results digitised a week on average, less those that ceased to count."""
    slow: Rate
    """At the pace of the quarter of the weeks that was slowest."""
    expected: Rate
    quick: Rate
    weeks_left: float


def forecast(now: Rate, done: Sequence[int], grown: Sequence[int], days_left: int) -> Forecast | None:
    """Carry the last weeks on to the end of the year.

    Args:
        now: the stock rate of today.
        done: by how much its numerator changed in each of the last weeks, at most :data:`WEEKS`.
        grown: by how much its denominator changed in the same weeks.
        days_left: until the end of the year, 0 to 365.

    Returns:
        None: không đủ số liệu.
    """
    if now.denominator == 0 or sum(change > 0 for change in done) < _NEEDED:
        return None
    weeks_left = days_left / 7
    whole = max(0, round(now.denominator + mean(grown) * weeks_left))
    slow, _, quick = quantiles(done, n=4, method="inclusive")
    paces = (slow, mean(done), quick)
    least, middle, most = (Rate(min(whole, max(0, round(now.numerator + pace * weeks_left))), whole) for pace in paces)
    return Forecast(mean(done), least, middle, most, weeks_left)


def told(ahead: Forecast) -> str:
    """Say a forecast in a sentence."""
    pace = f"{ahead.per_week:.1f}".replace(".", ",")
    return (
        f"Nếu giữ nhịp của {WEEKS} tuần qua (trung bình {pace} kết quả mỗi tuần), đến hết năm đạt khoảng "
        f"{ahead.expected.text}, trong khoảng {ahead.slow.text} đến {ahead.quick.text}."
    )
