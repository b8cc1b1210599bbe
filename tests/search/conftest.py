"""A register to search in: on SQLite where the rules are tested, on both where the databases are."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from storage.objects_folder import FolderStore
from tests.registry.province import Province
from tests.search.desk import SearchDesk


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> SearchDesk:
    return SearchDesk(Province.found(sqlite_database, FolderStore(tmp_path / "objects")))


@pytest.fixture
def either(province: Province) -> SearchDesk:
    """On SQLite, and on PostgreSQL."""
    return SearchDesk(province)
