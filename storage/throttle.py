"""Counting at a door: how often one may ask, and how often one may be wrong.

Whoever asks too often is refused until the window is over. Whoever is wrong too often closes the thing asked after, for
everybody and for twice as long each time, because a guesser changes addresses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.errors import TooOften, WrongFact
from storage.tables import throttles

WRONG_ALLOWED = 5
"""Wrong answers in a row that close."""

FIRST_CLOSED_FOR = timedelta(minutes=15)
LONGEST_CLOSED_FOR = timedelta(days=1)
"""Five guesses a day against a number or a date take years."""

FORGOTTEN_AFTER = timedelta(days=45)
"""After so long without a question the count begins anew; no window is as long."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Questions that were counted before they were asked."""

    given: int
    left: int
    """Within the window, after these."""
    until: datetime
    """When the window is over."""


def admit(connection: sa.Connection, name: str, now: datetime, *, most: int, window: timedelta) -> None:
    """Count a question, or refuse it.

    Args:
        connection: a writing transaction.
        name: who asks what, such as ``lookup/203.0.113.7``.
        now: when.
        most: questions within the window.
        window: begins with the first question.

    Raises:
        TooOften: there were more within the window.
    """
    row = _hold(connection, name, now)
    over = now - row.window_began >= window
    times = 1 if over else row.times + 1
    if times > most:
        left = row.window_began + window - now
        raise TooOften(wait_s=math.ceil(left.total_seconds()))
    began = now if over else row.window_began
    connection.execute(throttles.update().where(throttles.c.name == name).values(times=times, window_began=began))


def take(connection: sa.Connection, name: str, now: datetime, *, most: int, window: timedelta, wanted: int) -> Taken:
    """Count several questions at once, as many of them as the window still has; none is no error.

    Args:
        connection: a writing transaction.
        name: who asks what.
        now: when.
        most: questions within the window.
        window: begins with the first question.
        wanted: how many to take.
    """
    row = _hold(connection, name, now)
    over = now - row.window_began >= window
    times, began = (0, now) if over else (row.times, row.window_began)
    given = max(0, min(wanted, most - times))
    connection.execute(
        throttles.update().where(throttles.c.name == name).values(times=times + given, window_began=began)
    )
    return Taken(given, most - times - given, began + window)


def answered(connection: sa.Connection, name: str, now: datetime, *, right: bool) -> None:
    """Count an answer; a right one is taken only while the door is open, and forgets the wrong ones before it.

    Args:
        connection: a writing transaction, which is committed even when this refuses.
        name: what is asked after, such as ``fact/<copy>``.
        now: when.
        right: the answer was right.

    Raises:
        WrongFact: the answer was wrong, or the door is closed; the two are not told apart.
    """
    row = _hold(connection, name, now)
    if row.closed_until is not None and row.closed_until > now:
        raise WrongFact
    values: dict[str, Any] = {"times": 0 if right else row.times + 1, "window_began": now}
    if right:
        values |= {"closings": 0, "closed_until": None}
    elif row.times + 1 >= WRONG_ALLOWED:
        wait = min(LONGEST_CLOSED_FOR, FIRST_CLOSED_FOR * 2 ** min(row.closings, 10))
        values |= {"times": 0, "closed_until": now + wait, "closings": row.closings + 1}
    connection.execute(throttles.update().where(throttles.c.name == name).values(**values))
    if not right:
        raise WrongFact


def forget_old(connection: sa.Connection, now: datetime) -> int:
    """Remove the counts that matter no more; return how many."""
    return connection.execute(throttles.delete().where(throttles.c.window_began < now - FORGOTTEN_AFTER)).rowcount


def _hold(connection: sa.Connection, name: str, now: datetime) -> sa.Row[Any]:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return connection.execute(
        dialect.insert(throttles)
        .values(name=name, window_began=now, times=0, closings=0)
        .on_conflict_do_update(index_elements=[throttles.c.name], set_={"times": throttles.c.times})
        .returning(throttles)
    ).one()
