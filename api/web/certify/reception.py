"""The clock over the desk: when what comes in this minute is due (NĐ 23/2015/NĐ-CP Art 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from digitize.attest.clock import Calendar, deadline
from digitize.attest.rules import certification_rules, the_one
from digitize.targets import VIETNAM_TIME

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
"""As :meth:`datetime.date.weekday` counts."""


@dataclass(frozen=True, slots=True)
class ReceptionClock:
    """What a requester who comes now can be told."""

    now: datetime
    """In Vietnam."""
    cutoff_at: datetime
    """Of today: what comes later is due on the next working day."""
    works_today: bool
    """The offices of the state are open today."""
    due_on: date
    """Of what is received now."""
    later_on: date
    """Of what is received after the cutoff."""

    @property
    def same_day(self) -> bool:
        """What is received now is due today."""
        return self.due_on == self.now.date()

    @property
    def left(self) -> timedelta:
        """Until the cutoff; zero when it has passed or nobody works today."""
        return max(self.cutoff_at - self.now, timedelta()) if self.works_today else timedelta()


def reception_clock(now: datetime, calendar: Calendar) -> ReceptionClock:
    """Read the clock.

    Args:
        now: with offset.
        calendar: of the office.

    Raises:
        Misconfigured: the catalogue has no term for that day.
    """
    local = now.astimezone(VIETNAM_TIME)
    term = the_one(certification_rules().term, local.date(), "thời hạn chứng thực")
    cutoff_at = datetime.combine(local.date(), term.cutoff, VIETNAM_TIME)
    later = max(local, cutoff_at + timedelta(seconds=1))
    return ReceptionClock(
        local, cutoff_at, calendar.works(local.date()), deadline(local, calendar).due_on,
        deadline(later, calendar).due_on,
    )  # fmt: skip


def weekday(day: date) -> str:
    """Name a day of the week."""
    return WEEKDAYS[day.weekday()]


def spoken(left: timedelta) -> str:
    """Say how long something still takes: ``2 giờ 05 phút``, ``1 ngày 3 giờ``; below a minute ``dưới 1 phút``."""
    minutes = int(left.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} ngày {hours} giờ"
    if hours:
        return f"{hours} giờ {minutes % 60:02d} phút"
    return f"{minutes} phút" if minutes else "dưới 1 phút"
