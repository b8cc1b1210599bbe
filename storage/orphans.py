"""Objects that no row names: what an interrupted upload or a lost race left behind, collected after a day.

An object is put before the row that names it is written, so a young object without a row is normal. Why nothing that is
wanted can go:

1.  Only objects put (or put again: a put makes them young) more than ``GRACE`` ago are looked at. No request and no
    attempt lasts that long between its put and its commit.
2.  They are looked for in the registry again, in a transaction that lets nobody add a reference: on SQLite it is the
    one writer (``BEGIN IMMEDIATE``), on PostgreSQL it holds ``SHARE`` locks on every table that names objects. Who
    wants to write waits and finds the decision made; who wrote before is seen.
3.  Within that transaction the store removes the object only if it is still old. Somebody who puts the same bytes just
    then either made it young, and it stays, or finds it gone and writes it anew (:meth:`ObjectStore.remove` says how
    exact each place is).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import RegistryUnavailable
from storage.database import Database
from storage.objects import ObjectStore, StoredObject
from storage.references import COLUMNS, referenced, still_referenced
from storage.tables import events

GRACE = timedelta(hours=24)
"""Age at which an object without a row is an orphan."""

_BATCH = 100
_OVERLAP = timedelta(hours=1)
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection did."""

    seen: int
    """Objects in the store."""
    orphans: int
    """Old objects that no row named at first sight."""
    removed: tuple[str, ...]
    """Keys of those that were removed."""
    bytes_removed: int
    unfinished: int
    """Leavings of puts that were cut off."""
    postponed: int
    """Orphans left for the next time, because writers kept the registry busy."""


def collect(database: Database, objects: ObjectStore, now: datetime, *, only_tell: bool = False) -> Collected:
    """Remove the orphans, or only tell of them.

    Raises:
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store does not answer.
    """
    old = now - GRACE
    with database.read() as connection:
        named = referenced(connection)
    seen, orphans = 0, []
    for stored in objects.stored():
        seen += 1
        if stored.stored_at < old and stored.key not in named:
            orphans.append(stored)
    if only_tell:
        return Collected(seen, len(orphans), (), 0, 0, 0)
    removed, postponed = _remove(database, objects, orphans, now)
    return Collected(
        seen=seen,
        orphans=len(orphans),
        removed=tuple(stored.key for stored in removed),
        bytes_removed=sum(stored.size_bytes for stored in removed),
        unfinished=objects.discard_unfinished(old),
        postponed=postponed,
    )


def _remove(
    database: Database, objects: ObjectStore, orphans: Sequence[StoredObject], now: datetime
) -> tuple[list[StoredObject], int]:
    """Remove in small batches, so that nobody waits long; give way to writers who are in the middle of something."""
    removed: list[StoredObject] = []
    postponed = failures = 0
    for start in range(0, len(orphans), _BATCH):
        batch = orphans[start : start + _BATCH]
        try:
            removed += _remove_batch(database, objects, batch, now)
            failures = 0
        except RegistryUnavailable:
            failures += 1
            postponed += len(batch)
            if failures == _PATIENCE:
                raise
    return removed, postponed


def _remove_batch(
    database: Database, objects: ObjectStore, batch: Sequence[StoredObject], now: datetime
) -> list[StoredObject]:
    with database.write() as connection:
        _keep_references_out(connection)
        spared = still_referenced(connection, {stored.key for stored in batch}, now - _OVERLAP)
        return [
            stored
            for stored in batch
            if stored.key not in spared and objects.remove(stored.key, stored_before=now - GRACE)
        ]


def _keep_references_out(connection: sa.Connection) -> None:
    """Wait for those who are adding references, and hold off the others until this transaction ends.

    The wait is shorter than PostgreSQL's ``deadlock_timeout`` (1 s), so that in a deadlock it is the collection that
    gives way and never a clerk's work.
    """
    if connection.dialect.name != "postgresql":
        return
    tables = sorted({column.table.name for column in COLUMNS} | {events.name})
    connection.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
    connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")
