"""Orphans go after a day, and nothing that is wanted ever goes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.objects_folder import FolderStore
from storage.orphans import collect
from storage.references import referenced, still_referenced
from storage.tables import previews, subjects
from tests.unit.storage.small_registry import NOW, fill


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


def _age(objects: FolderStore, key: str, moment: datetime) -> None:
    os.utime(objects._path(key), (moment.timestamp(), moment.timestamp()))


def _orphan(objects: FolderStore, data: bytes = b"nobody names me") -> str:
    key = objects.put(data)
    _age(objects, key, NOW - timedelta(hours=25))
    return key


def test_an_old_orphan_goes_and_what_is_named_stays_however_old(database: Database, objects: FolderStore) -> None:
    fill(database, objects)
    for stored in list(objects.stored()):
        _age(objects, stored.key, NOW - timedelta(days=3650))
    orphan = _orphan(objects)

    found = collect(database, objects, NOW)

    assert (found.seen, found.orphans, found.removed, found.bytes_removed) == (10, 1, (orphan,), 15)
    assert not objects.exists(orphan)
    assert len(list(objects.stored())) == 9


def test_an_orphan_younger_than_a_day_stays(database: Database, objects: FolderStore) -> None:
    fill(database, objects, count=0)
    key = objects.put(b"its row is being written")
    _age(objects, key, NOW - timedelta(hours=23, minutes=59))

    assert collect(database, objects, NOW).removed == ()
    assert objects.exists(key)


def test_a_look_removes_nothing(database: Database, objects: FolderStore) -> None:
    fill(database, objects, count=0)
    key = _orphan(objects)

    assert collect(database, objects, NOW, only_tell=True).orphans == 1
    assert objects.exists(key)


def test_an_orphan_that_gets_its_row_between_the_two_looks_stays(
    database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = fill(database, objects, count=1)
    orphan = _orphan(objects)
    look = referenced

    def look_then_name(connection: sa.Connection) -> dict[str, str]:
        found = look(connection)
        with database.write() as other:
            _name(other, document, orphan)
        return found

    monkeypatch.setattr("storage.orphans.referenced", look_then_name)

    assert collect(database, objects, NOW).removed == ()
    assert objects.exists(orphan)


def test_one_who_is_naming_an_orphan_just_now_is_waited_for_or_given_way(
    database: Database, objects: FolderStore
) -> None:
    (document,) = fill(database, objects, count=1)
    orphan = _orphan(objects)
    named, finish = threading.Event(), threading.Event()

    def name_slowly() -> None:
        with database.write() as connection:
            _name(connection, document, orphan)
            named.set()
            finish.wait(20)

    writer = threading.Thread(target=name_slowly)
    writer.start()
    assert named.wait(20)
    threading.Timer(0.2, finish.set).start()

    assert collect(database, objects, NOW).removed == ()
    writer.join()
    assert objects.exists(orphan)


def test_nobody_can_name_an_object_while_it_is_being_removed(
    database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = fill(database, objects, count=1)
    orphan = _orphan(objects)
    order: list[str] = []
    writer = threading.Thread(target=lambda: _name_and_note(database, document, orphan, order))
    remove = FolderStore.remove

    def remove_slowly(store: FolderStore, key: str, stored_before: datetime | None = None) -> bool:
        writer.start()
        time.sleep(0.3)
        order.append("removed")
        return remove(store, key, stored_before)

    monkeypatch.setattr(FolderStore, "remove", remove_slowly)

    collect(database, objects, NOW)
    writer.join()

    assert order == ["removed", "named"]


def test_a_writer_who_takes_long_only_postpones_the_collection(postgres_url: str, objects: FolderStore) -> None:
    database = Database(postgres_url)
    (document,) = fill(database, objects, count=1)
    orphan = _orphan(objects)
    with database.write() as connection:
        _name(connection, document, objects.put(b"another"))
        assert collect(database, objects, NOW).postponed == 1
    assert objects.exists(orphan)

    assert collect(database, objects, NOW).removed == (orphan,)
    database.close()


def test_what_is_put_again_just_before_the_removal_stays(
    database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, objects, count=0)
    orphan = _orphan(objects)
    look = still_referenced

    def look_then_put(*words: object) -> frozenset[str]:
        objects.put(b"nobody names me")
        return look(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("storage.orphans.still_referenced", look_then_put)

    assert collect(database, objects, NOW).removed == ()
    assert objects.exists(orphan)


def test_many_orphans_go_in_batches(database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.orphans._BATCH", 3)
    fill(database, objects, count=0)
    keys = {_orphan(objects, bytes(size)) for size in range(10)}

    assert set(collect(database, objects, NOW).removed) == keys


def _name(connection: sa.Connection, document: str, key: str) -> None:
    connection.execute(sa.select(subjects).where(subjects.c.id == document).with_for_update())
    connection.execute(previews.insert().values(document_id=document, capture=1, page=2, key=key, scale=1.0))


def _name_and_note(database: Database, document: str, key: str, order: list[str]) -> None:
    with database.write() as connection:
        _name(connection, document, key)
        order.append("named")
