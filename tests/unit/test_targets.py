"""Periods, rates and targets: the rules without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from digitize import targets
from digitize.errors import InvalidInput
from digitize.targets import Level, Period, Rate, UnitProgress

NOTHING = Rate(0, 0)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def unit(level: Level, stock: Rate, flow: Rate = NOTHING) -> UnitProgress:
    of = targets.period(2021, NOW)
    return UnitProgress("u", "H99", "Xã", level, of, stock, flow, targets.target(level, of))


def test_nothing_of_nothing_is_no_rate() -> None:
    none = Rate(0, 0)
    assert (none.percent, none.text, none.reaches(0)) == (None, "không có", None)
    assert unit(Level.XA, none).reached is None


def test_a_rate_is_compared_without_rounding() -> None:
    assert Rate(1499, 10_000).text == "15,0 %"
    assert unit(Level.XA, Rate(1499, 10_000)).reached is False
    assert unit(Level.XA, Rate(15, 100)).reached is True


def test_a_level_counts_its_units_together_and_is_not_the_mean_of_their_rates() -> None:
    counted = targets.levels(
        [unit(Level.XA, Rate(1, 1)), unit(Level.XA, Rate(0, 99)), unit(Level.TINH, Rate(3, 4), Rate(1, 2))],
        targets.period(2021, NOW),
    )
    assert [(level.name, level.stock, level.flow) for level in counted] == [
        ("Cấp tỉnh", Rate(3, 4), Rate(1, 2)),
        ("Cấp xã", Rate(1, 100), Rate(0, 0)),
    ]
    assert {level.unit_id for level in counted} == {None}


def test_the_targets_of_2021_are_30_20_15_with_their_source() -> None:
    found = {level: targets.target(level, targets.period(2021, NOW)) for level in Level}
    assert {level: target.percent for level, target in found.items() if target} == {
        Level.TINH: 30,
        Level.HUYEN: 20,
        Level.XA: 15,
    }
    for target in found.values():
        assert target is not None
        assert (target.verified, target.mark) == (True, "")
        assert "468/QĐ-TTg" in target.source


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_targets_after_2021_say_that_they_are_not_verified(year: int) -> None:
    of_year = [target for target in targets.targets() if target.year == year]
    assert {target.level for target in of_year} == set(Level)
    assert all(not target.verified and target.mark == "chưa kiểm chứng" for target in of_year)
    before = {target.level: target.percent for target in targets.targets() if target.year == year - 1}
    assert all(target.percent == min(100, before[target.level] + 20) for target in of_year)


def test_the_district_has_no_target_after_its_end_and_no_level_has_one_after_2025() -> None:
    half = targets.period(2025, datetime(2025, 6, 30, 12, tzinfo=UTC))
    whole = targets.period(2025, NOW)
    assert targets.target(Level.HUYEN, half) is not None
    assert targets.target(Level.HUYEN, whole) is None
    assert targets.target(Level.TINH, targets.period(2026, NOW)) is None


def test_a_year_ends_at_midnight_in_vietnam_or_now() -> None:
    assert targets.period(2021, NOW).end.astimezone(UTC) == datetime(2021, 12, 31, 16, 59, 59, 999_999, tzinfo=UTC)
    assert targets.period(2026, NOW).end == NOW
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert targets.period(2027, late).last_day == date(2027, 1, 1)
    assert targets.period(2026, late).last_day == date(2026, 12, 31)


@pytest.mark.parametrize("year", [2020, 2027, 0, -5])
def test_a_year_without_targets_or_in_the_future_is_refused(year: int) -> None:
    with pytest.raises(InvalidInput, match="từ 2021 đến 2026"):
        targets.period(year, NOW)


def test_digitisation_may_be_counted_until_a_later_moment_and_never_an_earlier_one() -> None:
    later = datetime(2022, 3, 31, tzinfo=UTC)
    asked = targets.period(2021, NOW, counted_until=later)
    assert (asked.last_day, asked.counted_until) == (date(2021, 12, 31), later)
    assert targets.period(2021, NOW, counted_until=NOW + timedelta(days=1)).counted_until == NOW
    with pytest.raises(InvalidInput, match="trước ngày cuối kỳ"):
        targets.period(2021, NOW, counted_until=datetime(2021, 12, 30, tzinfo=UTC))


def test_every_target_names_its_source_and_holds_within_its_year() -> None:
    for target in targets.targets():
        assert target.source.strip()
        assert target.since.year == target.year
        assert Period(target.year, NOW, NOW).first_day <= target.since <= (target.until or date(target.year, 12, 31))
