"""A migrated, empty registry, once on SQLite and once on PostgreSQL: whoever asks for it runs on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.migrate import migrate
from storage.objects_folder import FolderStore
from storage.tables import metadata
from tests.registry.desk import Desk
from tests.registry.province import Province
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("registry") / "migrated.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated database, emptied after each test."""
    url = postgres_server.create_database()
    database = Database(url)
    migrate(database)
    with database.write() as connection:
        # No test here cuts the power; waiting for the disk at every commit would be most of the time.
        connection.execute(sa.text(f"ALTER DATABASE {url.rsplit('/', 1)[1]} SET synchronous_commit = off"))
    database.close()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty registry on SQLite."""
    path = tmp_path / "registry.sqlite"
    shutil.copy(migrated_sqlite, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def registry_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty registry on either."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    opened = Database(request.getfixturevalue("migrated_postgres"))
    yield opened
    _empty(opened)
    opened.close()


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
