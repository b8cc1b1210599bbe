"""Subjects: what every kind of thing with a life of its own has in common, written once.

A document is one kind, a certified copy another. What a kind is and what may follow what stands with the kind
(:mod:`storage.registry` for documents); that its version rises by one, that a worker shows the last lease, that the
history grows by one entry and that the outbox holds what it waits for is seen to here, in the caller's transaction:
either all of it happened or none.

A change is three steps: :func:`hold` locks the subject, the kind decides and writes its own row, :func:`advance` does
the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Impossible, NotFound
from digitize.lifecycle import Actor, Office
from storage import history, leases, outbox
from storage.history import Happening
from storage.leases import Lease, LeaseLost
from storage.outbox import Lane
from storage.tables import subjects


class SubjectKind(StrEnum):
    """What has a life of its own."""

    DOCUMENT = "document"
    """A digitised result: ``documents``."""
    COPY = "copy"
    """A certified electronic copy: ``copies``."""


SUBJECT_NAMES: Mapping[SubjectKind, str] = {
    SubjectKind.DOCUMENT: "văn bản",
    SubjectKind.COPY: "bản sao điện tử",
}
"""What people call each kind."""


@dataclass(frozen=True, slots=True)
class Held:
    """A subject whose row this transaction has locked."""

    id: str
    version: int
    """Before the event."""
    holder: str | None
    """Who works on it at the moment."""
    lease: Lease | None
    """Under which the event comes: the last one given; None: a person's event, or one that moves nothing."""


def enter(
    connection: sa.Connection,
    kind: SubjectKind,
    name: str,
    actor: Actor,
    payload: Mapping[str, Any],
    lane: Lane | None,
    now: datetime,
    private: Mapping[str, str] | None = None,
) -> str:
    """Enter a subject of version 0 with the first entry of its history; return its id.

    The caller writes the kind's own row afterwards, under this id.

    Args:
        connection: a writing transaction.
        kind: of the subject.
        name: of the first entry, ``Received`` for a document.
        actor: who brought it.
        payload: values of the entry.
        lane: whose work it waits for; None: for no worker.
        now: when.
        private: personal values of the entry, by name.
    """
    subject = uuid.uuid4().hex
    connection.execute(subjects.insert().values(id=subject, kind=kind.value, version=0))
    history.append_entry(connection, subject, name, actor, payload, now, private)
    outbox.put(connection, subject, lane, 0, now)
    return subject


def hold(
    connection: sa.Connection,
    kind: SubjectKind,
    subject: str,
    *,
    version: int | None = None,
    lease: Lease | None = None,
) -> Held:
    """Lock a subject until the transaction ends, before the kind's own row is read.

    Args:
        connection: a writing transaction.
        kind: that the subject must be of.
        subject: its id.
        version: what a person saw; None skips the check.
        lease: of the worker whose event it is.

    Raises:
        NotFound: there is no such subject of the kind.
        Conflict: a person saw an older version.
        LeaseLost: the lease is not the last one, or a person moved the subject on meanwhile.
    """
    row = connection.execute(
        sa.select(subjects).where(subjects.c.id == subject, subjects.c.kind == kind.value).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(SUBJECT_NAMES[kind])
    if version is not None and row.version != version:
        raise Conflict
    if lease is not None:
        if lease.subject != subject:
            raise Impossible(f"a lease of {lease.subject} was shown for {subject}")
        if not lease.is_last(row.lease_number, row.lease_holder):
            raise LeaseLost
    return Held(subject, row.version, row.lease_holder, lease)


def advance(
    connection: sa.Connection,
    held: Held,
    event: Happening,
    now: datetime,
    *,
    moved: bool,
    lane: Lane | None,
    private: Mapping[str, str] | None = None,
    by_clock: bool = False,
) -> int:
    """Write what every event changes: version, history, outbox and lease; return the new version.

    The work that a lease was given for is done with its event. A person who moves the subject on takes it from whoever
    works on it.

    Args:
        connection: the transaction that holds the subject.
        held: by :func:`hold`.
        event: what happened; the kind allowed it.
        now: when.
        moved: the state changed.
        lane: whose work the state after it waits for; looked at only if it moved.
        private: personal values that belong to the history, by name.
        by_clock: no lane's work but a term that ended: it takes the subject from whoever works on it, as a person does.
    """
    if held.lease is None and moved and event.actor.office is Office.WORKER and not by_clock:
        raise Impossible(f"{type(event).__name__} needs a lease of {held.id}")
    done = moved or held.lease is not None
    version = held.version + 1
    connection.execute(
        subjects.update().where(subjects.c.id == held.id).values(version=version, **(leases.FREE if done else {}))
    )
    history.append(connection, held.id, event, now, private)
    if moved:
        outbox.put(connection, held.id, lane, version, now)
    if held.lease is not None:
        if not moved:
            outbox.drop(connection, held.id, held.lease.lane)
        leases.finish(connection, held.lease, now)
    elif moved and held.holder is not None:
        leases.lose(connection, held.id, now)
    return version


def kind_of(connection: sa.Connection, subject: str) -> SubjectKind | None:
    """Return the kind of a subject; None if there is none of that id."""
    kind = connection.execute(sa.select(subjects.c.kind).where(subjects.c.id == subject)).scalar_one_or_none()
    return None if kind is None else SubjectKind(kind)


def lock(connection: sa.Connection, *several: str) -> None:
    """Lock several subjects until the transaction ends, in one order everywhere, so that nobody waits in a circle."""
    connection.execute(
        sa.select(subjects.c.id).where(subjects.c.id.in_(several)).order_by(subjects.c.id).with_for_update()
    ).all()
