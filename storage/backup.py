"""Backup: the registry as of one moment and every object it names, encrypted, at a second place.

What stands there::

    objects/ab/<sha256>.age                 each object once, for all backups: the next one adds only what is new
    backups/<moment>/<table>.jsonl.age      rows, one JSON object a line
    backups/<moment>/objects.jsonl          the keys and sizes of the objects that belong to this backup
    backups/<moment>/manifest.json          written last: a backup without it was cut off and does not count

Rows and objects are encrypted with age to public keys; the machine that makes backups cannot read them. What stands
open are counts and hashes: who can read the target can prove that a file he already has is in the archive. age proves
that nothing was changed, not who wrote it, so note the manifest's SHA-256 somewhere else and give it to the restore.

The tables are read in one read-only snapshot. Objects never change; what goes while the copy runs (a purge) is named in
the manifest as missing. A backup of a damaged store is made all the same, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from typing import BinaryIO

import msgspec
import pyrage
import sqlalchemy as sa
from alembic.migration import MigrationContext

from digitize.errors import InvalidInput, ObjectDamaged, ObjectMissing
from storage.age_files import digest, encrypted, read_recipients, spool
from storage.backup_target import BackupTarget
from storage.database import Database
from storage.objects import ObjectStore
from storage.references import referenced
from storage.table_dump import tables, write_rows

OBJECT_LIST = "objects.jsonl"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup that holds lines."""

    name: str
    """``documents.jsonl.age`` or ``objects.jsonl``, in the backup's own folder."""
    lines: int
    """Rows, or keys."""
    size_bytes: int
    """Of the file as it stands there."""
    sha256: str
    """Of the file as it stands there, lower-case hex."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    backup: str
    """Name of its folder: the moment in UTC, ``20261122T071500Z``."""
    taken_at: datetime
    """Of the snapshot, UTC."""
    sohoa: str
    """Version of the program."""
    schema: str
    """Migration that the database stood at."""
    tables: tuple[Part, ...]
    objects: Part
    """The list of the objects."""
    objects_bytes: int
    """All objects of the list together, before encryption."""
    added: int
    """Objects that the target did not have before."""
    missing: tuple[str, ...] = ()
    """Keys that the registry names and the store did not have; not in the list."""
    damaged: tuple[str, ...] = ()
    """Keys whose bytes were not those that were put; not in the list."""

    @property
    def whole(self) -> bool:
        """Nothing was missing or damaged."""
        return not self.missing and not self.damaged


@dataclass(frozen=True, slots=True)
class Kept:
    """One object of a backup."""

    key: str
    """SHA-256 of the bytes before encryption."""
    size_bytes: int
    """Before encryption."""


@dataclass(slots=True)
class _Copied:
    kept: list[Kept]
    added: int
    missing: list[str]
    damaged: list[str]


def back_up(
    database: Database,
    objects: ObjectStore,
    target: BackupTarget,
    recipients: Sequence[str],
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Manifest, str]:
    """Make a backup.

    Args:
        database: read in one snapshot.
        objects: where the objects are.
        target: the second place.
        recipients: age public keys, ``age1…``; each of their owners alone can restore.
        now: the moment that names the backup.
        progress: called with the objects done and all of them.

    Returns:
        The manifest, and the SHA-256 of its file.

    Raises:
        Misconfigured: no recipient, or one that is not a public key.
        InvalidInput: a backup of this very second exists.
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store or the target does not answer.
    """
    keys = read_recipients(recipients)
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = f"backups/{name}"
    if any(target.names(folder)):
        raise InvalidInput(f"đã có bản sao lưu {name}")
    with database.read() as connection:
        schema = MigrationContext.configure(connection).get_current_revision() or ""
        parts = tuple(_write_table(connection, table, target, folder, keys) for table in tables())
        wanted = sorted(referenced(connection))
    copied = _copy_objects(wanted, objects, target, keys, progress)
    manifest = Manifest(
        backup=name,
        taken_at=now.astimezone(UTC),
        sohoa=version("sohoa"),
        schema=schema,
        tables=parts,
        objects=_write_list(copied.kept, target, folder),
        objects_bytes=sum(kept.size_bytes for kept in copied.kept),
        added=copied.added,
        missing=tuple(copied.missing),
        damaged=tuple(copied.damaged),
    )
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    target.write(f"{folder}/manifest.json", BytesIO(text))
    return manifest, hashlib.sha256(text).hexdigest()


def object_name(key: str) -> str:
    """Say where the target keeps an object."""
    return f"objects/{key[:2]}/{key}.age"


def _write_table(
    connection: sa.Connection,
    table: sa.Table,
    target: BackupTarget,
    folder: str,
    keys: list[pyrage.x25519.Recipient],
) -> Part:
    with spool() as plain:
        lines = write_rows(connection, table, plain)
        with encrypted(plain, keys) as closed:
            return _write_part(closed, f"{table.name}.jsonl.age", lines, target, folder)


def _write_list(kept: Sequence[Kept], target: BackupTarget, folder: str) -> Part:
    with spool() as plain:
        plain.writelines(msgspec.json.encode(each) + b"\n" for each in kept)
        return _write_part(plain, OBJECT_LIST, len(kept), target, folder)


def _write_part(file: BinaryIO, name: str, lines: int, target: BackupTarget, folder: str) -> Part:
    sha256, size = digest(file)
    target.write(f"{folder}/{name}", file)
    return Part(name, lines, size, sha256)


def _copy_objects(
    wanted: Sequence[str],
    objects: ObjectStore,
    target: BackupTarget,
    keys: list[pyrage.x25519.Recipient],
    progress: Callable[[int, int], None],
) -> _Copied:
    """Copy what the target lacks; what it has is not read again (``sohoa fixity`` does that)."""
    there = frozenset(target.names("objects"))
    copied = _Copied([], 0, [], [])
    for done, key in enumerate(wanted, start=1):
        try:
            if object_name(key) not in there:
                _copy_object(key, objects, target, keys)
                copied.added += 1
            copied.kept.append(Kept(key, objects.size(key)))
        except ObjectMissing:
            copied.missing.append(key)
        except ObjectDamaged:
            copied.damaged.append(key)
        progress(done, len(wanted))
    return copied


def _copy_object(key: str, objects: ObjectStore, target: BackupTarget, keys: list[pyrage.x25519.Recipient]) -> None:
    with spool() as plain:
        # The hash is proved at the end of the pieces, before the first byte goes to the target.
        for piece in objects.open(key):
            plain.write(piece)
        with encrypted(plain, keys) as closed:
            target.write(object_name(key), closed)
