"""The hours in which a backlog is fed in, whose turn it is, and how a sample becomes an estimate."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.backfill import (
    Load,
    Means,
    Measured,
    UnitTurn,
    assumption,
    assumptions,
    estimate,
    next_unit,
    parse_window,
)
from digitize.errors import InvalidInput
from digitize.targets import VIETNAM_TIME

FILE = Measured(1_000_000, 2, 3.0, 500_000, 50_000, 8, 2)
MEANS = Means(readers=2, clerks=3, timestamps_at_once=4, timestamp_seconds=2.0)


def at(clock: str, day: int = 20) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{clock}:00+07:00")


@pytest.mark.parametrize(
    ("window", "clock", "opens"),
    [
        ("19:00-06:00", "18:59", at("19:00")), ("19:00-06:00", "19:00", None), ("19:00-06:00", "05:59", None),
        ("19:00-06:00", "06:00", at("19:00")), ("12:00-13:30", "13:29", None),
        ("12:00-13:30", "13:30", at("12:00", 21)), ("00:00-23:59", "23:59", at("00:00", 21)),
    ],
)  # fmt: skip
def test_a_window_is_open_by_the_clock_of_vietnam_also_over_midnight(
    window: str, clock: str, opens: datetime | None
) -> None:
    assert parse_window(window).opens_next(at(clock)) == (opens or at(clock))
    assert parse_window(window).is_open(at(clock)) is (opens is None)


def test_a_window_is_written_as_it_is_read_and_counts_its_hours() -> None:
    assert (str(parse_window("9:05-17:35")), parse_window("9:05-17:35").hours) == ("09:05-17:35", 8.5)
    assert parse_window("19:00-06:00").hours == 11.0


@pytest.mark.parametrize("text", ["", "19-6", "24:00-06:00", "19:60-06:00", "07:00-07:00", "19:00–06:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_window(text)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_units_are_fed_in_turn_and_none_is_two_files_ahead_of_one_that_waits(counts: list[int]) -> None:
    turns = [UnitTurn(str(place), f"H{place:02}", waiting, 0, 0) for place, waiting in enumerate(counts)]
    while (turn := next_unit(turns, 1)) is not None:
        turns[int(turn.unit_id)] = replace(turn, waiting=turn.waiting - 1, fed=turn.fed + 1)
        most = max(one.fed for one in turns)
        assert all(most - one.fed <= 1 for one in turns if one.waiting)
    assert [one.fed for one in turns] == counts


def test_a_unit_with_enough_in_flight_waits_and_the_next_one_has_its_turn() -> None:
    busy, other = UnitTurn("a", "H01", 5, 0, 1), UnitTurn("b", "H02", 5, 9, 0)
    assert next_unit([busy, other], 1) is other
    assert next_unit([busy, other], 2) is busy
    assert next_unit([busy], 1) is None


@pytest.mark.parametrize(
    ("live", "in_flight", "room"), [(0, 0, True), (0, 1, True), (0, 2, False), (1, 0, False), (3, 2, False)]
)
def test_live_work_leaves_no_room_for_a_backlog(live: int, in_flight: int, room: bool) -> None:
    assert Load(live, in_flight).has_room(2) is room


def test_files_that_are_all_alike_are_estimated_without_a_spread() -> None:
    found = estimate([FILE] * 4, 100, 100_000_000, MEANS)
    assert (found.pages.least, found.pages.expected, found.pages.most) == (200, 200, 200)
    assert found.machine_hours.expected == pytest.approx(300 / 3600 / 2)
    assert found.timestamps.expected == 200
    assert found.timestamp_hours.expected == pytest.approx(200 * 2 / 4 / 3600)
    each = 20 + 2 * 5 + 6 * 2 + 2 * 12
    assert found.clerk_hours.expected == pytest.approx(100 * each / 3600)
    assert found.clerk_days.expected == pytest.approx(found.clerk_hours.expected / 18)
    stored = 100 * (1_000_000 + 3 * 500_000 + 50_000 + 3 * assumption("signature_bytes"))
    assert found.stored_bytes.expected == pytest.approx(stored)
    assert found.doubtful_share == 0.25


def test_what_is_born_digital_or_stops_needs_no_timestamp_and_no_clerk() -> None:
    electronic = replace(FILE, archive_bytes=0, electronic=True)
    broken = replace(FILE, pages=0, archive_bytes=0, fields=0, doubtful=0, problem="damaged_file")
    found = estimate([FILE, electronic, broken, broken], 4, 4_000_000, MEANS)
    assert (found.timestamps.expected, found.electronic_share, found.problem_share) == (2, 0.25, 0.5)
    assert found.problems == {"damaged_file": 2}
    assert found.pages.expected == found.pages.most == 4


def test_the_range_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    chance = random.Random(5)
    whole = [replace(FILE, pages=chance.choice((1, 1, 2, 3, 8)), cpu_seconds=chance.gauss(6, 2)) for _ in range(2000)]
    truth = sum(one.cpu_seconds for one in whole)
    held = 0
    for _ in range(100):
        found = estimate(chance.sample(whole, 50), 2000, 2_000_000_000, MEANS)
        held += found.machine_seconds.least <= truth <= found.machine_seconds.most
    assert held >= 88


def test_one_file_tells_of_no_spread_and_none_of_nothing() -> None:
    found = estimate([FILE], 10, 10_000_000, MEANS)
    assert (found.pages.least, found.pages.most) == (2, math.inf)
    with pytest.raises(InvalidInput):
        estimate([], 10, 1, MEANS)


def test_what_is_assumed_says_so() -> None:
    assert all(str(one["source"]).strip() and one["unit"] for one in assumptions())
    guessed = [one for one in assumptions() if "giả định" in str(one["source"])]
    assert guessed
    assert all("chưa kiểm chứng" in str(one["source"]) for one in guessed)
    assert at("00:00").utcoffset() == timedelta(hours=7) == VIETNAM_TIME.utcoffset(None)
