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
    webhook_key=bytes.fromhex({webhook!r}).decode(), backup_s3_secret_key=bytes.fromhex({backup!r}).decode(),
)
supervise.run(told, readers=2)
"""

WEBHOOK, BACKUP = b"what webhooks are signed with, here", b"what opens the second target, here"

PARTS = 12
"""redis, api, sweep, two readers, seal, timestamp, deliver, verify, table, notify, exchange."""


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
    code = STARTER.format(
        data=str(folder), keyring=str(town.keyring), trust=str(town.trust), port=free_port(), webhook=WEBHOOK.hex(),
        backup=BACKUP.hex(),
    )  # fmt: skip
    starter = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    until(lambda: len(descendants_of(starter.pid)) >= 1 + PARTS)
    (supervisor,) = children_of(starter.pid)
    return Started(starter, supervisor, tuple(descendants_of(supervisor)))


def part_named(started: Started, ends: bytes) -> int:
    """Return the process whose title ends so; a part that was just forked still has its parent's title."""
    named = lambda: [pid for pid in started.parts if ends in Path(f"/proc/{pid}/cmdline").read_bytes()]  # noqa: E731
    until(lambda: len(named()) == 1, 30)
    return named()[0]


def remembered(pid: int, *secrets: bytes) -> set[bytes]:
    """Search the memory of a process that it can write to, the environment among it; return what was found."""
    found: set[bytes] = set()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_ = line.split()
            begin, end = (int(each, 16) for each in place.split("-"))
            if rights.startswith("rw"):
                memory.seek(begin)
                held = memory.read(end - begin)
                found.update(each for each in secrets if each in held)
    return found


def test_ctrl_c_stops_every_part_and_what_one_part_may_know_is_in_no_other_ones_memory(town: Town) -> None:
    started = start(town)
    sender = part_named(started, b"worker notify")
    until(lambda: remembered(sender, WEBHOOK), 30, 0.5)
    others = [part_named(started, name) for name in (b"worker seal", b"worker verify", b"worker exchange", b"sweep")]
    assert not [pid for pid in (started.supervisor, *others) if remembered(pid, WEBHOOK, BACKUP)]
    assert not remembered(sender, BACKUP)
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
