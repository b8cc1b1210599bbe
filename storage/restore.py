"""Restore: a backup of :mod:`storage.backup` into an empty place, with every hash compared.

The objects come first, the tables last and in one transaction: a restore that was cut off leaves an empty registry and
may be run again; it goes on with the objects that stand already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyrage
import sqlalchemy as sa
from alembic.migration import MigrationContext

from digitize.errors import Forbidden, InvalidInput, NotFound, ObjectDamaged
from storage import history
from storage.age_files import decrypted, digest, read_identities
from storage.backup import Kept, Manifest, Part, object_name
from storage.backup_target import BackupTarget
from storage.database import Database
from storage.migrate import migrate
from storage.objects import ObjectStore
from storage.table_dump import insert_rows, tables
from storage.tables import subjects


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back; all of it was compared with the manifest."""

    manifest: Manifest
    rows: Mapping[str, int]
    """Counted in the database, by table."""
    objects: int
    """Whose SHA-256 was computed on the way into the store."""
    chains: int
    """Histories recomputed from their first event."""
    broken: tuple[str, ...]
    """Histories that do not hold, in Vietnamese; they did not hold when the backup was made."""

    @property
    def whole(self) -> bool:
        """Everything is back and holds."""
        return self.manifest.whole and not self.broken


def backups(target: BackupTarget) -> tuple[str, ...]:
    """List the finished backups, oldest first."""
    names = (name.split("/") for name in target.names("backups"))
    return tuple(sorted(parts[1] for parts in names if parts[2:] == ["manifest.json"]))


def restore(
    database: Database,
    objects: ObjectStore,
    target: BackupTarget,
    identity: Path,
    backup: str | None = None,
    manifest_sha256: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Restored:
    """Bring a backup back.

    Args:
        database: without a row.
        objects: without an object that is not of this backup.
        target: where the backup lies.
        identity: file with the age secret key, ``AGE-SECRET-KEY-1…``.
        backup: its name; none: the newest.
        manifest_sha256: as ``sohoa backup`` told it; proves that the manifest is that one.
        progress: called with the objects done and all of them.

    Raises:
        Forbidden: the place is not empty, or the backup is of another schema.
        NotFound: there is no such backup.
        InvalidInput: the identity is no age key or not one of the recipients', or the manifest is another one.
        ObjectDamaged: a file of the backup is not what the manifest says.
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store or the target does not answer.
    """
    keys = read_identities(identity)
    manifest = _manifest(target, backup, manifest_sha256)
    migrate(database)
    _require_empty(database, manifest)
    wanted = _objects_of(target, manifest)
    _require_only({kept.key for kept in wanted}, objects)
    for done, kept in enumerate(wanted, start=1):
        _restore_object(kept, objects, target, keys)
        progress(done, len(wanted))
    rows = _restore_tables(database, target, manifest, keys)
    chains, broken = _checked_chains(database)
    return Restored(manifest, rows, len(wanted), chains, broken)


def _manifest(target: BackupTarget, backup: str | None, sha256: str | None) -> Manifest:
    finished = backups(target)
    name = backup or (finished[-1] if finished else None)
    if name is None or name not in finished:
        raise NotFound("không có bản sao lưu hoàn chỉnh nào" if name is None else f"không có bản sao lưu {name}")
    with target.read(f"backups/{name}/manifest.json") as file:
        text = file.read()
    if sha256 is not None and hashlib.sha256(text).hexdigest() != sha256:
        raise InvalidInput("bản kê sao lưu không có mã SHA-256 đã cho")
    try:
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise ObjectDamaged("bản kê sao lưu không đọc được") from error


def _require_empty(database: Database, manifest: Manifest) -> None:
    with database.read() as connection:
        schema = MigrationContext.configure(connection).get_current_revision()
        if schema != manifest.schema:
            raise Forbidden(
                f"bản sao lưu có cấu trúc {manifest.schema}, chương trình này cần {schema}",
                remedy=f"Hãy khôi phục bằng sohoa {manifest.sohoa} rồi nâng cấp.",
            )
        full = [table.name for table in tables() if connection.execute(sa.select(table).limit(1)).first()]
    if full:
        raise Forbidden(f"cơ sở dữ liệu không trống (bảng {', '.join(full)})")


def _require_only(keys: set[str], objects: ObjectStore) -> None:
    if any(stored.key not in keys for stored in objects.stored()):
        raise Forbidden("kho tệp không trống")


def _restore_object(kept: Kept, objects: ObjectStore, target: BackupTarget, keys: list[pyrage.x25519.Identity]) -> None:
    with target.read(object_name(kept.key)) as closed, decrypted(closed, keys) as plain:
        if digest(plain) != (kept.key, kept.size_bytes):
            raise ObjectDamaged(f"bản sao của tệp {kept.key[:12]}…")
        objects.put_stream(plain, kept.size_bytes)


def _restore_tables(
    database: Database, target: BackupTarget, manifest: Manifest, keys: list[pyrage.x25519.Identity]
) -> dict[str, int]:
    parts = {part.name: part for part in manifest.tables}
    rows: dict[str, int] = {}
    with database.write() as connection:
        for table in tables():
            part = parts.get(f"{table.name}.jsonl.age")
            if part is None:
                raise ObjectDamaged(f"bản kê sao lưu thiếu bảng {table.name}")
            insert_rows(connection, table, _rows_of(target, manifest, part, keys))
            counted = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if counted != part.lines:
                raise ObjectDamaged(f"bảng {table.name} có {counted} dòng, bản kê ghi {part.lines}")
            rows[table.name] = counted
    return rows


def _objects_of(target: BackupTarget, manifest: Manifest) -> list[Kept]:
    with _proved(target, manifest, manifest.objects) as file:
        return [msgspec.json.decode(line, type=Kept) for line in file]


def _rows_of(
    target: BackupTarget, manifest: Manifest, part: Part, keys: list[pyrage.x25519.Identity]
) -> Iterator[bytes]:
    with _proved(target, manifest, part) as closed, decrypted(closed, keys) as plain:
        yield from plain


def _proved(target: BackupTarget, manifest: Manifest, part: Part) -> BinaryIO:
    """Open a part of the backup, compared with the manifest."""
    file = target.read(f"backups/{manifest.backup}/{part.name}")
    if digest(file)[0] != part.sha256:
        file.close()
        raise ObjectDamaged(f"phần {part.name} của bản sao lưu")
    return file


def _checked_chains(database: Database) -> tuple[int, tuple[str, ...]]:
    broken: list[str] = []
    with database.read() as connection:
        ids = connection.execute(sa.select(subjects.c.id).order_by(subjects.c.id)).scalars().all()
        for subject in ids:
            broken += history.broken_links(connection, subject)
    return len(ids), tuple(broken)
