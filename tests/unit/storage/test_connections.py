"""What a process keeps of its connections to PostgreSQL between two transactions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InternalError

from digitize.errors import RegistryUnavailable
from storage.database import Database
from tests.servers.postgres import PostgresServer

_BACKEND = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """An empty one."""
    database = Database(postgres_url)
    yield database
    database.close()


def backend(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(_BACKEND).scalar_one())


def test_readers_keep_their_prepared_statements(database: Database) -> None:
    for _ in range(8):
        backend(database)
    with database.read() as connection:
        kept = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT pg_backend_pid()'")
        assert connection.execute(kept).scalar_one() == 1


def test_a_reading_block_cannot_write_and_the_next_block_can(database: Database) -> None:
    make = sa.text("CREATE TABLE made (n int)")
    with pytest.raises(InternalError), database.read() as connection:
        connection.execute(make)
    with database.write() as connection:
        connection.execute(make)
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM made")).scalar_one() == 0


def test_a_connection_that_the_server_ended_while_it_lay_idle_is_replaced(database: Database) -> None:
    first = backend(database)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.write() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    other.close()
    assert backend(database) != first


def test_a_server_that_stops_is_told_and_one_that_is_back_is_used_at_once(
    database: Database, postgres_server: PostgresServer
) -> None:
    first = backend(database)
    postgres_server.stop()
    try:
        with pytest.raises(RegistryUnavailable):
            backend(database)
    finally:
        postgres_server.start()
    assert backend(database) != first
