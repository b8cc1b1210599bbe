"""A sample of an archive, read for real: what a file of it costs."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digitize.archive.capture import Capture
from digitize.backfill import Measured
from digitize.errors import DocumentAtFault, ReaderKilled
from digitize.model import Nature, Reading, to_json
from workers.folder import scans
from workers.memory_file import sealed
from workers.sandbox import Sandbox
from workers.takeover import Opened, open_below

_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of an archive, in one order."""

    root: Path
    files: tuple[str, ...]
    """Paths below the root, sorted."""
    bytes: int
    """Of all of them."""
    missing: int = 0
    """Files that a manifest names and that are not there."""


def of_folder(root: Path) -> Archive:
    """Find the files of a folder."""
    found = [str(path.relative_to(root)) for path in scans(root)]
    return _archive(root.resolve(), found)


def of_manifest(opened: Opened) -> Archive:
    """Find the files that a manifest names."""
    return _archive(opened.root, sorted({piece.file for piece in opened.pieces}))


def draw(archive: Archive, count: int, seed: int) -> Sequence[str]:
    """Draw files at random, without putting back; the same seed draws the same ones."""
    chance = random.Random(seed)  # noqa: S311  # a sample, not a secret
    return chance.sample(archive.files, min(count, len(archive.files)))


class Scale:
    """Reads files in a sandbox of its own, one after the other, and measures each."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Remember where to read; nobody else may read there meanwhile."""
        self._sandbox = sandbox

    def measure(self, root: Path, file: str) -> Measured:
        """Read a file as the service would.

        Raises:
            InvalidInput: it is not there.
            WorldAtFault: something around us failed.
        """
        with open_below(root, file) as source:
            size = os.fstat(source.fileno()).st_size
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            pid, before = self._used()
            with sealed(iter(lambda: source.read(_PIECE_BYTES), b"")) as scan:
                try:
                    capture = Capture(sha256[:32], datetime.now(UTC), sha256)
                    digitized, archive = self._sandbox.digitize(scan, capture)
                except (DocumentAtFault, ReaderKilled) as fault:
                    return Measured(size, 0, self._since(pid, before), 0, 0, 0, 0, fault.code())
        archive_bytes = 0
        if archive is not None:
            with archive:
                archive_bytes = archive.seek(0, os.SEEK_END)
        reading = digitized.reading
        previews = sum(len(preview.jpeg) for preview in digitized.previews)
        return Measured(
            size, len(reading.pages), self._since(pid, before), archive_bytes, len(to_json(reading)) + previews,
            len(reading.fields), sum(field.doubtful for field in reading.fields.values()), _problem(reading),
            reading.nature is not Nature.SCAN,
        )  # fmt: skip

    def _since(self, pid: int | None, before: float) -> float:
        now, used = self._used()
        return used - before if now == pid else used

    def _used(self) -> tuple[int | None, float]:
        """Return the nursery, and the CPU seconds of the children that it has seen end."""
        pid = self._sandbox.nursery_pid
        return pid, 0.0 if pid is None else children_seconds(pid)


def children_seconds(pid: int) -> float:
    """Return the CPU seconds of a process's children that have ended (proc(5): cutime, cstime)."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:  # it has gone meanwhile
        return 0.0
    return (int(after_name[13]) + int(after_name[14])) / os.sysconf("SC_CLK_TCK")


def _problem(reading: Reading) -> str:
    return "" if reading.secrecy is None else "secrecy_found"


def _archive(root: Path, files: Sequence[str]) -> Archive:
    sizes: dict[str, int] = {}
    for file in files:
        try:
            sizes[file] = (root / file).stat().st_size
        except OSError:
            continue
    return Archive(root, tuple(sizes), sum(sizes.values()), len(files) - len(sizes))
