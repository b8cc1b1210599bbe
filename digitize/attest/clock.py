"""When a certified copy is due: the same day, or the next working day for what came after 15:00."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Protocol

import holidays

from digitize.attest.rules import SpecialDay, certification_rules, the_one
from digitize.errors import InvalidInput
from digitize.targets import VIETNAM_TIME

SATURDAY = 5
"""As :meth:`datetime.date.weekday` counts."""


class Calendar(Protocol):
    """Says on which days an office works."""

    def works(self, day: date) -> bool:
        """Tell whether the office is open that day."""


class StateCalendar:
    """The state offices' calendar: Monday to Friday without public holidays, and the days that were exchanged."""

    def __init__(self, special: Iterable[SpecialDay] = ()) -> None:
        """Take the days on which the general calendar is wrong."""
        self._special: Mapping[date, bool] = {day.on: day.works for day in special}

    def works(self, day: date) -> bool:
        """Tell whether the state's offices are open that day (Bộ luật Lao động 2019, Art 112)."""
        if day in self._special:
            return self._special[day]
        known = _holidays(day.year)
        return day in known.weekend_workdays or (day.weekday() < SATURDAY and day not in known)


@cache
def state_calendar() -> StateCalendar:
    """Return the calendar with the corrections of the catalogue."""
    return StateCalendar(certification_rules().day)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a visit's copies are due."""

    received_at: datetime
    due_on: date
    """Day in Vietnam."""
    due_at: datetime
    """Hour and day that the appointment slip shows (TT 01/2020/TT-BTP Art 2)."""
    same_day: bool
    """No slip is asked for."""
    extended_days: int = 0
    """Working days added (NĐ 23/2015/NĐ-CP Art 21)."""


def deadline(received_at: datetime, calendar: Calendar) -> Deadline:
    """Return when a request is due (NĐ 23/2015/NĐ-CP Art 7).

    What is received until 15:00 of a working day is due that day, anything else on the next working day.

    Args:
        received_at: with offset.
        calendar: of the office.

    Raises:
        InvalidInput: the time has no offset.
    """
    if received_at.utcoffset() is None:
        raise InvalidInput("thời điểm tiếp nhận thiếu múi giờ")
    local = received_at.astimezone(VIETNAM_TIME)
    term = the_one(certification_rules().term, local.date(), "thời hạn chứng thực")
    same_day = calendar.works(local.date()) and local.time() <= term.cutoff
    due_on = local.date() if same_day else _next_working_day(local.date(), calendar)
    return Deadline(received_at, due_on, datetime.combine(due_on, term.close, VIETNAM_TIME), same_day)


def extended(due: Deadline, working_days: int, calendar: Calendar, *, agreed_in_writing: bool = False) -> Deadline:
    """Return the deadline put off by some working days more (NĐ 23/2015/NĐ-CP Art 21).

    Args:
        due: so far.
        working_days: to add, at least 1.
        calendar: of the office.
        agreed_in_writing: the requester agreed in writing to more than two days.

    Raises:
        InvalidInput: fewer than one day, or more than two in all without a written agreement.
    """
    term = the_one(certification_rules().term, due.due_on, "thời hạn chứng thực")
    days = due.extended_days + working_days
    if working_days < 1:
        raise InvalidInput("số ngày gia hạn phải từ 1 trở lên")
    if days > term.extension_days_max and not agreed_in_writing:
        raise InvalidInput(
            f"chỉ được kéo dài thêm không quá {term.extension_days_max} ngày làm việc "
            "(Điều 21 Nghị định 23/2015/NĐ-CP), trừ khi có thỏa thuận bằng văn bản với người yêu cầu"
        )
    day = due.due_on
    for _ in range(working_days):
        day = _next_working_day(day, calendar)
    return Deadline(due.received_at, day, datetime.combine(day, term.close, VIETNAM_TIME), same_day=False,
                    extended_days=days)  # fmt: skip


def _next_working_day(day: date, calendar: Calendar) -> date:
    day += timedelta(days=1)
    while not calendar.works(day):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)
