"""How far the work on a subject has come: what it waits for, why, what was tried; and a person's hand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden
from storage import outbox, subjects
from storage.outbox import Lane
from storage.tables import attempts, lane_rests, people
from storage.tables import outbox as waiting
from storage.tables import subjects as lives

MOST_AHEAD = 1_000
"""Subjects before this one that are counted; where there are more, the page says so."""

MOST_ATTEMPTS = 50
"""Attempts that are shown, the last ones."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Work that waits in a lane."""

    lane: Lane
    due_at: datetime
    """When it is tried, or tried again."""
    told: bool
    """The queue knows of it."""
    urgent_by: str
    """Name of the person who put it before the others; empty: it takes its turn."""
    ahead: int
    """Subjects of the lane whose turn is before, up to :data:`MOST_AHEAD`."""
    rests_until: datetime | None
    """What the lane asks outside does not answer; the queue is told of nothing before. None: it does not rest."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a worker."""

    number: int
    lane: Lane
    holder: str
    """Host and process."""
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    """``done``, ``failed``, ``lost``; empty while it runs."""
    message: str
    """Why it failed: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The work on a subject."""

    waits: tuple[Wait, ...]
    attempts: tuple[Attempt, ...]
    """The last first."""
    running_until: datetime | None
    """A worker has it, and must show a sign of life before; None: nobody has."""


def progress(connection: sa.Connection, subject: str, now: datetime) -> Progress:
    """Return how far the work on a subject has come."""
    lease = connection.execute(
        sa.select(lives.c.lease_holder, lives.c.lease_expires_at).where(lives.c.id == subject)
    ).one()
    tried = connection.execute(
        sa.select(attempts)
        .where(attempts.c.subject_id == subject)
        .order_by(attempts.c.number.desc())
        .limit(MOST_ATTEMPTS)
    )
    running = lease.lease_holder is not None and lease.lease_expires_at > now
    return Progress(
        waits=tuple(_waits(connection, subject, now)),
        attempts=tuple(_attempt(row) for row in tried),
        running_until=lease.lease_expires_at if running else None,
    )


def retry(connection: sa.Connection, subject: str, now: datetime) -> None:
    """Try again now what would be tried later.

    Raises:
        Forbidden: nothing waits for a worker.
        Conflict: a worker has it.
    """
    for lane in _waiting_lanes(connection, subject, now):
        outbox.hurry(connection, subject, lane, now)


def prefer(connection: sa.Connection, subject: str, person: str, now: datetime) -> None:
    """Put the work before that of the others; who did so is kept with it.

    Raises:
        Forbidden: nothing waits for a worker.
        Conflict: a worker has it.
    """
    _waiting_lanes(connection, subject, now)
    outbox.urge(connection, subject, person, now)


def _waiting_lanes(connection: sa.Connection, subject: str, now: datetime) -> Sequence[Lane]:
    subjects.lock(connection, subject)
    lanes = sorted(outbox.lanes_of(connection, subject))
    if not lanes:
        raise Forbidden("không có việc nào đang chờ hệ thống làm")
    until = connection.execute(sa.select(lives.c.lease_expires_at).where(lives.c.id == subject)).scalar_one()
    if until is not None and until > now:
        raise Conflict("hệ thống đang làm việc này", remedy="Hãy đợi lượt làm này xong.")
    return lanes


def _waits(connection: sa.Connection, subject: str, now: datetime) -> Sequence[Wait]:
    rows = connection.execute(
        sa.select(waiting, people.c.full_name, lane_rests.c.rests_until)
        .outerjoin(people, people.c.id == waiting.c.urgent_by)
        .outerjoin(lane_rests, lane_rests.c.lane == waiting.c.lane)
        .where(waiting.c.subject_id == subject)
        .order_by(waiting.c.due_at)
    ).all()
    return [
        Wait(
            Lane(row.lane), row.due_at, row.sent_at is not None, row.full_name or "", _ahead(connection, row),
            row.rests_until if row.rests_until is not None and row.rests_until > now else None,
        )
        for row in rows
    ]  # fmt: skip


def _ahead(connection: sa.Connection, row: sa.Row[Any]) -> int:
    if row.urgent_by is not None:
        return 0
    before = (
        sa.select(waiting.c.subject_id)
        .where(waiting.c.lane == row.lane, waiting.c.due_at < row.due_at)
        .limit(MOST_AHEAD)
        .subquery()
    )
    return connection.execute(sa.select(sa.func.count()).select_from(before)).scalar_one()


def _attempt(row: sa.Row[Any]) -> Attempt:
    return Attempt(
        row.number, Lane(row.lane), row.holder, row.started_at, row.ended_at, row.outcome or "", row.message or ""
    )
