"""Tasks for a child that behave as a decoder under attack would: they try to break out, or never end."""

# Every task has the shape of a task, whatever it uses of it.
# ruff: noqa: ARG001, PLW0108

from __future__ import annotations

import json
import mmap
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from digitize.confined.frames import Setup
from digitize.confined.task import Progress, Task
from digitize.errors import DamagedFile
from digitize.mapped import Content


def prepare(setup: Setup) -> Mapping[str, Task]:
    """Return the tasks by name; nothing has to be loaded."""
    return {
        "echo": _echo,
        "halve": _halve,
        "spin": _spin,
        "sleep": _sleep,
        "swell": _swell,
        "crash": _crash,
        "fault": _fault,
        "bug": _bug,
        "babble": _babble,
        "flood": _flood,
        "steps": _steps,
        "attempt": _attempt,
    }


def _echo(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    attachment.write(data)
    return arguments


def _halve(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    """Fail when half of the attachment has been told."""
    attachment.write(bytes(4 << 20))
    raise DamagedFile("nửa chừng")


def _spin(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    while True:
        pass


def _sleep(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    time.sleep(3600)
    return b""


def _swell(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    held = []
    while True:
        held.append(bytearray(64 << 20))


def _crash(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    os.abort()


def _fault(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    raise DamagedFile("trang 3", remedy="Hãy quét lại trang 3.")


def _bug(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    raise ValueError("Nguyễn Văn A, 001099012345")


def _babble(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    """Write what is no message at all, as a child under foreign control could."""
    _write_to_every_handle(b"\xff" * 4096)
    os._exit(0)


def _flood(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    """Talk without end."""
    while True:
        _write_to_every_handle(b"\xff" * (1 << 20))


def _write_to_every_handle(content: bytes) -> None:
    for handle in range(3, 64):
        try:
            os.write(handle, content)
        except OSError:
            continue


def _steps(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    """Take longer in all than one page may, but never for one page."""
    for _ in range(4):
        progress()
        time.sleep(0.6)
    return b"done"


def _attempt(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
    """Try everything that is forbidden and tell what came of it."""
    wanted = json.loads(arguments)
    tries: dict[str, Callable[[], object]] = {
        "environment": lambda: dict(os.environ),
        "settings": lambda: Path(wanted["settings"]).read_text(),
        "worker_environment": lambda: Path(f"/proc/{wanted['worker']}/environ").read_bytes().decode("latin-1"),
        "home": lambda: [entry.name for entry in Path("~root").expanduser().iterdir()],
        "write": lambda: Path(wanted["folder"], "planted").write_text("x"),
        "tcp": lambda: socket.create_connection(("127.0.0.1", wanted["port"]), 1).close(),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(wanted["socket"]),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", wanted["port"])),
        "program": lambda: subprocess.run(["/usr/bin/id"], check=True, capture_output=True).stdout.decode(),
        "fork": lambda: os._exit(0) if os.fork() == 0 else "forked",
        "kill": lambda: os.kill(wanted["worker"], 0),
        "handles": lambda: _open_handles(),
        "scan_written": lambda: mmap.mmap(_regular_file(), 0, prot=mmap.PROT_READ | mmap.PROT_WRITE).write(b"x"),
        "scan_cut": lambda: os.ftruncate(_regular_file(), 0),
    }
    return json.dumps({name: _outcome(effort) for name, effort in tries.items()}).encode()


def _open_handles() -> list[str]:
    found = []
    for handle in range(256):
        try:
            mode = os.fstat(handle).st_mode
        except OSError:
            continue
        found.append(f"{handle}:{mode >> 12:o}")
    return found


def _regular_file() -> int:
    """Return the handle of the scan."""
    return next(handle for handle in range(3, 256) if f"{handle}:10" in _open_handles())


def _outcome(effort: Callable[[], object]) -> dict[str, object]:
    try:
        return {"got": effort()}
    except OSError as error:
        return {"refused": type(error).__name__}
