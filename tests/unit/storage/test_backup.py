"""Backup and the restore drill: into an empty place, on SQLite and on PostgreSQL, with every hash compared."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pyrage
import pytest
import sqlalchemy as sa

from digitize.errors import Forbidden, InvalidInput, Misconfigured, NotFound, ObjectDamaged
from storage.backup import Manifest, back_up, object_name
from storage.backup_pruning import Pruned, prune
from storage.backup_target import BackupTarget, FolderTarget, S3Target
from storage.database import Database
from storage.migrate import migrate
from storage.objects_folder import FolderStore
from storage.references import referenced
from storage.restore import backups, restore
from storage.s3 import S3Place
from storage.table_dump import tables
from storage.tables import documents, events, units
from tests.unit.storage.small_registry import NOW, fill


@dataclass(frozen=True, slots=True)
class Archive:
    database: Database
    objects: FolderStore
    folder: Path


@dataclass(frozen=True, slots=True)
class Keys:
    public: list[str]
    secret: Path


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    identity = pyrage.x25519.Identity.generate()
    secret = tmp_path / "backup.age"
    secret.write_text(f"# created by a test\n{identity}\n", encoding="utf-8")
    return Keys([str(identity.to_public())], secret)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_archive(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Archive]:
    def make(name: str) -> Archive:
        url = f"sqlite:///{tmp_path / name}.sqlite"
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            url = server.create_database()
            request.addfinalizer(lambda: server.drop_database(url))
        database = Database(url)
        request.addfinalizer(database.close)
        return Archive(database, FolderStore(tmp_path / name), tmp_path / name)

    return make


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A filled one on SQLite, for the rules that do not depend on the database."""
    made = _empty(tmp_path, "archive")
    fill(made.database, made.objects)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    return _empty(tmp_path, "empty")


def _empty(tmp_path: Path, name: str) -> Archive:
    return Archive(Database(f"sqlite:///{tmp_path / name}.sqlite"), FolderStore(tmp_path / name), tmp_path / name)


@pytest.fixture
def target(tmp_path: Path) -> FolderTarget:
    return FolderTarget(tmp_path / "second place")


def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables()
        }


def _everything(archive: Archive) -> dict[str, bytes]:
    return {stored.key: archive.objects.get(stored.key) for stored in archive.objects.stored()}


def test_a_restore_into_an_empty_place_brings_back_every_row_and_every_byte(
    new_archive: Callable[[str], Archive], target: FolderTarget, keys: Keys
) -> None:
    old, new = new_archive("old"), new_archive("new")
    fill(old.database, old.objects)

    manifest, sha256 = back_up(old.database, old.objects, target, keys.public, NOW)
    restored = restore(new.database, new.objects, target, keys.secret, manifest_sha256=sha256)

    assert _rows(new.database) == _rows(old.database)
    assert _everything(new) == _everything(old)
    assert restored.whole
    assert (restored.objects, restored.chains) == (9, 3)
    assert restored.rows == {part.name.split(".")[0]: part.lines for part in manifest.tables}
    assert restored.rows["documents"] == 3


def test_a_backup_may_be_restored_into_the_other_kind_of_database(
    archive: Archive, target: FolderTarget, keys: Keys, postgres_url: str, tmp_path: Path
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    there = Database(postgres_url)
    try:
        restored = restore(there, FolderStore(tmp_path / "there"), target, keys.secret)
        assert restored.whole
        assert _rows(there) == _rows(archive.database)
    finally:
        there.close()


def test_the_drill_runs_over_an_s3_server(archive: Archive, empty: Archive, keys: Keys, s3_place: S3Place) -> None:
    target = S3Target(s3_place)

    back_up(archive.database, archive.objects, target, keys.public, NOW)
    restored = restore(empty.database, empty.objects, target, keys.secret)

    assert restored.whole
    assert _everything(empty) == _everything(archive)


def test_the_next_backup_adds_only_what_is_new_and_each_can_be_restored(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    first, _ = back_up(archive.database, archive.objects, target, keys.public, NOW)
    with archive.database.write() as connection:
        key = archive.objects.put(b"preview of a second page")
        connection.execute(
            sa.text("INSERT INTO previews SELECT document_id, 1, 2, :key, 0.25 FROM previews LIMIT 1"), {"key": key}
        )

    second, _ = back_up(archive.database, archive.objects, target, keys.public, NOW + timedelta(days=1))
    restored = restore(empty.database, empty.objects, target, keys.secret, backup=first.backup)

    assert (first.added, first.objects.lines) == (9, 9)
    assert (second.added, second.objects.lines) == (1, 10)
    assert backups(target) == (first.backup, second.backup)
    assert restored.objects == 9


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_old_backups_go_with_the_objects_that_no_other_names_and_the_rest_restores(
    archive: Archive, empty: Archive, keys: Keys, place: str, request: pytest.FixtureRequest
) -> None:
    fixture = request.getfixturevalue("target" if place == "folder" else "s3_place")
    target: BackupTarget = S3Target(fixture) if isinstance(fixture, S3Place) else fixture
    first, _ = back_up(archive.database, archive.objects, target, keys.public, NOW)
    with archive.database.write() as connection:
        connection.execute(sa.text("DELETE FROM previews"))
    target.write("backups/20260101T000000Z/units.jsonl.age", BytesIO(b"of a backup that was cut off"))
    second, _ = back_up(archive.database, archive.objects, target, keys.public, NOW + timedelta(days=1))

    gone = prune(target, keep=1)

    assert gone == Pruned(("20260101T000000Z", first.backup), 3)
    assert backups(target) == (second.backup,)
    assert len(list(target.names("objects"))) == 6
    assert restore(empty.database, empty.objects, target, keys.secret).whole


def test_the_last_backup_is_never_pruned(target: FolderTarget) -> None:
    with pytest.raises(InvalidInput):
        prune(target, keep=0)


def test_nothing_readable_leaves_the_house(archive: Archive, target: FolderTarget, keys: Keys, tmp_path: Path) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)

    written = [path.read_bytes() for path in (tmp_path / "second place").rglob("*") if path.is_file()]
    assert len(written) == 9 + len(tables()) + 2
    for secret in ("Trần Thị Bưởi", "H61.12-1", "scan 1"):
        assert not any(secret.encode() in data for data in written)


def test_who_is_logged_in_is_not_restored(archive: Archive, empty: Archive, target: FolderTarget, keys: Keys) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    restore(empty.database, empty.objects, target, keys.secret)

    with empty.database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM sessions")).scalar_one() == 0


def test_a_backup_sees_one_moment_while_others_write(
    new_archive: Callable[[str], Archive], target: FolderTarget, keys: Keys
) -> None:
    old, new = new_archive("old"), new_archive("new")
    fill(old.database, old.objects)
    renamed = threading.Thread(target=_rename_all, args=(old.database,))

    class Slow(FolderTarget):
        def write(self, name: str, source: object) -> None:
            if name.endswith("people.jsonl.age"):
                renamed.start()
                renamed.join(20)
            super().write(name, source)  # type: ignore[arg-type]

    back_up(old.database, old.objects, Slow(target._root), keys.public, NOW)
    restore(new.database, new.objects, target, keys.secret)

    with old.database.read() as before, new.database.read() as after:
        assert set(before.execute(sa.select(units.c.name)).scalars()) == {"renamed"}
        assert "renamed" not in set(after.execute(sa.select(units.c.name)).scalars())
        assert "renamed" not in set(after.execute(sa.select(documents.c.signer)).scalars())


def _rename_all(database: Database) -> None:
    with database.write() as connection:
        connection.execute(units.update().values(name="renamed"))
        connection.execute(documents.update().values(signer="renamed"))


def test_a_place_that_is_not_empty_is_refused(archive: Archive, target: FolderTarget, keys: Keys) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)

    with pytest.raises(Forbidden, match="cơ sở dữ liệu không trống"):
        restore(archive.database, archive.objects, target, keys.secret)


def test_a_store_with_foreign_objects_is_refused(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    empty.objects.put(b"somebody else's")

    with pytest.raises(Forbidden, match="kho tệp không trống"):
        restore(empty.database, empty.objects, target, keys.secret)


def test_a_restore_that_was_cut_off_may_be_run_again(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)

    def stop(done: int, _all: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(empty.database, empty.objects, target, keys.secret, progress=stop)
    assert len(_everything(empty)) == 4

    assert restore(empty.database, empty.objects, target, keys.secret).whole
    assert _everything(empty) == _everything(archive)


def test_a_backup_that_was_cut_off_does_not_count(archive: Archive, target: FolderTarget, keys: Keys) -> None:
    def stop(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(archive.database, archive.objects, target, keys.public, NOW, progress=stop)

    assert backups(target) == ()


@pytest.mark.parametrize("part", ["documents.jsonl.age", "objects.jsonl"])
def test_a_changed_part_is_found(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys, part: str, tmp_path: Path
) -> None:
    manifest, _ = back_up(archive.database, archive.objects, target, keys.public, NOW)
    path = tmp_path / "second place" / "backups" / manifest.backup / part
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(ObjectDamaged, match=part):
        restore(empty.database, empty.objects, target, keys.secret)
    with empty.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(units)).scalar_one() == 0


@pytest.mark.parametrize("change", [lambda data: data[:-1] + bytes([data[-1] ^ 1]), lambda data: data[:-9]])
def test_a_changed_object_is_found(
    archive: Archive,
    empty: Archive,
    target: FolderTarget,
    keys: Keys,
    change: Callable[[bytes], bytes],
    tmp_path: Path,
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    path = next((tmp_path / "second place" / "objects").rglob("*.age"))
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(ObjectDamaged):
        restore(empty.database, empty.objects, target, keys.secret)


def test_an_object_under_another_ones_name_is_found(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys, tmp_path: Path
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    first, second, *_ = sorted((tmp_path / "second place" / "objects").rglob("*.age"))
    shutil.copy(first, second)

    with pytest.raises(ObjectDamaged):
        restore(empty.database, empty.objects, target, keys.secret)


def test_a_lost_object_is_found(archive: Archive, empty: Archive, target: BackupTarget, keys: Keys) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    lost = next(archive.objects.stored()).key
    assert isinstance(target, FolderTarget)
    (target._root / object_name(lost)).unlink()

    with pytest.raises(NotFound, match=lost):
        restore(empty.database, empty.objects, target, keys.secret)


def test_a_damaged_store_is_backed_up_all_the_same_and_the_manifest_says_so(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    first, second, *_ = (stored.key for stored in archive.objects.stored())
    archive.objects.remove(first)
    (archive.folder / second[:2] / second[2:4] / second).write_bytes(b"rot")

    manifest, _ = back_up(archive.database, archive.objects, target, keys.public, NOW)
    restored = restore(empty.database, empty.objects, target, keys.secret)

    assert (manifest.missing, manifest.damaged, manifest.whole) == ((first,), (second,), False)
    assert restored.objects == 7
    assert not restored.whole


def test_a_history_that_was_forged_before_the_backup_is_told_after_the_restore(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    with archive.database.write() as connection:
        connection.execute(events.update().where(events.c.sequence == 1).values(actor="somebody-else"))
    back_up(archive.database, archive.objects, target, keys.public, NOW)

    restored = restore(empty.database, empty.objects, target, keys.secret)

    assert len(restored.broken) == 3
    assert not restored.whole


def test_another_manifest_than_the_one_told_is_refused(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)

    with pytest.raises(InvalidInput, match="SHA-256"):
        restore(empty.database, empty.objects, target, keys.secret, manifest_sha256="0" * 64)


def test_a_backup_of_another_schema_names_the_version_that_can_restore_it(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys, tmp_path: Path
) -> None:
    manifest, _ = back_up(archive.database, archive.objects, target, keys.public, NOW)
    other = msgspec.to_builtins(manifest) | {"schema": "0000", "sohoa": "0.0.9"}
    path = tmp_path / "second place" / "backups" / manifest.backup / "manifest.json"
    path.write_bytes(msgspec.json.encode(other))

    with pytest.raises(Forbidden, match=r"khôi phục bằng sohoa 0\.0\.9"):
        restore(empty.database, empty.objects, target, keys.secret)


def test_a_key_that_is_not_the_recipients_opens_nothing(
    archive: Archive, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    back_up(archive.database, archive.objects, target, keys.public, NOW)
    keys.secret.write_text(str(pyrage.x25519.Identity.generate()), encoding="utf-8")

    with pytest.raises(InvalidInput, match="không mở được"):
        restore(empty.database, empty.objects, target, keys.secret)


def test_wrong_keys_are_told_before_anything_is_done(archive: Archive, target: FolderTarget, tmp_path: Path) -> None:
    for recipients in ([], ["age1wrong"]):
        with pytest.raises(Misconfigured):
            back_up(archive.database, archive.objects, target, recipients, NOW)
    (tmp_path / "nothing").write_text("no key\n", encoding="utf-8")
    for identity in (tmp_path / "absent", tmp_path / "nothing"):
        with pytest.raises(InvalidInput):
            restore(archive.database, archive.objects, target, identity)
    assert list(target.names("backups")) == []


def test_without_a_backup_there_is_nothing_to_restore(empty: Archive, target: FolderTarget, keys: Keys) -> None:
    for name in (None, "20200101T000000Z"):
        with pytest.raises(NotFound):
            restore(empty.database, empty.objects, target, keys.secret, backup=name)


def test_an_empty_registry_can_be_backed_up_and_restored(
    tmp_path: Path, empty: Archive, target: FolderTarget, keys: Keys
) -> None:
    blank = _empty(tmp_path, "blank")
    migrate(blank.database)

    manifest, _ = back_up(blank.database, blank.objects, target, keys.public, NOW)

    assert isinstance(manifest, Manifest)
    assert restore(empty.database, empty.objects, target, keys.secret).objects == 0


def test_every_object_that_stands_is_named_by_the_small_registry(archive: Archive) -> None:
    with archive.database.read() as connection:
        assert set(referenced(connection)) == set(_everything(archive))
