"""Fixtures that start real servers; what cannot start fails the test that asked for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from storage.s3 import S3Place
from tests.servers.postgres import PostgresServer
from tests.servers.radosgw import RadosGateway
from tests.servers.redis import RedisServer


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder with a path short enough for unix sockets, removed at the end."""
    with _short_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run; a test that stops it must start it again."""
    with _short_folder() as folder:
        server = PostgresServer(folder / "data")
        try:
            server.prepare()
            server.start()
            yield server
        finally:
            server.kill()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of a fresh, empty database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def redis_server(server_folder: Path) -> Iterator[RedisServer]:
    """A server of the test's own, running; it may be stopped, killed and started."""
    server = RedisServer(server_folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[RadosGateway]:
    """One gateway for the whole run; a test that stops it must start it again."""
    with _short_folder() as folder:
        gateway = RadosGateway(folder / "ceph")
        try:
            gateway.prepare()
            gateway.start()
            yield gateway
        finally:
            gateway.close()


@pytest.fixture
def s3_place(s3_server: RadosGateway) -> S3Place:
    """A bucket of the test's own, not made yet."""
    return S3Place(
        endpoint=s3_server.endpoint,
        bucket=f"test-{uuid4().hex}",
        access_key=s3_server.access_key,
        secret_key=s3_server.secret_key,
        secure=False,
    )


@contextmanager
def _short_folder() -> Iterator[Path]:
    """Make a temporary folder that other users may pass through: PostgreSQL's user must reach its data."""
    path = Path(tempfile.mkdtemp(prefix="sohoa-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
