"""Who did what when: an append-only chain of hashes for each document.

Every event is written in the transaction that changes the state. Its hash covers the hash before it, so a changed,
removed or reordered row breaks the chain from there on. Documents have chains of their own: no write waits for another
document. Personal values enter the hash as salted commitments, SHA-256(salt ‖ value), and stand in a table of their
own, so that a purge can remove them and the chain still holds.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.lifecycle import Actor, Event, Office, State
from storage.tables import documents, event_private, events

GENESIS = "0" * 64
"""What the first event of a document names as the hash before it."""


REASON = "reason"
"""The one value of events that a person writes freely."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the history."""

    document: str
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
    connection: sa.Connection, document: str, event: Event, now: datetime, private: Mapping[str, str] | None = None
) -> Entry:
    """Write an event of the lifecycle; the caller holds the document's row.

    A reason is a person's own words and may name somebody, so it is kept as a personal value is.
    """
    payload = msgspec.to_builtins(event)
    payload.pop("actor")
    reason = {REASON: payload.pop(REASON)} if REASON in payload else {}
    return append_entry(
        connection, document, type(event).__name__, event.actor, payload, now, {**reason, **(private or {})}
    )


def append_entry(
    connection: sa.Connection,
    document: str,
    name: str,
    actor: Actor,
    payload: Mapping[str, Any],
    now: datetime,
    private: Mapping[str, str] | None = None,
) -> Entry:
    """Write an entry behind the last one of the document; the caller holds the document's row."""
    last = connection.execute(
        sa.select(events.c.sequence, events.c.hash)
        .where(events.c.document_id == document)
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
        document, sequence, at, actor, name, told, previous, _hash(document, sequence, at, actor, name, told, previous)
    )
    connection.execute(
        events.insert().values(
            document_id=document,
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
            event_private.insert().values(document_id=document, sequence=sequence, name=field, salt=salt, value=value)
        )
    return entry


def commitment(salt: str, value: str) -> str:
    """SHA-256 over salt and value: says nothing of the value to one who lacks the salt."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def _hash(
    document: str, sequence: int, at: datetime, actor: Actor, name: str, payload: Mapping[str, Any], previous: str
) -> str:
    told = {
        "document": document, "sequence": sequence, "at": at.isoformat(timespec="microseconds"), "actor": actor.id,
        "office": actor.office.value, "name": name, "payload": payload, "previous": previous,
    }  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


def entries(connection: sa.Connection, document: str) -> tuple[Entry, ...]:
    """Return the history of a document, oldest first."""
    rows = connection.execute(sa.select(events).where(events.c.document_id == document).order_by(events.c.sequence))
    return tuple(
        Entry(
            row.document_id,
            row.sequence,
            row.at,
            Actor(row.actor, Office(row.office)),
            row.name,
            row.payload,
            row.previous,
            row.hash,
        )
        for row in rows
    )


def private_values(connection: sa.Connection, document: str) -> Mapping[tuple[int, str], str]:
    """Return the personal values of a history by (sequence, name); empty after a purge."""
    rows = connection.execute(sa.select(event_private).where(event_private.c.document_id == document))
    return {(row.sequence, row.name): row.value for row in rows}


def broken_links(connection: sa.Connection, document: str) -> tuple[str, ...]:
    """Recompute the chain of a document and name, in Vietnamese, every entry that does not hold."""
    faults: list[str] = []
    previous = GENESIS
    committed: dict[tuple[int, str], str] = {}
    last = 0
    for expected, entry in enumerate(entries(connection, document), start=1):
        if entry.sequence != expected:
            faults.append(f"{document}: thiếu sự kiện {expected}")
        if entry.previous != previous:
            faults.append(f"{document}: sự kiện {entry.sequence} không nối tiếp sự kiện trước")
        recomputed = _hash(document, entry.sequence, entry.at, entry.actor, entry.name, entry.payload, entry.previous)
        if recomputed != entry.hash:
            faults.append(f"{document}: sự kiện {entry.sequence} ({entry.name}) đã bị sửa")
        committed |= {(entry.sequence, name): value for name, value in entry.payload.get("private", {}).items()}
        previous = entry.hash
        last = entry.sequence
    row = connection.execute(
        sa.select(documents.c.version, documents.c.state).where(documents.c.id == document)
    ).one_or_none()  # fmt: skip
    # Receipt is entry 1 and leaves version 0; every later event raises both by one.
    if row is None or last != row.version + 1:
        faults.append(f"{document}: lịch sử dừng ở sự kiện {last}, không khớp phiên bản của văn bản")
    purged = row is not None and row.state == State.PURGED.value
    faults += _broken_commitments(connection, document, committed, purged=purged)
    return tuple(faults)


def _broken_commitments(
    connection: sa.Connection, document: str, committed: Mapping[tuple[int, str], str], *, purged: bool
) -> list[str]:
    rows = connection.execute(
        sa.select(event_private)
        .where(event_private.c.document_id == document)
        .order_by(event_private.c.sequence, event_private.c.name)
    ).all()
    faults = [
        f"{document}: giá trị “{row.name}” của sự kiện {row.sequence} đã bị sửa"
        for row in rows
        if committed.get((row.sequence, row.name)) != commitment(row.salt, row.value)
    ]
    missing = sorted(committed.keys() - {(row.sequence, row.name) for row in rows})
    if not purged:
        faults += [f"{document}: thiếu giá trị “{name}” của sự kiện {sequence}" for sequence, name in missing]
    return faults
