"""A migrated, empty registry, once on SQLite and once on PostgreSQL: whoever asks for it runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from storage import passwords
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.tables import metadata
from tests.registry.desk import Desk
from tests.registry.migrated import kept_open, migrated, migrated_file, opened_again, put_back
from tests.registry.province import Province
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="session", autouse=True)
def passwords_hashed_once() -> Iterator[None]:
    """Argon2 takes a quarter of a second on purpose; the same password of people in tests is hashed once."""
    hashed = passwords.hashed

    @cache
    def once(_hasher: PasswordHasher, password: str) -> str:
        return hashed(password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hashed", lambda password: once(passwords._hasher, password))
        yield


@pytest.fixture(scope="session")
def kept_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A registry on SQLite whose file is put back before each test."""
    database = kept_open(tmp_path_factory.mktemp("registry") / "registry.sqlite")
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated database, emptied after each test."""
    url = postgres_server.create_database()
    database = migrated(Database(url))
    with database.write() as connection:
        # No test here cuts the power; waiting for the disk at every commit would be most of the time.
        connection.execute(sa.text(f"ALTER DATABASE {url.rsplit('/', 1)[1]} SET synchronous_commit = off"))
    database.close()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def kept_postgres(migrated_postgres: str) -> Iterator[Database]:
    """The registry on PostgreSQL."""
    database = Database(migrated_postgres)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(kept_sqlite: Database) -> Iterator[Database]:
    """An empty registry on SQLite."""
    opened = put_back(kept_sqlite, migrated_file())
    yield opened
    opened.close()


@pytest.fixture
def postgres_database(kept_postgres: Database) -> Iterator[Database]:
    """An empty registry on PostgreSQL."""
    opened = opened_again(kept_postgres)
    yield opened
    _empty(opened)
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def registry_database(request: pytest.FixtureRequest) -> Database:
    """An empty registry on either."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened


def _empty(database: Database) -> None:
    """Delete every row; TRUNCATE would make new files for all tables and indexes, half a second after each test."""
    deletions = "".join(f"{table.delete()}; " for table in metadata.tables.values())
    with database.write() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # in any order
        connection.execute(sa.text(f"DO $$ BEGIN {deletions}END $$"))


@pytest.fixture
def province(registry_database: Database, tmp_path: Path) -> Province:
    """A province with two communes on either database, and a store of objects."""
    return Province.found(registry_database, FolderStore(tmp_path / "objects"))


@pytest.fixture
def desk(province: Province) -> Desk:
    """A commune's desk for certified copies, on either database."""
    return Desk.set_up(province, province.commune)
