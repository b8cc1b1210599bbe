"""Fixtures for tests that knock at the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.parts import Parts
from storage.connect import open_storage
from storage.migrate import migrate
from storage.settings import Settings
from tests.door.town import Town, open_town, settle


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
    migrate(parts.storage.database)
    tokens = settle(parts)
    parts.storage.close()
    return Settled(folder, tokens)


@pytest.fixture
def town(settled: Settled, tmp_path: Path) -> Iterator[Town]:
    """A town of its own."""
    opened = open_town(shutil.copytree(settled.folder, tmp_path / "data"), settled.tokens)
    yield opened
    opened.parts.storage.close()
