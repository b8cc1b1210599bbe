"""A worker's post in a town with real databases and a real Redis."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from storage.database import Database
from storage.settings import Settings
from tests.faults.town import Town
from tests.registry.migrated import opened_again
from tests.servers.redis import RedisServer
from workers.attempt import Post
from workers.compose import open_post
from workers.metrics import open_meter


@dataclass(slots=True)
class Clock:
    """A clock that a test may put forward."""

    ahead: timedelta = field(default=timedelta())

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Place:
    """A town and a worker's post in it."""

    town: Town
    post: Post
    clock: Clock
    redis: RedisServer


@pytest.fixture(scope="session")
def meter_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metrics")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The development PKI, made once."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(params=["sqlite", "postgres"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, redis_server: RedisServer, meter_folder: Path, keys: Path
) -> Iterator[Place]:
    database: Database = request.getfixturevalue(f"{request.param}_database")
    settings = Settings(
        data=tmp_path,
        database_url=SecretStr(database.engine.url.render_as_string(hide_password=False)),
        redis_url=SecretStr(redis_server.url),
        metrics_folder=meter_folder,
        lease_s=2,
    )
    town = Town.found(settings, keys, database)
    clock = Clock()
    opened = open_post(settings)
    storage = replace(opened.storage, database=opened_again(database))
    post = replace(opened, storage=storage, clock=clock, meter=open_meter(meter_folder))
    yield Place(town, post, clock, redis_server)
    town.storage.close()
    post.storage.close()


def at_once(*works: Callable[[], object]) -> None:
    """Run them in threads that begin together."""
    ready = threading.Barrier(len(works))
    faults: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            work()
        except BaseException as fault:  # noqa: BLE001  # told by the main thread
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
