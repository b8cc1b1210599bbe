"""Fixity names what is missing or damaged, and whose it is."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa

from digitize.errors import StoreUnavailable
from storage.backup import back_up, object_name
from storage.backup_target import FolderTarget
from storage.database import Database
from storage.fixity import Fault, examine
from storage.objects import key_of
from storage.objects_folder import FolderStore
from storage.references import COLUMNS
from storage.repair import repair
from storage.tables import documents, metadata
from tests.unit.storage.small_registry import NOW, fill


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


def _path(tmp_path: Path, key: str) -> Path:
    return tmp_path / "objects" / key[:2] / key[2:4] / key


def test_a_whole_archive_is_found_whole(database: Database, objects: FolderStore) -> None:
    fill(database, objects)

    found = examine(database, objects)

    assert (found.named, found.read, found.faults, found.exit_code) == (9, 9, (), 0)
    assert found.bytes_read == sum(stored.size_bytes for stored in objects.stored())


def test_what_is_missing_or_damaged_is_named_with_its_document(
    database: Database, objects: FolderStore, tmp_path: Path
) -> None:
    first, second, third = fill(database, objects)
    objects.remove(key_of(b"scan 1"))
    _path(tmp_path, key_of(b"preview 2")).write_bytes(b"previeW 2")
    _path(tmp_path, key_of(b"reading 3")).write_bytes(b"")

    found = examine(database, objects)

    assert set(found.faults) == {
        Fault(key_of(b"scan 1"), "missing", (first,)),
        Fault(key_of(b"preview 2"), "damaged", (second,)),
        Fault(key_of(b"reading 3"), "damaged", (third,)),
    }
    assert found.exit_code == 1


def test_a_sample_reads_its_share_and_other_words_draw_others(database: Database, objects: FolderStore) -> None:
    fill(database, objects, count=30)

    read = [examine(database, objects, share=0.25, sample=f"2026-W{week}").read for week in range(8)]

    assert all(8 < count < 40 for count in read)
    assert len(set(read)) > 1
    assert examine(database, objects, share=0.25, sample="a") == examine(database, objects, share=0.25, sample="a")


def test_what_was_purged_while_we_read_is_no_fault(database: Database, objects: FolderStore) -> None:
    first, *_ = fill(database, objects, count=1)
    del first

    def purge(done: int, _all: int) -> None:
        if done == 1:
            with database.write() as connection:
                for table in ("previews", "captures"):
                    connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608  # two words of ours
                connection.execute(documents.update().values(state="purged"))
            for stored in list(objects.stored()):
                objects.remove(stored.key)

    assert examine(database, objects, progress=purge).faults == ()


def test_what_is_missing_or_damaged_is_brought_back_from_a_backup(
    database: Database, objects: FolderStore, tmp_path: Path
) -> None:
    fill(database, objects)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "age").write_text(str(identity), encoding="utf-8")
    target = FolderTarget(tmp_path / "backup")
    back_up(database, objects, target, [str(identity.to_public())], NOW)
    objects.remove(key_of(b"scan 1"))
    _path(tmp_path, key_of(b"preview 2")).write_bytes(b"previeW 2")
    _path(tmp_path, key_of(b"reading 3")).write_bytes(b"")
    target.remove(object_name(key_of(b"reading 3")))

    remaining = repair(objects, target, tmp_path / "age", examine(database, objects).faults)

    assert [fault.key for fault in remaining] == [key_of(b"reading 3")]
    assert examine(database, objects).faults == remaining
    assert objects.get(key_of(b"scan 1")) == b"scan 1"


def test_a_damaged_copy_repairs_nothing_and_the_object_is_left_as_it_is(
    database: Database, objects: FolderStore, tmp_path: Path
) -> None:
    fill(database, objects)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "age").write_text(str(identity), encoding="utf-8")
    target = FolderTarget(tmp_path / "backup")
    back_up(database, objects, target, [str(identity.to_public())], NOW)
    key = key_of(b"scan 1")
    _path(tmp_path, key).write_bytes(b"rot")
    (tmp_path / "backup" / object_name(key)).write_bytes(b"age-encryption.org/v1 rot")

    remaining = repair(objects, target, tmp_path / "age", examine(database, objects).faults)

    assert [fault.key for fault in remaining] == [key]
    assert _path(tmp_path, key).read_bytes() == b"rot"


def test_a_store_that_does_not_answer_is_no_verdict(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    fill(database, objects)
    (tmp_path / "objects").rename(tmp_path / "unmounted")

    with pytest.raises(StoreUnavailable):
        examine(database, objects)


def test_every_column_that_can_hold_a_key_is_known() -> None:
    no_objects = {
        "signing_key",
        "key_hash",
        "number_key",
        "name_key",
        "public_key",
    }  # and `removals` names what a purge is about to remove
    candidates = {
        (table.name, column.name)
        for table in metadata.tables.values()
        if table.name not in {"removals", "reuse_keys"}
        for column in table.columns
        if (column.name == "key" or column.name.endswith("_key") or "object" in column.name)
        and column.name not in no_objects
    }

    assert candidates == {(column.table.name, column.name) for column in COLUMNS}
