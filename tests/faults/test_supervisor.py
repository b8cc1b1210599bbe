"""What the supervisor starts it also stops, whoever dies first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.settings import Settings
from tests.faults.running import children_of, descendants_of, gone, wait_gone
from tests.faults.town import Town, until
from tests.servers.process import free_port

STARTER = """\
from pathlib import Path
from storage.settings import Settings
from workers import supervise
told = Settings(
    data=Path({data!r}), keyring=Path({keyring!r}), trust=Path({trust!r}), api_port={port},
    backup_s3_access_key="BACKUP", backup_s3_secret_key="BACKUP",
)
supervise.run(told, readers=2)
"""

PARTS = 11
"""redis, api, sweep, two readers, seal, timestamp, deliver, verify, notify, exchange."""


@dataclass(frozen=True, slots=True)
class Started:
    """A service started as ``./run`` starts it: by a process that waits for Ctrl-C."""

    starter: subprocess.Popen[bytes]
    supervisor: int
    parts: tuple[int, ...]

    @property
    def everybody(self) -> tuple[int, ...]:
        return (self.supervisor, *self.parts)


@pytest.fixture
def town(short_folder: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    folder = short_folder / f"v{abs(hash(request.node.name)) % 10_000}"
    folder.mkdir()
    found = Town.found(Settings(data=folder), folder / "pki")
    yield found
    found.storage.close()


def start(town: Town) -> Started:
    folder = town.keyring.parent.parent
    code = STARTER.format(data=str(folder), keyring=str(town.keyring), trust=str(town.trust), port=free_port())
    starter = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    until(lambda: len(descendants_of(starter.pid)) >= 1 + PARTS, 30)
    (supervisor,) = children_of(starter.pid)
    return Started(starter, supervisor, tuple(descendants_of(supervisor)))


def knowing(started: Started) -> list[bytes]:
    """Return the last words of the commands that were told where the keys are."""
    return [
        Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-2]
        for pid in started.everybody
        if b"SOHOA_KEYRING=" in Path(f"/proc/{pid}/environ").read_bytes()
    ]


def test_ctrl_c_stops_every_part_and_only_the_sealing_one_knew_where_the_keys_are(town: Town) -> None:
    started = start(town)
    until(lambda: knowing(started), 20)  # a part that has just been forked still has its parent's name
    assert knowing(started) == [b"seal"]
    assert not any(b"=BACKUP" in Path(f"/proc/{pid}/environ").read_bytes() for pid in started.everybody)
    started.starter.send_signal(signal.SIGINT)
    assert started.starter.wait(30) == 0
    assert gone(started.everybody)


def test_a_starter_killed_outright_leaves_nothing_behind_and_a_second_start_takes_over(town: Town) -> None:
    first = start(town)
    first.starter.kill()
    first.starter.wait()
    second = start(town)
    assert gone(first.everybody)
    second.starter.send_signal(signal.SIGTERM)
    assert second.starter.wait(30) == 0


def test_a_supervisor_killed_outright_takes_its_parts_along(town: Town) -> None:
    started = start(town)
    os.kill(started.supervisor, signal.SIGKILL)
    wait_gone(started.everybody, 20)
    started.starter.wait(10)
