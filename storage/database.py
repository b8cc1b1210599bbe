"""The connection to the registry's database: PostgreSQL, or SQLite for one machine."""

from __future__ import annotations

import math
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from digitize.errors import NotIdentified, RegistryUnavailable

BUSY_TIMEOUT_MS = 20_000
"""How long a writer waits for another one on SQLite, milliseconds."""

_READ_ONLY = "sohoa_read_only"

_CONNECTIONS = 15
"""Most connections of a process. They are kept: a new one knows no prepared statement."""

_ASKED_AFTER_S = 5.0
"""An idle connection is asked whether it lives after so many seconds."""

_USED = "sohoa_used_at"


class Database:
    """Transactions on the registry.

    A writing transaction on SQLite begins IMMEDIATE: SQLite ignores FOR UPDATE, so the lock must be taken before the
    first read, or two writers decide on the same old row.
    """

    def __init__(self, url: str) -> None:
        """Open lazily: nothing connects before the first transaction."""
        self.engine = _engine(url)

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    def make_folder(self) -> None:
        """Make the folder of an SQLite file, private to its user; a server has a place already.

        Raises:
            RegistryUnavailable: it cannot be made.
        """
        file = self.engine.url.database
        if self.is_sqlite and file:
            try:
                Path(file).absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise RegistryUnavailable("không tạo được thư mục dữ liệu") from error

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction that commits at the end of the block, or leaves nothing behind.

        One error commits all the same: ``NotIdentified``, because a wrong password must be counted.

        Raises:
            RegistryUnavailable: the database does not answer, or the commit was not acknowledged.
        """
        with _unavailable(), self.engine.connect() as connection, connection.begin() as transaction:
            try:
                yield connection
            except NotIdentified:
                transaction.commit()
                raise

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a consistent view; nothing written in the block is kept: PostgreSQL refuses it, SQLite forgets it.

        Raises:
            RegistryUnavailable: the database does not answer.
        """
        with _unavailable(), self.engine.connect() as plain:
            if self.is_sqlite:
                connection = plain.execution_options(**{_READ_ONLY: True})
            else:
                connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as transaction:
                yield connection
                if self.is_sqlite:
                    transaction.rollback()
                # PostgreSQL has nothing to take back, and psycopg forgets its prepared statements at every rollback.

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise RegistryUnavailable(type(error.orig).__name__) from error
    except PoolExhausted as error:
        raise RegistryUnavailable("mọi kết nối đều đang bận") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise RegistryUnavailable(type(error.orig).__name__) from error
        raise


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        parsed, pool_size=_CONNECTIONS, max_overflow=0, pool_use_lifo=True,
        connect_args={"connect_timeout": 5, "options": "-c lock_timeout=20s"},
    )  # fmt: skip
    sa.event.listen(engine, "checkout", partial(_need_living, engine.dialect))
    sa.event.listen(engine, "checkin", _note_use)
    return engine


def _need_living(dialect: sa.Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401  # DBAPI connections have no type
    """Refuse a connection that the server has ended, so that the pool makes another one.

    An idle connection has nothing to read unless the server went away; so only one that lay idle for long is asked.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    try:
        if poll.poll(0):
            raise InvalidatePoolError
        if time.monotonic() - record.info.get(_USED, math.inf) > _ASKED_AFTER_S:
            dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  # DBAPI connections have no type
    # Python's own transaction handling is off: _begin_sqlite says how each transaction begins.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-65536",  # KiB: counting a province touches more pages than SQLite keeps of itself
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
