"""How much the service keeps: rows, scans and the database itself, counted once a day and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import operations
from storage.database import Database
from storage.operations import Kind
from storage.tables import captures, copies, documents, dossiers, events, results, signature_health

EVERY = timedelta(hours=24)
"""Counting walks the tables, so it is done once a day."""


def count(connection: sa.Connection) -> Mapping[str, int]:
    """Count rows and bytes.

    Args:
        connection: a reading transaction.
    """
    found = {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in (dossiers, results, documents, copies, events)
    }
    scans, files = (
        connection.execute(sa.select(sa.func.coalesce(sa.func.sum(column), 0))).scalar_one()
        for column in (captures.c.size_bytes, signature_health.c.size_bytes)
    )
    sizes = {"scan_bytes": int(scans), "released_bytes": int(files), "database_bytes": database_bytes(connection)}
    return found | sizes


def database_bytes(connection: sa.Connection) -> int:
    """Ask the database how large it is."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    return int(connection.execute(sa.select(sa.func.pg_database_size(sa.func.current_database()))).scalar_one())


def record_due(database: Database, now: datetime) -> bool:
    """Count and record when the last count is a day old; tell whether it was.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    with database.read() as connection:
        before = operations.last(connection, Kind.SIZES)
        if before is not None and now - before.at < EVERY:
            return False
        found = count(connection)
    with database.write() as connection:
        told = f"{found['documents']} văn bản, {found['results']} kết quả, {found['dossiers']} hồ sơ."
        operations.note(connection, Kind.SIZES, now, well=True, sentence=told, details=found)
    return True
