"""The services that the faults happen to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.running import Embedded, embedded
from tests.servers.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class OnPostgres:
    """A service whose registry is a PostgreSQL server that a test may stop."""

    running: Embedded
    server: PostgresServer
    url: str


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="sohoa-faults-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def on_postgres(short_folder: Path, postgres_server: PostgresServer) -> Iterator[OnPostgres]:
    """One service for every test of a file that leaves it whole: each ends with everything finished.

    Not one for the whole run: its twelve processes would go on looking around twice a second to the end.
    """
    url = postgres_server.create_database()
    with embedded(short_folder / f"p{uuid4().hex[:6]}", database_url=url, stamped=True, tsa_rest_s=3) as running:
        yield OnPostgres(running, postgres_server, url)
