"""Which objects the registry names: what a backup copies, fixity reads and orphan collection spares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.lifecycle import State
from storage.objects import is_key
from storage.tables import (
    apologies,
    attempts,
    capture_pages,
    captures,
    components,
    confirmed_data,
    copies,
    copy_captures,
    copy_previews,
    copy_revisions,
    documents,
    events,
    previews,
    refusals,
    renewals,
    revisions,
    signature_health,
    upload_pieces,
    uploads,
)

COLUMNS: tuple[sa.Column[Any], ...] = (
    captures.c.scan_key,
    capture_pages.c.scan_key,
    captures.c.reading_key,
    captures.c.archive_key,
    previews.c.key,
    revisions.c.key,
    confirmed_data.c.key,
    documents.c.reading_key,
    documents.c.archive_key,
    documents.c.capture_key,
    documents.c.sealed_key,
    documents.c.metadata_key,
    documents.c.metadata_signature_key,
    documents.c.prepared_key,
    documents.c.answer_key,
    documents.c.untimed_key,
    documents.c.untimed_data_key,
    copy_captures.c.scan_key,
    copy_captures.c.archive_key,
    copy_previews.c.key,
    copy_revisions.c.key,
    copies.c.reading_key,
    copies.c.archive_key,
    copies.c.attested_key,
    copies.c.prepared_key,
    copies.c.answer_key,
    copies.c.untimed_key,
    copies.c.signed_key,
    copies.c.sealed_key,
    refusals.c.letter_key,
    attempts.c.signed_object,
    signature_health.c.object_key,
    renewals.c.key,
    apologies.c.letter_key,
    components.c.file_key,
    upload_pieces.c.key,
    uploads.c.object_key,
)
"""Every column that holds the key of an object. The history names keys too: :func:`_told`."""

_BATCH = 500


def referenced(connection: sa.Connection) -> dict[str, str]:
    """Map every key that the registry names to a subject that names it."""
    found: dict[str, str] = {}
    for column in COLUMNS:
        whose = owner_of(column)
        for key, owner in connection.execute(sa.select(column, whose).where(column.is_not(None))):
            found.setdefault(key, owner)
    for key, owner in _told(connection, None):
        found.setdefault(key, owner)
    return found


def still_referenced(connection: sa.Connection, keys: AbstractSet[str], since: datetime) -> frozenset[str]:
    """Say which of the keys are named by a row, or by an event since that moment.

    Args:
        connection: of a transaction that keeps others from adding rows.
        keys: no more than a few hundred.
        since: older events were looked at before.
    """
    found = {key for key, _ in _told(connection, since) if key in keys}
    asked = sorted(keys)
    for column in COLUMNS:
        for start in range(0, len(asked), _BATCH):
            batch = asked[start : start + _BATCH]
            found.update(connection.execute(sa.select(column).where(column.in_(batch))).scalars())
    return frozenset(found)


def owners(connection: sa.Connection, keys: AbstractSet[str]) -> Mapping[str, tuple[str, ...]]:
    """Map each key to the ids of all subjects that name it, sorted."""
    found: dict[str, set[str]] = {key: set() for key in keys}
    asked = sorted(keys)
    for column in COLUMNS:
        whose = owner_of(column)
        for start in range(0, len(asked), _BATCH):
            batch = asked[start : start + _BATCH]
            for key, owner in connection.execute(sa.select(column, whose).where(column.in_(batch))):
                found[key].add(owner)
    for key, owner in _told(connection, None):
        if key in found:
            found[key].add(owner)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def owner_of(column: sa.Column[Any]) -> sa.Column[Any]:
    """Return the column that stands beside a key and says whose object it is."""
    columns = column.table.c
    return next(columns[name] for name in ("document_id", "copy_id", "subject_id", "id") if name in columns)


def _told(connection: sa.Connection, since: datetime | None) -> Iterator[tuple[str, str]]:
    """Yield the keys that the history names, with their subject; a purge took the objects of its document away."""
    purged = sa.select(documents.c.id).where(documents.c.state == State.PURGED.value)
    query = sa.select(events.c.subject_id, events.c.payload).where(events.c.subject_id.not_in(purged))
    if since is not None:
        query = query.where(events.c.at >= since)
    for subject, payload in connection.execute(query.execution_options(yield_per=1000)):
        for name, value in payload.items():
            if name.endswith("_key") and isinstance(value, str) and is_key(value):
                yield value, subject
