"""The only removal: two persons, a legal ground and a decision number (rule 9 of ``digitize.lifecycle``).

The transaction of the decision empties the rows and notes which objects must go; :func:`remove_due` takes them out of
the store afterwards, so that whatever dies in between, no row ever names an object that a purge has removed. What other
documents refer to stays. The history stays whole as a tombstone: it holds commitments, never values.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.lifecycle import Actor, Purged, PurgeProposed, Record
from storage import heads, references, registry
from storage.database import Database
from storage.objects import ObjectStore
from storage.registry import Summary
from storage.tables import (
    attempts,
    capture_pages,
    captures,
    confirmed_data,
    event_private,
    idempotency,
    previews,
    removals,
    review_drafts,
    revisions,
    sent_metadata,
)

IN_FLIGHT = timedelta(minutes=1)
"""An object put so lately may belong to an upload that is just being entered; it is looked at again later."""

_BATCH = 200


def propose(
    connection: sa.Connection,
    document_id: str,
    legal_ground: str,
    decision_number: str,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Record:
    """Propose, as the first person, to remove what must not be kept.

    Raises:
        InvalidInput: ground or decision are missing.
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    event = PurgeProposed(actor=actor, legal_ground=legal_ground, decision_number=decision_number)
    return registry.record(connection, document_id, event, now, version=version)


def approve(connection: sa.Connection, document_id: str, actor: Actor, now: datetime, version: int | None) -> Record:
    """Agree as the second person: readings, previews, data and personal values go at once, the objects soon after.

    Raises:
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    keys = _keys(connection, document_id)
    after = registry.record(
        connection,
        document_id,
        Purged(actor=actor),
        now,
        version=version,
        changes=dict.fromkeys(
            (
                "reading_key",
                "archive_key",
                "capture_key",
                "sealed_key",
                "metadata_key",
                "metadata_signature_key",
                "digitization_code",
                "owner_hash",
            )
        )
        | {"summary": asdict(Summary())},
    )
    for table in (previews, revisions, confirmed_data, capture_pages, captures, sent_metadata, review_drafts):
        connection.execute(table.delete().where(table.c.document_id == document_id))
    connection.execute(event_private.delete().where(event_private.c.subject_id == document_id))
    heads.forget_salts(connection, document_id)
    connection.execute(
        attempts.update().where(attempts.c.subject_id == document_id).values(signed_object=None, message=None)
    )
    # Answers that are remembered for repeated requests show what lists show of the document.
    connection.execute(idempotency.delete().where(idempotency.c.body.contains(document_id, autoescape=True)))
    _note(connection, keys, now)
    return after


def remove_due(database: Database, objects: ObjectStore, now: datetime) -> int:
    """Take the objects of purged documents out of the store; return how many went.

    An object that is locked, young, or held by a store that does not answer stays noted and is tried again.

    Raises:
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store does not answer; what went is gone, the rest waits.
    """
    with database.read() as connection:
        oldest = sa.select(removals.c.key).order_by(removals.c.decided_at).limit(_BATCH)
        due = connection.execute(oldest).scalars().all()
    removed = 0
    for key in due:
        with database.write() as connection:
            needed = bool(references.owners(connection, {key})[key])
            gone = not needed and objects.remove(key, stored_before=now - IN_FLIGHT)
            if needed or gone or not objects.exists(key):
                connection.execute(removals.delete().where(removals.c.key == key))
        removed += gone
    return removed


def _keys(connection: sa.Connection, document_id: str) -> Collection[str]:
    found: set[str] = set()
    for column in references.COLUMNS:
        owner = references.owner_of(column)
        found.update(connection.execute(sa.select(column).where(owner == document_id, column.is_not(None))).scalars())
    return found


def _note(connection: sa.Connection, keys: Collection[str], now: datetime) -> None:
    present = set(connection.execute(sa.select(removals.c.key).where(removals.c.key.in_(keys))).scalars())
    for key in sorted(set(keys) - present):
        connection.execute(removals.insert().values(key=key, decided_at=now))
