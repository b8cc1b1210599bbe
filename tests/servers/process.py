"""Child processes of the tests: they end with the test run, whatever ends it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

READY_S = 60.0
"""How long a server may take to answer, seconds."""


class Child:
    """A server in the foreground, killed by the kernel when the test run dies (``PR_SET_PDEATHSIG``)."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start it; ``user`` is respected only where this process is root."""
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*as_user(user, pdeathsig=True), *map(str, command)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **(env or {})},
                cwd="/",
            )

    @property
    def pid(self) -> int:
        """Of the server itself: ``setpriv`` replaces itself."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Not ended yet."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], within_s: float = READY_S) -> None:
        """Wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time; with the end of its log.
        """
        deadline = time.monotonic() + within_s
        while not ready():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(
                    f"{self._process.args!r} did not start:\n{self._log.read_text(errors='replace')[-3000:]}"
                )
            time.sleep(0.05)

    def stop(self, within_s: float = 10.0) -> None:
        """Ask it to end, then kill it."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(within_s)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once."""
        if self.running:
            self._process.kill()
        self._process.wait()


def as_user(user: str | None, *, pdeathsig: bool = False) -> list[str]:
    """Give the words before a command that make it run as that user, where this process may decide."""
    words = ["setpriv"]
    if user is not None and os.geteuid() == 0:
        words += [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    if pdeathsig:
        words += ["--pdeathsig", "KILL"]
    return words if len(words) > 1 else []


def free_port() -> int:
    """Find a TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether somebody listens on the loopback at that port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def program(name: str, package: str, *folders: Path) -> Path:
    """Find a server's program.

    Raises:
        RuntimeError: its Debian package is not installed; a test that needs it fails, it is not skipped.
    """
    found = shutil.which(
        name, path=os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath), "/usr/sbin"])
    )
    if found is None:
        raise RuntimeError(f"{name} is missing: apt-get install {package}")
    return Path(found)
