"""Work that waits for a worker: rows in the database, of which the queue holds only hints.

A row enters in the transaction that changes the state; a state waits for one lane. What waits beside it, in any state
that has come to its end, has a row of its own: the renewal of a released file, the e-mail of an issued copy.
:func:`due` gives the rows to be told to the queue: new ones, and those told so long ago that the hint must have been
lost. No row is ever too old. A lane whose other side is away rests (:func:`rest`): its rows stay, however many, and the
queue is told of none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import lane_rests, outbox, subjects

RESEND_AFTER = timedelta(seconds=20)
"""A hint that led to no lease in this time is sent again; the queue drops it if it still holds the first."""

FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(minutes=1)
LAST_RETRY_OF_BUG = timedelta(hours=1)
"""What a bug stopped is tried again at most so rarely: the program must be mended first, and the log stay readable."""


class Lane(StrEnum):
    """A queue with workers of its own."""

    READ = "read"
    SEAL = "seal"
    """Signs captures and seals: the only workers with keys."""
    TIMESTAMP = "timestamp"
    """Asks the timestamp authority, which may take minutes or be away."""
    DELIVER = "deliver"
    VERIFY = "verify"
    """Judges the signatures of files that anybody may send: no subjects, rows of :mod:`storage.verifying`."""
    TABLE = "table"
    """Makes rows of the spreadsheets that people and systems hand in: rows of :mod:`storage.spreadsheets`."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the queue is told: ids only."""

    subject: str
    lane: Lane
    version: int
    """Of the subject when the row was written."""
    attempt: int
    """Number of the lease that the next worker will get."""
    urgent: bool = False
    """A person put it before the others."""

    @property
    def job_id(self) -> str:
        """The same hint has the same name, so the queue keeps it once; a new attempt has a new one."""
        return f"{self.lane.value}-{self.subject}-{self.version}-{self.attempt}"


def put(connection: sa.Connection, subject: str, lane: Lane | None, version: int, now: datetime) -> None:
    """Replace the subject's rows by work for a lane, if its state waits for one."""
    drop(connection, subject)
    if lane is not None:
        add(connection, subject, lane, version, now)


def add(connection: sa.Connection, subject: str, lane: Lane, version: int, now: datetime) -> None:
    """Enter work for a lane beside whatever else the subject waits for."""
    drop(connection, subject, lane)
    connection.execute(
        outbox.insert().values(subject_id=subject, lane=lane.value, version=version, due_at=now, sent_at=None)
    )


def lanes_of(connection: sa.Connection, subject: str) -> frozenset[Lane]:
    """Return the lanes whose work a subject waits for."""
    lanes = connection.execute(sa.select(outbox.c.lane).where(outbox.c.subject_id == subject)).scalars()
    return frozenset(Lane(lane) for lane in lanes)


def drop(connection: sa.Connection, subject: str, lane: Lane | None = None) -> None:
    """The subject waits for this lane no more; without a lane, for none."""
    connection.execute(outbox.delete().where(*_rows(subject, lane)))


def postpone(
    connection: sa.Connection,
    subject: str,
    lane: Lane,
    failures: int,
    now: datetime,
    *,
    longest: timedelta = LAST_RETRY,
) -> None:
    """Try again later: 2 s, 4 s, 8 s … at most ``longest`` apart, for ever."""
    wait = min(longest, FIRST_RETRY * 2 ** min(max(failures - 1, 0), 11))
    connection.execute(outbox.update().where(*_rows(subject, lane)).values(due_at=now + wait, sent_at=None))


def hurry(connection: sa.Connection, subject: str, lane: Lane, now: datetime) -> None:
    """Tell the queue again at once: the worker that had it fell silent."""
    connection.execute(outbox.update().where(*_rows(subject, lane)).values(due_at=now, sent_at=None))


def urge(connection: sa.Connection, subject: str, person: str, now: datetime) -> None:
    """Put what a subject waits for before the others of its lane, and tell the queue again at once."""
    connection.execute(outbox.update().where(*_rows(subject, None)).values(urgent_by=person, due_at=now, sent_at=None))


def rest(connection: sa.Connection, lane: Lane, until: datetime) -> None:
    """Tell the queue nothing of a lane for a while: what it asks outside does not answer.

    One row holds back all that waits, however much it is; the last word counts.
    """
    changed = connection.execute(lane_rests.update().where(lane_rests.c.lane == lane.value).values(rests_until=until))
    if changed.rowcount == 0:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        begun = dialect.insert(lane_rests).values(lane=lane.value, rests_until=until)
        connection.execute(begun.on_conflict_do_nothing())


def rests_until(connection: sa.Connection, lane: Lane) -> datetime | None:
    """Return until when a lane rests, or rested last; None: it never did."""
    return connection.execute(
        sa.select(lane_rests.c.rests_until).where(lane_rests.c.lane == lane.value)
    ).scalar_one_or_none()


def due(connection: sa.Connection, now: datetime, limit: int = 500) -> Sequence[Hint]:
    """Return what the queue must be told now: what is urgent, then the rest, each oldest first."""
    urgent = _due(connection, now, limit, outbox.c.urgent_by.is_not(None))
    return [*urgent, *_due(connection, now, limit - len(urgent), outbox.c.urgent_by.is_(None))]


def _due(connection: sa.Connection, now: datetime, limit: int, which: sa.ColumnElement[bool]) -> list[Hint]:
    stale = now - RESEND_AFTER
    resting = sa.select(lane_rests.c.lane).where(lane_rests.c.rests_until > now)
    rows = connection.execute(
        sa.select(outbox, subjects.c.lease_number)
        .join(subjects, subjects.c.id == outbox.c.subject_id)
        .where(
            which,
            outbox.c.due_at <= now,
            sa.or_(outbox.c.sent_at.is_(None), outbox.c.sent_at < stale),
            sa.or_(subjects.c.lease_expires_at.is_(None), subjects.c.lease_expires_at < now),
            outbox.c.lane.not_in(resting),
        )
        .order_by(outbox.c.due_at)
        .limit(limit)
    )
    return [
        Hint(row.subject_id, Lane(row.lane), row.version, row.lease_number + 1, urgent=row.urgent_by is not None)
        for row in rows
    ]


def sent(connection: sa.Connection, hints: Sequence[Hint], now: datetime) -> None:
    """Remember when the queue was told; a row that a later state has put in the place of the hint's stays unsent."""
    connection.execute(outbox.update().where(_told(hints)).values(sent_at=now))


def unsent(connection: sa.Connection, hints: Sequence[Hint]) -> None:
    """The queue could not be told after all: tell it as soon as it answers."""
    connection.execute(outbox.update().where(_told(hints)).values(sent_at=None))


def backlog(connection: sa.Connection) -> Mapping[Lane, int]:
    """Count the subjects that wait in each lane."""
    rows = connection.execute(sa.select(outbox.c.lane, sa.func.count()).group_by(outbox.c.lane))
    counted = {Lane(lane): count for lane, count in rows.tuples()}
    return {lane: counted.get(lane, 0) for lane in Lane}


def _rows(subject: str, lane: Lane | None) -> tuple[sa.ColumnElement[bool], ...]:
    mine = outbox.c.subject_id == subject
    return (mine,) if lane is None else (mine, outbox.c.lane == lane.value)


def _told(hints: Sequence[Hint]) -> sa.ColumnElement[bool]:
    told = [(hint.subject, hint.lane.value, hint.version) for hint in hints]
    return sa.tuple_(outbox.c.subject_id, outbox.c.lane, outbox.c.version).in_(told)
