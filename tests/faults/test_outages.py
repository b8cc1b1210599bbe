"""A part that everything stands on goes away and comes back; everything finishes by itself."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from digitize.lifecycle import State
from storage.s3 import S3Place
from tests.faults.conftest import OnPostgres
from tests.faults.running import embedded
from tests.faults.town import Town, scan_of, until
from tests.servers.radosgw import RadosGateway

AWAY_S = 6.0
"""Longer than a lease, so that every worker's lease runs out meanwhile."""


def test_redis_emptied_in_mid_run(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    documents = [town.hand_in(scan_of(10 + number)) for number in range(3)]
    until(lambda: any(town.attempts_of(document) for document in documents), every_s=0.01)
    with running.queue() as queue:
        queue.flushall()
    town.finish(documents)
    town.prove(documents)


def test_redis_stopped_for_a_while(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    first = town.hand_in(scan_of(20))
    until(lambda: town.attempts_of(first), every_s=0.01)
    running.stop("redis")
    second = town.hand_in(scan_of(21))
    time.sleep(AWAY_S)
    # what a worker had begun it finishes without Redis
    until(lambda: town.stands(first, State.TO_CHECK))
    assert town.stands(second, State.RECEIVED)
    running.start("redis")
    town.finish([first, second])
    town.prove([first, second])


def test_the_database_stopped_for_a_while(on_postgres: OnPostgres) -> None:
    town = on_postgres.running.town
    documents = [town.hand_in(scan_of(30 + number)) for number in range(2)]
    until(lambda: town.attempts_of(documents[0]), every_s=0.01)
    on_postgres.server.stop()
    time.sleep(AWAY_S)
    on_postgres.server.start()
    town.finish(documents)
    town.prove(documents)


def test_the_s3_server_stopped_for_a_while(short_folder: Path, s3_server: RadosGateway, s3_place: S3Place) -> None:
    settings: dict[str, Any] = {
        "objects": "s3", "s3_endpoint": s3_place.endpoint, "s3_bucket": s3_place.bucket,
        "s3_access_key": s3_place.access_key, "s3_secret_key": s3_place.secret_key, "s3_secure": False,
    }  # fmt: skip
    with embedded(short_folder / "s", **settings) as running:
        town = running.town
        documents = [town.hand_in(scan_of(40 + number)) for number in range(2)]
        until(lambda: town.attempts_of(documents[0]), every_s=0.01)
        s3_server.stop()
        time.sleep(AWAY_S)
        assert town.stands(documents[1], State.RECEIVED)
        s3_server.start()
        town.finish(documents)
        town.prove(documents)


Emptying = Callable[[], object]
"""Gives the room back."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], Emptying]]:
    """A disk of its own for the objects, and what fills it."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=True)

    def fill() -> Emptying:
        ballast = folder / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        return ballast.unlink

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def may_mount() -> bool:
    mount = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0


def no_room_for(pid: int) -> Emptying:
    """Without root: the process may not write one more byte to any file, as if the disk were full for it."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_the_disk_of_the_objects_is_full_for_a_while(request: pytest.FixtureRequest, short_folder: Path) -> None:
    if may_mount():
        disk = short_folder / "disk"
        with small_disk(disk) as fill, embedded(short_folder / "d", objects_folder=disk) as running:
            fill_and_empty(running.town, fill)
    else:
        whole: OnPostgres = request.getfixturevalue("on_postgres")
        reader = whole.running.pid("read")
        fill_and_empty(whole.running.town, lambda: no_room_for(reader))


def fill_and_empty(town: Town, fill: Callable[[], Emptying]) -> None:
    document = town.hand_in(scan_of(50))
    empty = fill()
    until(lambda: any(row.outcome == "failed" for row in town.attempts_of(document)))
    assert {row.code for row in town.attempts_of(document) if row.outcome} == {"store_unavailable"}
    assert town.stands(document, State.RECEIVED)
    empty()
    town.finish([document])
    town.prove([document])
