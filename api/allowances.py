"""How often a system may ask: by the minute, the day and the month, counted in the database and taken in slices.

A row of counts that every request wrote would make a system's requests wait for each other. So each process takes a
hundredth of a limit at once and hands it out from memory: a limit is never exceeded, and what a process that died had
taken and not used is lost to the system until its window is over. Small limits are counted one by one.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from digitize.errors import TooOften
from digitize.targets import VIETNAM_TIME
from storage import throttle
from storage.clients import Client
from storage.database import Database
from storage.throttle import Taken

_LARGEST_SLICE = 100
_KEPT = 10_000
"""Windows that a process remembers; beyond that it forgets all of them, and so wastes slices, not limits."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a system stands within the narrowest of its limits."""

    policy: str
    """Name of the window."""
    most: int
    left: int
    """As far as this process knows; another one may have taken more."""
    wait_s: int
    """Until the window is over."""

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.most}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.wait_s}',
        }


@dataclass(slots=True)
class _Slice:
    left: int
    behind: int
    """In the database, when the slice was taken."""
    until: datetime


@dataclass(frozen=True, slots=True)
class _Window:
    policy: str
    name: str
    most: int
    length: timedelta
    until: datetime | None = None
    """Of a calendar's window; None: it begins with the first question."""


class Allowances:
    """What this process has taken of the limits of systems."""

    def __init__(self, database: Database) -> None:
        """Take nothing yet."""
        self._database = database
        self._lock = threading.Lock()
        self._slices: dict[str, _Slice] = {}

    def admit(self, client: Client, now: datetime, per_minute: int) -> Standing:
        """Count a request of a system.

        Args:
            client: who asks.
            now: when.
            per_minute: limit of a system that has none of its own.

        Raises:
            TooOften: one of its limits is used up.
        """
        at_once = self.at_once(client, now, per_minute)
        if at_once is not None:
            return at_once
        standings = [self._count(window, now) for window in _windows(client, now, per_minute)]
        return min(standings, key=lambda standing: standing.left)

    def at_once(self, client: Client, now: datetime, per_minute: int) -> Standing | None:
        """Count a request as :meth:`admit` does, from memory alone; None: nothing was counted, the database must be.

        Args:
            client: who asks.
            now: when.
            per_minute: limit of a system that has none of its own.
        """
        windows = _windows(client, now, per_minute)
        with self._lock:
            slices = [self._slices.get(window.name) for window in windows]
            held = [each for each in slices if each is not None and each.left > 0 and each.until > now]
            if len(held) < len(windows):
                return None
            for each in held:
                each.left -= 1
            standings = [_standing(window, each, now) for window, each in zip(windows, held, strict=True)]
        return min(standings, key=lambda standing: standing.left)

    def _count(self, window: _Window, now: datetime) -> Standing:
        with self._lock:
            held = self._slices.get(window.name)
            if held is not None and held.left > 0 and held.until > now:
                held.left -= 1
                return _standing(window, held, now)
        taken = self._take(window, now)
        until = window.until or taken.until
        if taken.given == 0:
            raise TooOften(
                f"đã dùng hết {window.most} yêu cầu của {_NAMES[window.policy]}", wait_s=_seconds(until - now)
            )
        with self._lock:
            if len(self._slices) >= _KEPT:
                self._slices.clear()
            held = self._slices.get(window.name)
            kept = held.left if held is not None and held.until == until else 0
            self._slices[window.name] = held = _Slice(kept + taken.given - 1, taken.left, until)
            return _standing(window, held, now)

    def _take(self, window: _Window, now: datetime) -> Taken:
        wanted = max(1, min(_LARGEST_SLICE, window.most // 100))
        with self._database.write() as connection:
            return throttle.take(
                connection, window.name, now, most=window.most, window=window.length, wanted=wanted
            )  # fmt: skip


_NAMES = {"minute": "một phút", "day": "một ngày", "month": "một tháng"}


def _windows(client: Client, now: datetime, per_minute: int) -> list[_Window]:
    today = now.astimezone(VIETNAM_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    limits, name = client.limits, f"client/{client.id}"
    found = [_Window("minute", f"{name}/minute", limits.per_minute or per_minute, timedelta(minutes=1))]
    if limits.per_day is not None:
        ends = today + timedelta(days=1)
        found.append(_Window("day", f"{name}/{today:%Y-%m-%d}", limits.per_day, timedelta(days=2), ends))
    if limits.per_month is not None:
        ends = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append(_Window("month", f"{name}/{today:%Y-%m}", limits.per_month, timedelta(days=40), ends))
    return found


def _standing(window: _Window, held: _Slice, now: datetime) -> Standing:
    return Standing(window.policy, window.most, held.left + held.behind, _seconds(held.until - now))


def _seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))
