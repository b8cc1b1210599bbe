"""Scores, goals, months and forecasts: the rules without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from digitize import span
from digitize.dossiers.words import DossierEvent
from digitize.errors import InvalidInput, Misconfigured
from digitize.forecast import TOO_LITTLE, forecast, told
from digitize.indicators import Over, indicator, indicators, thresholds_of
from digitize.targets import Rate
from storage.tallies import facts

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "rate", "score"),
    [
        ("4.1", Rate(1, 3), 2.0), ("4.1", Rate(3, 3), 6.0), ("4.3", Rate(2, 5), 1.0), ("4.3", Rate(4, 5), 2.0),
        ("4.3", Rate(5, 5), 2.0), ("4.2", Rate(4, 5), 3.2), ("4.4", Rate(0, 0), None), ("on_time", Rate(1, 1), None),
    ],
)  # fmt: skip
def test_a_score_is_the_share_of_the_threshold_and_never_more_than_the_most(
    code: str, rate: Rate, score: float | None
) -> None:
    assert indicator(code).score(rate) == score


def test_the_threshold_may_be_read_otherwise_where_the_source_contradicts_itself() -> None:
    found = {each.code: each for each in indicators(thresholds_of("4.2=80"))}
    assert found["4.2"].score(Rate(4, 5)) == 4.0
    for wrong in ("9.9=80", "4.2=0", "4.2=101"):
        with pytest.raises(Misconfigured):
            indicators(thresholds_of(wrong))


def test_on_time_needs_more_than_98_percent_and_payments_at_least_their_share() -> None:
    assert indicator("on_time").reached(Rate(98, 100)) is False
    assert indicator("on_time").reached(Rate(99, 100)) is True
    assert indicator("paid_at_portal").reached(Rate(25, 100)) is True
    assert indicator("procedures_paid").reached(Rate(49, 100)) is False
    assert indicator("paid_at_portal").reached(Rate(0, 0)) is None


def test_every_indicator_names_its_source_and_what_it_counts() -> None:
    for each in indicators():
        assert each.source.strip()
        assert (each.numerator is None) == (each.over is Over.CATALOGUE)
        assert len(each.code) <= 24


def test_counting_looks_at_events_that_there_are() -> None:
    assert set(facts._TELLING) <= set(DossierEvent)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, date(2026, 1, 1), date(2026, 11, 22)),
        ({"quarter": 1}, date(2026, 1, 1), date(2026, 3, 31)),
        ({"month": 2}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"month": 11}, date(2026, 11, 1), date(2026, 11, 22)),
    ],
)
def test_a_span_ends_with_its_last_month_or_today(asked: dict[str, int], first: date, last: date) -> None:
    assert (span.span(NOW, 2026, **asked).first, span.span(NOW, 2026, **asked).last) == (first, last)


@pytest.mark.parametrize("asked", [{"quarter": 5}, {"month": 0}, {"month": 12}, {"quarter": 1, "month": 1}])
def test_a_span_that_is_none_is_refused(asked: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        span.span(NOW, 2026, **asked)


def test_a_forecast_carries_the_pace_on_with_a_range_and_needs_four_weeks() -> None:
    ahead = forecast(Rate(100, 1000), [10, 20, 10, 20, 10, 20, 10, 20], [0] * 8, 70)
    assert ahead is not None
    assert (ahead.slow, ahead.expected, ahead.quick) == (Rate(200, 1000), Rate(250, 1000), Rate(300, 1000))
    assert "trung bình 15,0 kết quả" in told(ahead)
    full = forecast(Rate(990, 1000), [10] * 8, [0] * 8, 70)
    assert full is not None
    assert full.quick == Rate(1000, 1000)
    assert forecast(Rate(100, 1000), [0, 0, 0, 0, 0, 9, 9, 9], [0] * 8, 70) is None
    assert TOO_LITTLE == "không đủ số liệu"
