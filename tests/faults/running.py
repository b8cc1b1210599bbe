"""The service under test: every part a real process of its own under the embedded supervisor."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import redis

from storage.settings import Settings
from tests.faults.town import CLERK, PASSWORD, Town, until
from tests.servers.process import free_port
from workers import supervise

LEASE_S = 4.0
"""Short, so that a death is noticed soon."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running service and the town that uses it."""

    settings: Settings
    town: Town
    service: supervise.Service

    def pid(self, part: str) -> int:
        """Id of the process of a part, once it runs."""
        sought = re.compile(rf":{part}-0 +RUNNING +pid (\d+)")
        until(lambda: sought.search(self._control("status")), 30)
        found = sought.search(self._control("status"))
        assert found is not None
        return int(found[1])

    def stop(self, part: str) -> None:
        self._order("stop", part)

    def start(self, part: str) -> None:
        self._order("start", part)

    def client(self) -> httpx.Client:
        """The clerk's client, logged in, once the API answers."""
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.settings.api_port}", headers={"Sec-Fetch-Site": "same-origin"}, timeout=30
        )
        until(lambda: _answers(client), 60)
        client.post("/api/v1/session", json={"username": CLERK, "password": PASSWORD}).raise_for_status()
        return client

    def queue(self) -> redis.Redis:
        return redis.Redis.from_url(self.settings.redis)

    def log_of(self, part: str) -> str:
        logs = sorted((self.settings.data / "log").glob(f"{part}-*.log"))
        return "\n".join(log.read_text(errors="replace") for log in logs)

    def _order(self, order: str, part: str) -> None:
        """Stop or start a part; an order that the supervisor does not take fails the test."""
        group = part if part == "redis" else "sohoa"
        answer = self._control(order, f"{group}:{part}-0")
        assert "ERROR" not in answer, answer

    def _control(self, *words: str) -> str:
        config = self.settings.data.absolute() / "run" / "supervisord.conf"
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-c", config, *words],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        return done.stdout


@contextmanager
def embedded(
    folder: Path,
    *,
    stamped: bool = False,
    pause_s: float = 0,
    **settings: Any,  # noqa: ANN401  # of many types
) -> Iterator[Embedded]:
    """Found a town and run the service for it, with one reader.

    Args:
        folder: its data.
        stamped: with a timestamp authority beside it.
        pause_s: how long that authority takes for an answer.
        settings: as in :class:`storage.settings.Settings`.
    """
    folder.mkdir()
    begun = Settings(data=folder, lease_s=LEASE_S, secure_cookies=False, api_port=free_port(), **settings)
    town = Town.found(begun, folder / "pki")
    authority, known = None, dict[str, object](trust=town.trust, keyring=town.keyring, qr_key=town.qr_key)
    if stamped:
        port = free_port()
        authority = [
            sys.executable, "-m", "workers.demo.tsa", "--folder", str(folder / "pki"), "--port", str(port),
            "--pause", str(pause_s), str(pause_s),
        ]  # fmt: skip
        known["tsa_url"] = f"http://127.0.0.1:{port}/"
    complete = begun.model_copy(update=known)
    service = supervise.start(complete, readers=1, timestamp_authority=authority)
    try:
        service.wait_until_queue_answers()
        yield Embedded(complete, town, service)
    finally:
        service.stop()
        town.storage.close()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/live").is_success
    except httpx.TransportError:
        return False


def children_of(pid: int) -> Sequence[int]:
    """Ids of the living children of a process."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def descendants_of(pid: int) -> list[int]:
    """Ids of all living processes below a process."""
    found: list[int] = []
    for child in children_of(pid):
        found += [child, *descendants_of(child)]
    return found


def gone(pids: Sequence[int]) -> bool:
    """Tell whether none of them lives; a zombie is dead."""
    return not any(_alive(pid) for pid in pids)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pids: Sequence[int], within_s: float) -> None:
    until(lambda: gone(pids), within_s)
