"""How a document changes: one event of the lifecycle at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.lifecycle import WAITING_FOR, Actor, Event, Record, SignedFileDiscarded, State, apply
from storage import exchange, history, search, subjects, tallies
from storage.leases import Lease, LeaseLost, Stray
from storage.registry.document import NOTHING_MADE, Summary
from storage.registry.finding import record_of
from storage.registry.lanes import LANES
from storage.registry.receiving import add_capture
from storage.subjects import SubjectKind
from storage.tables import documents, revisions

_COUNTED = {"published_at", "ended_at", "result_id"}
"""Columns that change what is counted (:mod:`digitize.tally`)."""
_SEARCHED = {"summary", "result_id"}
"""Columns that change what is found, besides the state (:mod:`storage.search`)."""
_WORDLESS = frozenset({
    State.RECEIVED, State.QUARANTINED, State.REFUSED, State.WITHDRAWN, State.SUPERSEDED, State.PURGED,
})  # fmt: skip
"""The words of a document's scan are not found in these states."""


def rescan(
    connection: sa.Connection, document: str, event: Event, size_bytes: int, now: datetime, *, version: int | None
) -> Record:
    """Record ``Rescanned`` or ``PagesArranged`` and enter the new capture; the old one stays.

    Raises:
        Forbidden, Conflict: as :func:`record`.
    """
    after = record(
        connection,
        document,
        event,
        now,
        version=version,
        changes=dict.fromkeys(
            (
                "reading_key",
                "archive_key",
                "capture_key",
                "metadata_key",
                "signer",
                "digitization_code",
                "result_code",
                "owner_hash",
            )
        )
        | {"summary": asdict(Summary()), **NOTHING_MADE},
    )
    scan_key: str = msgspec.to_builtins(event)["scan_key"]
    add_capture(connection, document, after.capture, scan_key, size_bytes, event.actor, now)
    return after


def record(
    connection: sa.Connection,
    document: str,
    event: Event,
    now: datetime,
    *,
    lease: Lease | None = None,
    version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
    by_clock: bool = False,
) -> Record:
    """Apply one event: state, history and outbox in one transaction.

    Args:
        connection: a writing transaction.
        document: the document's id.
        event: what happened.
        now: when.
        lease: the worker's lease; needed for every event of a worker that moves the document on. The work that it was
            given for is done with the event.
        version: what a person saw; None skips the check.
        changes: further columns of ``documents`` that the event sets.
        private: personal values that belong to the history, by name.
        by_clock: the sweep found that a term ended; the event moves the document on without a lease.

    Raises:
        NotFound: there is no such document.
        Conflict: a person saw an older version.
        LeaseLost: the worker's lease is not the last one, or a person moved the document on meanwhile.
        Forbidden, InvalidInput: the lifecycle refuses the event.
    """
    held = subjects.hold(connection, SubjectKind.DOCUMENT, document, version=version, lease=lease)
    row = connection.execute(sa.select(documents).where(documents.c.id == document)).one()
    before = record_of(row, held.version)
    if lease is not None and before.state not in event.sources:
        raise LeaseLost
    after = apply(before, event)
    values: dict[str, Any] = {
        "state": after.state.value,
        "waiting_for": WAITING_FOR[after.state].value,
        "capture": after.capture,
        "hands": sorted(after.hands),
        "cleared": after.cleared,
        "metadata_version": after.metadata_version,
        "purge_proposed_by": after.purge_proposed_by,
        "changed_at": now,
    }
    connection.execute(documents.update().where(documents.c.id == document).values(**values | dict(changes or {})))
    moved = after.state is not before.state
    lane = LANES.get(after.state)
    subjects.advance(connection, held, event, now, moved=moved, lane=lane, private=private, by_clock=by_clock)
    result_ids = {row.result_id, (changes or {}).get("result_id", row.result_id)}
    if moved or (changes and _SEARCHED & changes.keys()):
        _index(connection, after, result_ids, changes or {})
    if changes and _COUNTED & changes.keys():
        tallies.count_many(connection, result_ids=result_ids)
        exchange.owe_results(connection, result_ids, now)
    return after


def _index(connection: sa.Connection, after: Record, result_ids: set[str], changes: Mapping[str, Any]) -> None:
    search.index_many(connection, result_ids)
    if after.state in _WORDLESS:
        search.drop_text(connection, after.document)
    elif "unit_id" in changes:
        search.move_text(connection, after.document, changes["unit_id"])


def discard(connection: sa.Connection, stray: Stray, actor: Actor, now: datetime) -> bool:
    """Write the end of a signed file that lost its race into the history of its document.

    Returns:
        False if the file was released or waits for its timestamp: two attempts within one second, or with the same
        answer of a token, make the very same signature.
    """
    released = sa.select(revisions.c.number).where(
        revisions.c.document_id == stray.subject, revisions.c.key == stray.key
    )
    waiting = sa.select(documents.c.id).where(
        documents.c.id == stray.subject,
        sa.or_(documents.c.untimed_key == stray.key, documents.c.untimed_data_key == stray.key),
    )
    if any(connection.execute(query).first() is not None for query in (released, waiting)):
        return False
    if history.tells_of(connection, stray.subject, stray.key):
        return False
    event = SignedFileDiscarded(actor=actor, object_key=stray.key, attempt=stray.attempt)
    record(connection, stray.subject, event, now)
    return True
