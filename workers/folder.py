"""Scans from a folder: taken only once they are whole, removed only once they are safe.

A scan is named after its dossier, as TT 02/2019/TT-BNV names files: ``<dossier code>.pdf`` or, for the n-th result,
``<dossier code>-KQ2.pdf``; or it lies in a folder of that name: ``<dossier code>/any.jpg``. A scanner writes slowly
and a network share may stall in the middle, so a file counts as whole when it has been still for a while *and* ends as
its format ends; a file without its proper end is given a longer time, and then taken as it is, for the reader to judge.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from digitize.errors import InvalidInput, SohoaError, StoreUnavailable
from digitize.lifecycle import Actor
from digitize.media import has_proper_end, media_type_of
from storage import dossiers, registry
from storage.connect import Storage
from storage.registry import Scope

STILL_S = 3.0
"""Seconds without a change after which a file with its proper end is whole."""

UNFINISHED_S = 60.0
"""Seconds without a change after which a file without its proper end is taken as it is."""

REFUSED_FOLDER = "bi-tu-choi"
"""Where a watched file goes that cannot be received, with a text beside it that says why."""

_ORDINAL = re.compile(r"^(?P<code>.+?)(?:[-_. ]?KQ\(?(?P<ordinal>\d{1,3})\)?)?$", re.IGNORECASE)
_UNFINISHED_NAMES = (".part", ".tmp", ".crdownload", ".partial", ".filepart")


@dataclass(frozen=True, slots=True)
class Destination:
    """The result that a file belongs to."""

    dossier: str
    """Code of the dossier."""
    ordinal: int | None
    """n of ``-KQ(n)``; None: the first one without a document."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file."""

    path: Path
    document: str | None
    """None when it was refused."""
    created: bool
    """False: these bytes were known for this dossier."""
    problem: SohoaError | None
    identity: Identity
    """Of the file that was read."""


Identity = tuple[int, int, int]
"""What makes a file the same one a moment later: inode, size in bytes, time of the last change in nanoseconds."""


def _identity(stat: os.stat_result) -> Identity:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def destination(path: Path, root: Path) -> Destination:
    """Tell by its name which result a file belongs to."""
    inside = path.relative_to(root)
    if len(inside.parts) > 1:
        return Destination(inside.parts[0], None)
    match = _ORDINAL.match(path.stem)
    if match is None:
        return Destination(path.stem, None)
    return Destination(match["code"], int(match["ordinal"]) if match["ordinal"] else None)


def scans(root: Path) -> Iterator[Path]:
    """Give the files of a folder that may be scans, in the order of their names."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        hidden = any(part.startswith((".", "~")) for part in inside) or inside[0] == REFUSED_FOLDER
        if path.is_file() and not hidden and path.suffix.lower() not in _UNFINISHED_NAMES:
            yield path


class Stillness:
    """Knows since when each file has not changed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._seen: dict[Path, tuple[int, int, float]] = {}

    def is_whole(self, path: Path, clock: float) -> bool:
        """Tell whether a file is whole, at a time given in seconds of a steady clock."""
        try:
            stat = path.stat()
        except OSError:  # it went since the folder was listed
            return False
        size, changed, since = self._seen.get(path, (-1, -1, clock))
        if (size, changed) != (stat.st_size, stat.st_mtime_ns):
            self._seen[path] = (stat.st_size, stat.st_mtime_ns, clock)
            return False
        still = clock - since
        return still >= UNFINISHED_S or (still >= STILL_S and _ends_well(path))

    def keep_only(self, paths: set[Path]) -> None:
        """Forget the files that are gone."""
        self._seen = {path: seen for path, seen in self._seen.items() if path in paths}


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, path.stat().st_size - 4096))
        return has_proper_end(head, file.read())


def take(
    storage: Storage, path: Path, where: Destination, *, actor: Actor, scope: Scope, limit: int, now: datetime
) -> Taken:
    """Store a file, read it back, compare, and enter it; the file itself is left where it is.

    Raises:
        WorldAtFault: a part of the service does not answer; nothing is lost, try again.
    """
    read = (0, 0, 0)
    try:
        with _opened(path) as file:
            read = _identity(os.fstat(file.fileno()))
            media_type_of(file.read(4096))
            file.seek(0)
            key, size = storage.objects.put_stream(file, limit)
        if len(storage.objects.get(key)) != size:  # get() compares the hash, or raises
            raise StoreUnavailable("kho trả lại tệp khác với tệp đã gửi")
        with storage.database.write() as connection:
            dossier = dossiers.find_by_code(connection, where.dossier, scope)
            result = dossiers.result_for_upload(
                connection, dossier, where.ordinal, actor=actor.id, now=now, scan_key=key
            )
            received = registry.receive(
                connection, result_id=result, scan_key=key, size_bytes=size, actor=actor, now=now
            )
    except SohoaError as problem:
        if problem.retryable:
            raise
        return Taken(path, None, created=False, problem=problem, identity=read)
    return Taken(path, received.document, received.created, None, read)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidInput("không mở được tệp", remedy="Hãy kiểm tra tệp còn đó và quyền đọc.") from error


def clear(taken: Taken, root: Path) -> None:
    """Remove a file that is safe; put a refused one aside with the reason beside it.

    A file that was written anew since it was read is left where it is: its turn comes again.
    """
    if not taken.path.exists() or _identity(taken.path.stat()) != taken.identity:
        return
    if taken.problem is None:
        taken.path.unlink()
        return
    aside = root / REFUSED_FOLDER
    aside.mkdir(exist_ok=True)
    target = _free_name(aside / taken.path.name)
    taken.path.rename(target)
    target.with_name(target.name + ".txt").write_text(taken.problem.message + "\n", encoding="utf-8")


def _free_name(wanted: Path) -> Path:
    candidate, number = wanted, 1
    while candidate.exists():
        candidate, number = wanted.with_stem(f"{wanted.stem}-{number}"), number + 1
    return candidate


def check_folder(root: Path) -> None:
    """Refuse what is not a folder.

    Raises:
        InvalidInput: there is no such folder.
    """
    if not root.is_dir():
        raise InvalidInput(f"không có thư mục {root}")


def tally(taken: Mapping[Path, Taken]) -> tuple[int, int, int]:
    """Count (new documents, documents known already, refused files)."""
    new = sum(one.created for one in taken.values())
    refused = sum(one.problem is not None for one in taken.values())
    return new, len(taken) - new - refused, refused
