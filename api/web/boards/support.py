"""The state of the service as plain text, to be copied to whoever is asked for help: nothing of a person is in it."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Support:
    """What is told."""

    now: datetime
    parts: Sequence[tuple[str, str, str]]
    """Name, verdict, sentence."""
    modes: Sequence[str]
    queues: Sequence[tuple[str, int, int, int]]
    """Lane, files, pages, unread files."""
    faults: Sequence[tuple[str, str, int]]
    """Lane, code, files."""
    checks: Sequence[tuple[str, str, str]]
    """Of the doctor: name, verdict, sentence."""
    records: Sequence[tuple[str, tuple[datetime, bool] | None]]
    """What was done last, and whether it ended well; None: never."""
    database_bytes: int
    disk_free: int | None


def support_text(told: Support) -> str:
    """Write it down, one fact a line."""
    lines = [
        f"sohoa {version('sohoa')}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"lúc {told.now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "",
        *(f"[{verdict}] {name}: {sentence}" for name, verdict, sentence in told.parts),
        *(f"[!] {sentence}" for sentence in told.modes),
        "",
        *(f"lane {lane}: {files} files, {pages} pages, {unread} unread" for lane, files, pages, unread in told.queues),
        *(f"lane {lane}: {files} × {code}" for lane, code, files in told.faults),
        "",
        f"database {told.database_bytes} bytes, disk free {told.disk_free}",
        *(f"{kind}: {_ended(last)}" for kind, last in told.records),
        "",
        *(f"doctor {name}: {verdict}: {sentence}" for name, verdict, sentence in told.checks),
    ]
    return "\n".join(lines).strip() + "\n"


def _ended(last: tuple[datetime, bool] | None) -> str:
    return "never" if last is None else f"{last[0].astimezone(UTC):%Y-%m-%d %H:%M} UTC, {'ok' if last[1] else 'FAILED'}"
