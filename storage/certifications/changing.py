"""How a copy changes: every event passes here, in one transaction with its history and its outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyEvent, CopyRecord, SignedFileDiscarded, apply
from digitize.lifecycle import Actor
from storage import history, subjects
from storage.certifications.finding import record_of
from storage.certifications.lanes import COPY_LANES
from storage.leases import Lease, LeaseLost, Stray
from storage.subjects import SubjectKind
from storage.tables import copies, copy_revisions


def record(
    connection: sa.Connection,
    copy: str,
    event: CopyEvent,
    now: datetime,
    *,
    lease: Lease | None = None,
    version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
    by_clock: bool = False,
) -> CopyRecord:
    """Apply one event: state, history and outbox in one transaction.

    Args:
        connection: a writing transaction.
        copy: the copy's id.
        event: what happened.
        now: when.
        lease: the worker's lease; needed for every event of a worker that moves the copy on. The work that it was
            given for is done with the event.
        version: what a person saw; None skips the check.
        changes: further columns of ``copies`` that the event sets.
        private: personal values that belong to the history, by name.
        by_clock: the sweep found that a term ended; the event moves the copy on without a lease.

    Raises:
        NotFound: there is no such copy.
        Conflict: a person saw an older version.
        LeaseLost: the worker's lease is not the last one, or a person moved the copy on meanwhile.
        Forbidden, InvalidInput: the lifecycle refuses the event.
    """
    held = subjects.hold(connection, SubjectKind.COPY, copy, version=version, lease=lease)
    before = record_of(connection, copy)
    if lease is not None and before.state not in event.sources:
        raise LeaseLost
    after = apply(before, event)
    values: dict[str, Any] = {
        "state": after.state.value,
        "waiting_for": COPY_WAITING_FOR[after.state].value,
        "capture": after.capture,
        "secrecy": after.secrecy,
        "cleared": after.cleared,
        "certifier": after.certifier,
        "key_used_at": after.key_used_at,
        "answered": after.answered,
        "changed_at": now,
    }
    connection.execute(copies.update().where(copies.c.id == copy).values(**values | dict(changes or {})))
    moved = after.state is not before.state
    lane = COPY_LANES.get(after.state)
    subjects.advance(connection, held, event, now, moved=moved, lane=lane, private=private, by_clock=by_clock)
    return after


def discard(connection: sa.Connection, stray: Stray, actor: Actor, now: datetime) -> bool:
    """Write the end of a signed file that lost its race into the history of its copy.

    Returns:
        False if the file was released or waited for its timestamp: two attempts within one second, or with the same
        answer of a token, make the very same signature.
    """
    released = sa.select(copy_revisions.c.number).where(
        copy_revisions.c.copy_id == stray.subject, copy_revisions.c.key == stray.key
    )
    if connection.execute(released).first() is not None or history.tells_of(connection, stray.subject, stray.key):
        return False
    event = SignedFileDiscarded(actor=actor, object_key=stray.key, attempt=stray.attempt)
    record(connection, stray.subject, event, now)
    return True
