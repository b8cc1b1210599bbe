"""Registries with their tables: migrated once in a run, and then copied, written down or opened again."""

from __future__ import annotations

import atexit
import copy
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.migrate import migrate


def migrated(database: Database) -> Database:
    """Give an empty database its tables, as :func:`storage.migrate.migrate` gave them to the first one of the run."""
    file = database.engine.url.database
    if database.is_sqlite and file:
        database.make_folder()
        shutil.copy(migrated_file(), file)
    elif (kind := database.engine.dialect.name) in _said:
        with database.write() as connection:
            for statement, parameters in _said[kind]:
                connection.exec_driver_sql(statement, parameters)
    else:
        _said[kind] = _migrate_listening(database)
    return database


@cache
def migrated_file() -> Path:
    """Return a migrated registry on SQLite, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="migrated"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{folder / 'registry.sqlite'}")
    migrate(database)
    database.close()
    return folder / "registry.sqlite"


def kept_open(file: Path) -> Database:
    """Open a file of SQLite for the whole run; :func:`put_back` fills it before each test.

    No test cuts the power; waiting for the disk at every commit would be a good part of the time.
    """
    kept = Database(f"sqlite:///{file}")
    sa.event.listen(kept.engine, "connect", _without_waiting)
    return kept


def put_back(kept: Database, whole: Path) -> Database:
    """Let a file that is kept open be a copy of another one, and open it again."""
    kept.close()
    file = Path(kept.engine.url.database or "")
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    shutil.copy(whole, file)
    return opened_again(kept)


def opened_again(kept: Database) -> Database:
    """Return a database that stays open for the whole run; what a test attaches to its engine goes with the test.

    A new engine of SQLAlchemy would have to compile every statement anew, which took longer than most tests.
    """
    again = copy.copy(kept)
    again.engine = kept.engine.execution_options()
    return again


_said: dict[str, list[tuple[str, Any]]] = {}
"""What the migration said to a server, by the name of its dialect."""


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _migrate_listening(database: Database) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _context: object, _many: object) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            said.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        migrate(database)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    return said
