"""CPU seconds of processes: what a busy machine does not falsify."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from storage.database import Database

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int, but: Sequence[str] = ()) -> float:
    """Return what a process, its descendants and those of them that have ended have spent.

    Args:
        pid: of the process.
        but: descendants with one of these words in their command line are left out, and all below them.
    """
    ticks = 0
    with suppress(FileNotFoundError, ProcessLookupError):
        process = Path(f"/proc/{pid}")
        command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        if any(word in command for word in but):
            return 0.0
        # proc(5): utime, stime, and those of children that were waited for
        ticks = sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:15]))
        below = [int(each) for task in (process / "task").iterdir() for each in _children(task)]
        return ticks / _TICKS + sum(cpu_seconds(each, but) for each in below)
    return ticks / _TICKS


def _children(task: Path) -> list[str]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return (task / "children").read_text().split()
    return []


def postmaster(url: str) -> int | None:
    """Return the process that all backends of the database stem from; None: it does not run on this machine."""
    database = Database(url)
    with database.read() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        try:
            parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
            here = b"postgres" in Path(f"/proc/{parent}/cmdline").read_bytes()
        except FileNotFoundError:
            here = False
    database.close()
    return parent if here else None
