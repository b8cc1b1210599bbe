"""Who did what when: an append-only chain of hashes for each subject.

Every event is written in the transaction that changes the state. Its hash covers the hash before it, so a changed,
removed or reordered row breaks the chain from there on. Documents have chains of their own: no write waits for another
subject. Personal values enter the hash as salted commitments, SHA-256(salt ‖ value), and stand in a table of their
own, so that a purge can remove them and the chain still holds.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa

from digitize import merkle
from digitize.lifecycle import Actor, Office, Purged
from storage.tables import event_private, events, subjects

GENESIS = "0" * 64
"""What the first event of a subject names as the hash before it."""


REASON = "reason"
"""The one value of events that a person writes freely."""

PURGED = Purged.__name__
"""The event that takes the personal values of a history away."""


class Happening(Protocol):
    """An event of any kind of subject: a frozen dataclass whose class name is its name in the history."""

    @property
    def actor(self) -> Actor:
        """Who caused it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the history."""

    subject: str
    sequence: int
    """From 1, without a gap."""
    at: datetime
    actor: Actor
    name: str
    """Of the event's class in ``digitize.lifecycle``, or ``Received``."""
    payload: Mapping[str, Any]
    """The event's own values; ``private`` maps the names of personal values to their commitments."""
    previous: str
    """Hash of the entry before, :data:`GENESIS` for the first."""
    hash: str
    """SHA-256 in hex."""


def append(
    connection: sa.Connection, subject: str, event: Happening, now: datetime, private: Mapping[str, str] | None = None
) -> Entry:
    """Write an event of the lifecycle; the caller holds the subject's row.

    A reason is a person's own words and may name somebody, so it is kept as a personal value is.
    """
    payload = msgspec.to_builtins(event)
    payload.pop("actor")
    reason = {REASON: payload.pop(REASON)} if REASON in payload else {}
    return append_entry(
        connection, subject, type(event).__name__, event.actor, payload, now, {**reason, **(private or {})}
    )


def append_entry(
    connection: sa.Connection,
    subject: str,
    name: str,
    actor: Actor,
    payload: Mapping[str, Any],
    now: datetime,
    private: Mapping[str, str] | None = None,
) -> Entry:
    """Write an entry behind the last one of the subject; the caller holds the subject's row."""
    last = connection.execute(
        sa.select(events.c.sequence, events.c.hash)
        .where(events.c.subject_id == subject)
        .order_by(events.c.sequence.desc())
        .limit(1)
    ).one_or_none()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    salted = {field: (secrets.token_hex(32), value) for field, value in (private or {}).items()}
    told = dict(payload)
    if salted:
        told["private"] = {field: commitment(salt, value) for field, (salt, value) in salted.items()}
    at = now.astimezone(UTC)
    entry = Entry(
        subject, sequence, at, actor, name, told, previous, _hash(subject, sequence, at, actor, name, told, previous)
    )
    connection.execute(
        events.insert().values(
            subject_id=subject,
            sequence=sequence,
            at=at,
            actor=actor.id,
            office=actor.office.value,
            name=name,
            payload=told,
            previous=previous,
            hash=entry.hash,
        )
    )
    for field, (salt, value) in salted.items():
        connection.execute(
            event_private.insert().values(subject_id=subject, sequence=sequence, name=field, salt=salt, value=value)
        )
    return entry


def commitment(salt: str, value: str) -> str:
    """SHA-256 over salt and value: says nothing of the value to one who lacks the salt."""
    return merkle.commitment(salt, value.encode())


def told_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as the plain values that its hash covers."""
    return _told(entry.subject, entry.sequence, entry.at, entry.actor, entry.name, entry.payload, entry.previous)


def _hash(
    subject: str, sequence: int, at: datetime, actor: Actor, name: str, payload: Mapping[str, Any], previous: str
) -> str:
    return hashlib.sha256(merkle.canonical(_told(subject, sequence, at, actor, name, payload, previous))).hexdigest()


def _told(
    subject: str, sequence: int, at: datetime, actor: Actor, name: str, payload: Mapping[str, Any], previous: str
) -> dict[str, Any]:
    return {
        "subject": subject, "sequence": sequence, "at": at.isoformat(timespec="microseconds"), "actor": actor.id,
        "office": actor.office.value, "name": name, "payload": payload, "previous": previous,
    }  # fmt: skip


def entries(connection: sa.Connection, subject: str) -> tuple[Entry, ...]:
    """Return the history of a subject, oldest first."""
    rows = connection.execute(sa.select(events).where(events.c.subject_id == subject).order_by(events.c.sequence))
    return tuple(entry_of(row) for row in rows)


def entry_of(row: sa.Row[Any]) -> Entry:
    """Return a row of ``events`` as an entry."""
    actor = Actor(row.actor, Office(row.office))
    return Entry(row.subject_id, row.sequence, row.at, actor, row.name, row.payload, row.previous, row.hash)


def private_values(connection: sa.Connection, subject: str) -> Mapping[tuple[int, str], str]:
    """Return the personal values of a history by (sequence, name); empty after a purge."""
    rows = connection.execute(sa.select(event_private).where(event_private.c.subject_id == subject))
    return {(row.sequence, row.name): row.value for row in rows}


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Something in a chain that does not hold."""

    table: str
    subject: str
    problem: str
    """A Vietnamese clause that names the entry."""


def tells_of(connection: sa.Connection, subject: str, key: str) -> bool:
    """Tell whether an event of the subject names an object: it was used, whatever became of who made it."""
    return any(key in entry.payload.values() for entry in entries(connection, subject))


def broken_links(connection: sa.Connection, subject: str) -> tuple[str, ...]:
    """Recompute the chain of a subject and name, in Vietnamese, every entry that does not hold."""
    version = connection.execute(sa.select(subjects.c.version).where(subjects.c.id == subject)).scalar_one_or_none()
    rows = connection.execute(sa.select(event_private).where(event_private.c.subject_id == subject)).all()
    found = broken(subject, entries(connection, subject), rows, version)
    return tuple(f"{link.subject}: {link.problem}" for link in found)


def broken(
    subject: str, chain: Sequence[Entry], private: Sequence[sa.Row[Any]], version: int | None
) -> tuple[BrokenLink, ...]:
    """Recompute a chain.

    Args:
        subject: whose it is.
        chain: its entries, oldest first.
        private: its rows of ``event_private``.
        version: of the subject as it is kept; None: there is no such subject.
    """
    faults: list[str] = []
    previous = GENESIS
    last = 0
    for expected, entry in enumerate(chain, start=1):
        if entry.sequence != expected:
            faults.append(f"thiếu sự kiện {expected}")
        if entry.previous != previous:
            faults.append(f"sự kiện {entry.sequence} không nối tiếp sự kiện trước")
        recomputed = _hash(subject, entry.sequence, entry.at, entry.actor, entry.name, entry.payload, entry.previous)
        if recomputed != entry.hash:
            faults.append(f"sự kiện {entry.sequence} ({entry.name}) đã bị sửa")
        previous = entry.hash
        last = entry.sequence
    # Receipt is entry 1 and leaves version 0; every later event raises both by one.
    if version is None or last != version + 1:
        faults.append(f"lịch sử dừng ở sự kiện {last}, không khớp phiên bản đang lưu")
    links = [BrokenLink(events.name, subject, fault) for fault in faults]
    return (*links, *(BrokenLink(event_private.name, subject, fault) for fault in _unopened(chain, private)))


def _unopened(chain: Sequence[Entry], private: Sequence[sa.Row[Any]]) -> list[str]:
    """Name the personal values that do not fit their commitments; a purge took them all away."""
    committed = {
        (entry.sequence, name): value for entry in chain for name, value in entry.payload.get("private", {}).items()
    }
    rows = sorted(private, key=lambda row: (row.sequence, row.name))
    faults = [
        f"giá trị “{row.name}” của sự kiện {row.sequence} đã bị sửa"
        for row in rows
        if not _opens(row, committed.get((row.sequence, row.name)))
    ]
    missing = sorted(committed.keys() - {(row.sequence, row.name) for row in rows})
    if not any(entry.name == PURGED for entry in chain):
        faults += [f"thiếu giá trị “{name}” của sự kiện {sequence}" for sequence, name in missing]
    return faults


def _opens(row: sa.Row[Any], committed: str | None) -> bool:
    try:
        return commitment(row.salt, row.value) == committed
    except ValueError:  # a changed salt may be no hex any more
        return False
