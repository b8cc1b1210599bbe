"""A redis-server of its own on a unix socket, as the embedded service starts one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.servers.process import Child, program


@dataclass(slots=True)
class RedisServer:
    """May be stopped and started again; what it wrote is kept."""

    folder: Path
    """Its files: socket, append-only log."""
    _child: Child | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """For ``SOHOA_REDIS_URL``."""
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Start it and wait for its PONG."""
        self._child = Child(
            [
                program("redis-server", "redis-server"), "--port", "0", "--unixsocket", self.folder / "redis.sock",
                "--unixsocketperm", "700", "--dir", self.folder, "--appendonly", "yes", "--save", "",
            ],
            self.folder / "redis.log",
        )  # fmt: skip
        self._child.wait_until(self._answers)

    def stop(self) -> None:
        """End it; the append-only log is written."""
        if self._child is not None:
            self._child.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child is not None:
            self._child.kill()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
