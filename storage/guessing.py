"""Wrong passwords and codes: counted, and after five in a row the account is closed for a quarter of an hour.

Closed also for the right one. A name, a password or an account that is not good gives one and the same sentence, after
the same time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotIdentified
from storage import passwords
from storage.people import has_factor
from storage.tables import people

FAILURES_ALLOWED = 5
"""Wrong passwords in a row that close the account."""

CLOSED_FOR = timedelta(minutes=15)


def check(connection: sa.Connection, row: sa.Row[Any] | None, password: str, now: datetime) -> None:
    """Hold a password against the row of a person, locked by the caller; None: nobody has that name.

    Raises:
        NotIdentified: they do not belong together, or the account is closed.
    """
    right = passwords.matches(None if row is None else row.password_hash, password)
    if row is None:
        raise NotIdentified
    _need_open(row, now)
    if right and has_factor(connection, row.id):
        return  # wrong codes are forgotten when the code is right: a known password must not buy more guesses
    _count(connection, row, now, right=right)


def count_answer(connection: sa.Connection, person_id: str, now: datetime, *, right: bool) -> None:
    """Count what a person answered besides the password, as wrong passwords are counted.

    Raises:
        NotIdentified: it was wrong, or the account is closed.
    """
    row = connection.execute(sa.select(people).where(people.c.id == person_id).with_for_update()).one()
    _count(connection, row, now, right=right)


def reopen(connection: sa.Connection, person_id: str) -> None:
    """Forget the wrong passwords of a person, so that a closed account is open again."""
    changed = people.update().where(people.c.id == person_id).values(failed_logins=0, locked_until=None)
    connection.execute(changed)


def _need_open(row: sa.Row[Any], now: datetime) -> None:
    closed = row.locked_until is not None and row.locked_until > now
    over = row.password_until is not None and row.password_until <= now
    if not row.active or not row.has_role or closed or over:
        raise NotIdentified


def _count(connection: sa.Connection, row: sa.Row[Any], now: datetime, *, right: bool) -> None:
    _need_open(row, now)
    failures = 0 if right else row.failed_logins + 1
    closed = failures >= FAILURES_ALLOWED
    connection.execute(
        people.update()
        .where(people.c.id == row.id)
        .values(failed_logins=0 if closed else failures, locked_until=now + CLOSED_FOR if closed else None)
    )
    if not right:
        raise NotIdentified
