"""Leases: who works on a subject (a document, a certified copy), until when, under which number (fencing).

The queue may run a job twice, a worker may die or fall asleep. So each attempt gets a number that only rises, and
whatever commits must hold the last number given (:func:`storage.subjects.hold` checks it). Each attempt leaves a row:
a signing attempt names the key before the key is used, and the signed file before it is released, so that a file that
lost its race is found again (:func:`strays`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import sqlalchemy as sa

from digitize.errors import Conflict, SohoaError
from storage import outbox
from storage.outbox import Lane
from storage.tables import attempts, subjects

FREE: Mapping[str, None] = {"lease_holder": None, "lease_expires_at": None}
"""Columns of a subject that nobody holds."""

BUG = "bug"
"""Code of an attempt that an exception from outside the error tree ended."""

LOST_IN_A_HURRY = 3
"""So often in a row is the work of a silent worker given away at once; what falls silent more often may kill whoever
takes it, and waits in between."""

_COUNTED = 16
"""Attempts that are looked back at: the longest wait is reached long before."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a subject."""

    subject: str
    number: int
    """From 1; only the last one given may commit."""
    lane: Lane
    """Whose work it is."""
    holder: str
    """Host and process of the worker."""
    version: int
    """Of the subject when the lease was given."""

    def is_last(self, number: int, holder: str | None) -> bool:
        """Say whether the subject's row, by its number and holder, still names this attempt."""
        return number == self.number and holder is not None


class LeaseLost(Conflict):
    """The work was given to somebody else; nothing of this attempt may be committed."""

    sentence = "Việc này đã được giao cho tiến trình khác."


def claim(
    connection: sa.Connection, subject: str, lane: Lane, holder: str, now: datetime, duration: timedelta
) -> Lease | None:
    """Take the subject if it waits for this lane and nobody holds it; None if there is nothing to do."""
    row = connection.execute(sa.select(subjects).where(subjects.c.id == subject).with_for_update()).one_or_none()
    if row is None or lane not in outbox.lanes_of(connection, subject):
        return None
    if row.lease_expires_at is not None and row.lease_expires_at > now:
        return None
    lose(connection, subject, now)
    number = row.lease_number + 1
    connection.execute(
        subjects.update()
        .where(subjects.c.id == subject)
        .values(lease_number=number, lease_holder=holder, lease_expires_at=now + duration)
    )
    connection.execute(
        attempts.insert().values(subject_id=subject, number=number, lane=lane.value, holder=holder, started_at=now)
    )
    return Lease(subject, number, lane, holder, row.version)


def renew(connection: sa.Connection, lease: Lease, now: datetime, duration: timedelta) -> bool:
    """Prolong the lease; False when it was given to somebody else or the work is done."""
    changed = connection.execute(
        subjects.update()
        .where(
            subjects.c.id == lease.subject,
            subjects.c.lease_number == lease.number,
            subjects.c.lease_holder.is_not(None),
        )
        .values(lease_expires_at=now + duration)
    )
    return changed.rowcount == 1


def require(connection: sa.Connection, lease: Lease) -> None:
    """Refuse an attempt that is not the last one.

    Raises:
        LeaseLost: the lease was given to somebody else.
    """
    row = connection.execute(
        sa.select(subjects.c.lease_number, subjects.c.lease_holder)
        .where(subjects.c.id == lease.subject)
        .with_for_update()
    ).one()
    if not lease.is_last(row.lease_number, row.lease_holder):
        raise LeaseLost


def finish(connection: sa.Connection, lease: Lease, now: datetime) -> None:
    """Close the attempt as done; :func:`storage.subjects.advance` frees the subject together with its new version."""
    connection.execute(
        attempts.update()
        .where(attempts.c.subject_id == lease.subject, attempts.c.number == lease.number)
        .values(ended_at=now, outcome="done")
    )


def end(connection: sa.Connection, lease: Lease, now: datetime) -> None:
    """Close an attempt whose work changed no state, and what it was told by.

    Raises:
        LeaseLost: somebody else works on the subject already.
    """
    require(connection, lease)
    finish(connection, lease, now)
    _release(connection, lease.subject)
    outbox.drop(connection, lease.subject, lease.lane)


def cut(connection: sa.Connection, subject: str, now: datetime) -> None:
    """Take the subject from whoever works on it: a person moved it on, and the attempt has lost."""
    lose(connection, subject, now)
    _release(connection, subject)


def fail(connection: sa.Connection, lease: Lease, error: SohoaError, now: datetime) -> None:
    """Close the attempt as failed, change no state, and try again later.

    Raises:
        LeaseLost: somebody else works on it already; they decide.
    """
    _fail(connection, lease, error.code(), error.message[:1000], now)
    failures = _in_a_row(connection, lease.subject, attempts.c.outcome == "failed")
    outbox.postpone(connection, lease.subject, lease.lane, failures, now)


def stumble(connection: sa.Connection, lease: Lease, kind: str, now: datetime) -> None:
    """Close an attempt that a bug ended: tried again ever more rarely, for the program must be mended first.

    Args:
        connection: a writing transaction.
        lease: of the attempt.
        kind: name of the exception's class; its text may hold personal data.
        now: when.

    Raises:
        LeaseLost: somebody else works on it already; they decide.
    """
    _fail(connection, lease, BUG, f"Lỗi của chương trình ({kind}); người vận hành hãy báo người phát triển.", now)
    stumbles = _in_a_row(connection, lease.subject, attempts.c.code == BUG)
    longest = outbox.LAST_RETRY_OF_BUG
    outbox.postpone(connection, lease.subject, lease.lane, stumbles, now, longest=longest)


def failures_in_a_row(connection: sa.Connection, subject: str, code: str) -> int:
    """Count the last attempts that failed with this very error, up to :data:`_COUNTED`."""
    return _in_a_row(connection, subject, attempts.c.code == code)


def _fail(connection: sa.Connection, lease: Lease, code: str, message: str, now: datetime) -> None:
    require(connection, lease)
    connection.execute(
        attempts.update()
        .where(attempts.c.subject_id == lease.subject, attempts.c.number == lease.number)
        .values(ended_at=now, outcome="failed", code=code, message=message)
    )
    _release(connection, lease.subject)


def name_key(connection: sa.Connection, lease: Lease, signing_key: str) -> None:
    """Record which key is about to be used; committed before the key is used.

    Raises:
        LeaseLost: somebody else works on it already.
    """
    require(connection, lease)
    _note(connection, lease, signing_key=signing_key)


def name_signed_object(connection: sa.Connection, lease: Lease, key: str) -> None:
    """Record which file is about to be stored; committed before it is stored.

    Raises:
        LeaseLost: somebody else works on it already.
    """
    require(connection, lease)
    _note(connection, lease, signed_object=key)


@dataclass(frozen=True, slots=True)
class Stray:
    """A signed file whose attempt was lost or failed."""

    subject: str
    kind: str
    """Of the subject: :class:`storage.subjects.SubjectKind`."""
    attempt: int
    key: str
    """Of the file; the attempt may have ended before it was stored."""
    ended_at: datetime


def strays(connection: sa.Connection, limit: int = 100) -> Sequence[Stray]:
    """Return the signed files of lost attempts that are not yet marked."""
    rows = connection.execute(
        sa.select(
            attempts.c.subject_id, subjects.c.kind, attempts.c.number, attempts.c.signed_object, attempts.c.ended_at
        )
        .join(subjects, subjects.c.id == attempts.c.subject_id)
        .where(
            attempts.c.outcome.in_(("lost", "failed")),
            attempts.c.signed_object.is_not(None),
            attempts.c.discarded.is_(False),
        )
        .limit(limit)
    )
    return [Stray(row.subject_id, row.kind, row.number, row.signed_object, row.ended_at) for row in rows]


def mark_discarded(connection: sa.Connection, subject: str, number: int) -> None:
    """Remember that the stray file of the attempt has its event."""
    connection.execute(
        attempts.update().where(attempts.c.subject_id == subject, attempts.c.number == number).values(discarded=True)
    )


def forget_unstored(connection: sa.Connection, subject: str, number: int) -> None:
    """The attempt ended before its signed file was stored: nothing is there to be named."""
    connection.execute(
        attempts.update()
        .where(attempts.c.subject_id == subject, attempts.c.number == number)
        .values(signed_object=None)
    )


def expire(connection: sa.Connection, now: datetime) -> int:
    """Close the attempts of workers that fell silent; return how many subjects are free again."""
    silent = connection.execute(
        sa.select(subjects.c.id)
        .where(subjects.c.lease_holder.is_not(None), subjects.c.lease_expires_at < now)
        .order_by(subjects.c.id)
    ).scalars().all()  # fmt: skip
    freed = 0
    for subject in silent:
        locked = connection.execute(
            sa.select(subjects.c.lease_expires_at, subjects.c.lease_holder)
            .where(subjects.c.id == subject)
            .with_for_update()
        ).one()
        if locked.lease_holder is not None and locked.lease_expires_at < now:
            cut(connection, subject, now)
            lane = _last_lane(connection, subject)
            lost = _in_a_row(connection, subject, attempts.c.outcome == "lost")
            if lost > LOST_IN_A_HURRY:
                outbox.postpone(connection, subject, lane, lost, now)
            else:
                outbox.hurry(connection, subject, lane, now)
            freed += 1
    return freed


def lose(connection: sa.Connection, subject: str, now: datetime) -> None:
    """Close the attempt that still runs, if any, as lost; who calls frees the subject or gives it to another."""
    connection.execute(
        attempts.update()
        .where(attempts.c.subject_id == subject, attempts.c.outcome.is_(None))
        .values(ended_at=now, outcome="lost", code="lost")
    )


def _release(connection: sa.Connection, subject: str) -> None:
    connection.execute(subjects.update().where(subjects.c.id == subject).values(**FREE))


def _note(connection: sa.Connection, lease: Lease, **values: str) -> None:
    connection.execute(
        attempts.update()
        .where(attempts.c.subject_id == lease.subject, attempts.c.number == lease.number)
        .values(**values)
    )


def _last_lane(connection: sa.Connection, subject: str) -> Lane:
    """Return whose work the last attempt at a subject was."""
    last = sa.select(attempts.c.lane).where(attempts.c.subject_id == subject).order_by(attempts.c.number.desc())
    return Lane(connection.execute(last.limit(1)).scalar_one())


def _in_a_row(connection: sa.Connection, subject: str, alike: sa.ColumnElement[bool]) -> int:
    """Count the last closed attempts of which the condition holds, up to :data:`_COUNTED`."""
    rows = connection.execute(
        sa.select(alike)
        .where(attempts.c.subject_id == subject, attempts.c.outcome.is_not(None))
        .order_by(attempts.c.number.desc())
        .limit(_COUNTED)
    ).scalars()
    return sum(1 for _ in takewhile(bool, rows))
