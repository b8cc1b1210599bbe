"""Fixtures for tests that knock at the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.parts import Parts
from storage.connect import open_storage
from storage.database import Database
from storage.settings import Settings
from tests.door.town import Town, open_town, settle
from tests.registry.migrated import kept_open, migrated, put_back
from tests.servers.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Settled:
    """A registry made by the migrations, with units, people and a session for each."""

    folder: Path
    tokens: Mapping[str, str]


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """Made once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("settled")
    settings = Settings(data=folder)
    parts = Parts(settings, open_storage(settings))
    migrated(parts.storage.database)
    tokens = settle(parts)
    parts.storage.close()
    return Settled(folder, tokens)


@dataclass(frozen=True, slots=True)
class SettledServer:
    """The same in a database of a server, to be copied."""

    url: str
    tokens: Mapping[str, str]


@pytest.fixture(scope="session")
def settled_server(
    postgres_server: PostgresServer, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SettledServer]:
    """Made once; each test gets a copy."""
    url = postgres_server.create_database(like=migrated_postgres)
    settings = Settings(data=tmp_path_factory.mktemp("settled-server"), database_url=url)
    parts = Parts(settings, open_storage(settings))
    tokens = settle(parts)
    parts.storage.close()
    yield SettledServer(url, tokens)
    postgres_server.drop_database(url)


on_both_engines = pytest.mark.parametrize("town", ["sqlite", "postgres"], indirect=True)
"""For a test whose town stands once on SQLite and once on PostgreSQL; without it there is SQLite alone."""


@pytest.fixture(scope="session")
def kept_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The registry of the town on SQLite, whose folder is put back before each test."""
    database = kept_open(tmp_path_factory.mktemp("town") / "registry.sqlite")
    yield database
    database.close()


@pytest.fixture
def town(request: pytest.FixtureRequest, settled: Settled, kept_town: Database, tmp_path: Path) -> Iterator[Town]:
    """A town as it was in the beginning."""
    if getattr(request, "param", "sqlite") == "sqlite":
        registry = settled.folder / "registry.sqlite"
        folder = Path(kept_town.engine.url.database or "").parent
        shutil.rmtree(folder)
        shutil.copytree(settled.folder, folder, ignore=lambda *_: {registry.name})
        opened = open_town(folder, settled.tokens, database=put_back(kept_town, registry))
        yield opened
        opened.parts.storage.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    kept: SettledServer = request.getfixturevalue("settled_server")
    url = server.create_database(like=kept.url)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    # A service with a server makes no key of its own: it may be one of several.
    opened = open_town(folder, kept.tokens, database_url=url, webhook_key="k" * 64)
    yield opened
    opened.parts.storage.close()
    server.drop_database(url)
