"""The clock over the certification desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from api.web.certify.reception import reception_clock, spoken, weekday
from digitize.attest.clock import state_calendar
from digitize.targets import VIETNAM_TIME


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


@pytest.mark.parametrize(
    ("now", "due_on", "later_on"),
    [
        ("2026-11-23T09:40", date(2026, 11, 23), date(2026, 11, 25)),  # the 24th is a day off since 2026
        ("2026-11-23T15:00", date(2026, 11, 23), date(2026, 11, 25)),
        ("2026-11-23T15:00:01", date(2026, 11, 25), date(2026, 11, 25)),
        ("2026-11-27T16:30", date(2026, 11, 30), date(2026, 11, 30)),  # a Friday
        ("2026-11-28T09:00", date(2026, 11, 30), date(2026, 11, 30)),  # a Saturday
        ("2026-01-10T09:00", date(2026, 1, 10), date(2026, 1, 12)),  # a Saturday worked for another day
    ],
)
def test_the_desk_says_when_what_comes_now_is_due(now: str, due_on: date, later_on: date) -> None:
    clock = reception_clock(at(now), state_calendar())
    assert (clock.due_on, clock.later_on) == (due_on, later_on)
    assert clock.same_day is (due_on == at(now).date())


def test_the_time_until_the_cutoff_runs_on_working_days_only() -> None:
    assert reception_clock(at("2026-11-23T14:12"), state_calendar()).left == timedelta(minutes=48)
    assert reception_clock(at("2026-11-23T15:30"), state_calendar()).left == timedelta()
    assert reception_clock(at("2026-11-28T09:00"), state_calendar()).left == timedelta()


def test_a_span_is_told_as_people_say_it() -> None:
    told = [spoken(timedelta(minutes=minutes)) for minutes in (0, 48, 125, 60 * 27)]
    assert told == ["dưới 1 phút", "48 phút", "2 giờ 05 phút", "1 ngày 3 giờ"]
    assert weekday(date(2026, 11, 22)) == "Chủ Nhật"
