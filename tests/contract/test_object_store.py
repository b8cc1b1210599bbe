"""The words of :class:`storage.objects.ObjectStore`, held by the folder and by a living S3 server."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.errors import Impossible, Misconfigured, ObjectDamaged, ObjectMissing, StoreUnavailable, TooLarge
from storage.objects import CHUNK_BYTES, ObjectStore, key_of
from storage.objects_folder import FolderStore
from storage.objects_s3 import PART_BYTES, S3Store
from storage.s3 import S3Place
from tests.servers.radosgw import RadosGateway

LATER = timedelta(hours=1)
ABSENT = "0" * 64


@dataclass(frozen=True, slots=True)
class Bench:
    """A store, and ways around it that only a test takes."""

    store: ObjectStore
    overwrite: Callable[[str, bytes], None]
    """Change the bytes under a key behind the store's back."""
    break_down: Callable[[], None]
    """Take the place away from the running store."""
    repair: Callable[[], None]
    """Bring it back as it was."""


@pytest.fixture(params=["folder", "s3"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "folder":
        yield _folder_bench(tmp_path / "objects")
        return
    server: RadosGateway = request.getfixturevalue("s3_server")
    place: S3Place = request.getfixturevalue("s3_place")
    yield _s3_bench(place, server)


def _folder_bench(root: Path) -> Bench:
    away = root.with_name("unmounted")

    def overwrite(key: str, data: bytes) -> None:
        (root / key[:2] / key[2:4] / key).write_bytes(data)

    return Bench(FolderStore(root), overwrite, lambda: _move(root, away), lambda: _move(away, root))


def _move(old: Path, new: Path) -> None:
    old.rename(new)


def _s3_bench(place: S3Place, server: RadosGateway) -> Bench:
    store = S3Store(place)

    def overwrite(key: str, data: bytes) -> None:
        store._client.put_object(place.bucket, key, BytesIO(data), len(data))

    return Bench(store, overwrite, server.stop, server.start)


@pytest.fixture
def store(bench: Bench) -> ObjectStore:
    return bench.store


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_what_was_put_is_given_back_under_its_sha256(store: ObjectStore, size: int) -> None:
    data = os.urandom(size)

    key = store.put(data)

    assert key == hashlib.sha256(data).hexdigest()
    assert store.get(key) == data
    assert b"".join(store.open(key)) == data
    assert store.size(key) == size
    assert store.exists(key)


def test_the_law_holds_for_any_bytes(store: ObjectStore) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.binary(max_size=2000))
    def law(data: bytes) -> None:
        assert store.get(store.put(data)) == data

    law()


def test_the_same_bytes_twice_are_one_object(store: ObjectStore) -> None:
    first, second = store.put(b"once"), store.put(b"once")

    assert first == second
    assert [stored.key for stored in store.stored()] == [first]


def test_a_stream_larger_than_one_part_is_kept_without_knowing_its_length(store: ObjectStore) -> None:
    data = os.urandom(PART_BYTES + 12_345)

    key, size = store.put_stream(BytesIO(data), len(data))

    assert (key, size) == (key_of(data), len(data))
    assert all(len(piece) <= CHUNK_BYTES for piece in store.open(key))
    assert store.get(key) == data


def test_a_stream_above_the_limit_is_refused_and_nothing_of_it_is_kept(store: ObjectStore) -> None:
    with pytest.raises(TooLarge, match="giới hạn là 9 byte"):
        store.put_stream(BytesIO(b"0123456789"), 9)

    assert list(store.stored()) == []


@pytest.mark.parametrize("size", [0, 1, PART_BYTES + 1])
def test_a_file_is_kept_from_its_beginning_wherever_it_stands(store: ObjectStore, size: int) -> None:
    data = os.urandom(size)
    file = BytesIO(data)
    file.seek(size // 2)

    key = store.put_file(file)

    assert key == key_of(data)
    assert store.get(key) == data


def test_a_source_that_breaks_off_leaves_nothing(store: ObjectStore) -> None:
    class Broken:
        def __init__(self) -> None:
            self._given = False

        def read(self, size: int, /) -> bytes:
            if self._given:
                raise ConnectionResetError
            self._given = True
            return bytes(size)

    with pytest.raises(ConnectionResetError):
        store.put_stream(Broken(), 10 * CHUNK_BYTES)

    assert list(store.stored()) == []


def test_damaged_bytes_are_never_given_out_as_good(bench: Bench) -> None:
    key = bench.store.put(b"the right bytes")
    bench.overwrite(key, b"the wrong bytes")

    with pytest.raises(ObjectDamaged):
        bench.store.get(key)
    with pytest.raises(ObjectDamaged):
        list(bench.store.open(key))


def test_a_put_neither_overwrites_damaged_bytes_nor_calls_them_kept(bench: Bench) -> None:
    key = bench.store.put(b"the right bytes")
    bench.overwrite(key, b"the wrong bytes")

    with pytest.raises(ObjectDamaged):
        bench.store.put(b"the right bytes")
    with pytest.raises(ObjectDamaged):
        bench.store.get(key)


def test_an_absent_object_is_missing_before_the_first_byte(store: ObjectStore) -> None:
    assert not store.exists(ABSENT)
    for ask in (store.get, store.open, store.size, lambda key: store.lock(key, 1)):
        with pytest.raises(ObjectMissing):
            ask(ABSENT)
    assert store.remove(ABSENT) is False


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_no_other_text_is_taken_for_a_key(store: ObjectStore, text: str) -> None:
    for ask in (store.get, store.open, store.size, store.exists, store.remove):
        with pytest.raises(Impossible):
            ask(text)


def test_every_object_is_listed_with_its_size_and_moment_in_the_order_of_keys(store: ObjectStore) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    contents = {key_of(data): len(data) for data in (bytes(size) for size in range(30))}
    for size in range(30):
        store.put(bytes(size))

    listed = list(store.stored())

    assert [stored.key for stored in listed] == sorted(contents)
    assert {stored.key: stored.size_bytes for stored in listed} == contents
    assert all(before <= stored.stored_at <= datetime.now(UTC) + timedelta(seconds=2) for stored in listed)


def test_removed_is_gone(store: ObjectStore) -> None:
    key = store.put(b"orphan")

    assert store.remove(key) is True
    assert not store.exists(key)
    assert list(store.stored()) == []


def test_a_removal_leaves_what_was_put_after_the_moment(store: ObjectStore) -> None:
    key = store.put(b"young")

    assert store.remove(key, stored_before=datetime.now(UTC) - LATER) is False
    assert store.get(key) == b"young"
    assert store.remove(key, stored_before=datetime.now(UTC) + LATER) is True


def test_eight_that_put_the_same_bytes_at_once_all_succeed_with_one_object(store: ObjectStore) -> None:
    data = os.urandom(300_000)
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(store.put(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert keys == [key_of(data)] * 8
    assert [stored.key for stored in store.stored()] == [key_of(data)]
    assert store.get(key_of(data)) == data


def test_a_place_that_is_gone_is_unavailable_within_seconds_and_works_again_when_back(bench: Bench) -> None:
    key = bench.store.put(b"kept over the fault")
    bench.break_down()
    try:
        for ask in (bench.store.get, bench.store.open, bench.store.size, bench.store.exists, bench.store.remove):
            started = time.monotonic()
            with pytest.raises(StoreUnavailable):
                ask(key)
            assert time.monotonic() - started < 5
        with pytest.raises(StoreUnavailable):
            bench.store.put(b"lost")
        with pytest.raises(StoreUnavailable):
            list(bench.store.stored())
    finally:
        bench.repair()

    assert bench.store.get(key) == b"kept over the fault"
    assert not bench.store.exists(key_of(b"lost"))


def test_a_folder_knows_no_locks_and_says_so(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)

    assert store.lock(store.put(b"released"), 30) is None


def test_a_bucket_without_object_lock_says_so(s3_place: S3Place) -> None:
    store = S3Store(s3_place)

    assert store.lock(store.put(b"released"), 30) is None


def test_a_locked_object_cannot_be_removed_and_a_longer_lock_stays(s3_place: S3Place) -> None:
    store = S3Store(replace(s3_place, locked=True))
    key = store.put(b"released")

    long = store.lock(key, 30)
    short = store.lock(key, 1)

    assert long is not None
    assert abs(long - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=1)
    assert short == long
    with pytest.raises(StoreUnavailable):
        store.remove(key)
    assert store.get(key) == b"released"


def test_a_lock_that_the_server_took_and_did_not_keep_is_reported(
    s3_place: S3Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(replace(s3_place, locked=True))
    key = store.put(b"released")
    monkeypatch.setattr(store._client, "set_object_retention", lambda *_: None)  # as Swift, rclone and s3rver answer

    with pytest.raises(Misconfigured, match="nhận lệnh khóa tệp nhưng không khóa"):
        store.lock(key, 30)


def test_a_removal_from_a_bucket_with_versions_leaves_no_version(s3_place: S3Place) -> None:
    store = S3Store(replace(s3_place, locked=True))
    key = store.put(b"purged by decision")
    store._client.put_object(s3_place.bucket, key, BytesIO(b"purged by decision"), 18)

    assert store.remove(key) is True
    assert list(store._client.list_objects(s3_place.bucket, include_version=True)) == []


def test_an_old_object_put_again_is_young_again(s3_place: S3Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = S3Store(s3_place)
    key = store.put(b"old")
    (old,) = store.stored()
    time.sleep(1.1)  # S3 counts in seconds
    monkeypatch.setattr("storage.objects_s3._TOUCH_AFTER", timedelta(0))

    store.put(b"old")

    (young,) = store.stored()
    assert young.stored_at > old.stored_at
    assert store.get(key) == b"old"


def test_a_wrong_secret_makes_the_store_unavailable(s3_place: S3Place) -> None:
    with pytest.raises(StoreUnavailable, match=r"SignatureDoesNotMatch|AccessDenied"):
        S3Store(replace(s3_place, secret_key="wrong")).put(b"x")


def test_a_secret_never_shows_in_a_printed_place(s3_place: S3Place) -> None:
    assert s3_place.secret_key not in repr(s3_place)


def test_a_server_that_hangs_is_unavailable_within_seconds(
    s3_place: S3Place, s3_server: RadosGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.s3.SILENCE_S", 0.5)
    store = S3Store(s3_place)
    key = store.put(b"x")
    with s3_server.frozen(), pytest.raises(StoreUnavailable):
        store.get(key)
    assert store.get(key) == b"x"
