"""Objects on an S3 server, by the ``minio`` SDK; nothing but plain S3 is asked of the server.

The server need not know ``If-None-Match``: before a put the object is looked for. Two puts of the same bytes at once
may both write; they write the same.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import BinaryIO, Self, cast

from minio.commonconfig import COMPLIANCE, ENABLED, CopySource, Filter
from minio.datatypes import Object
from minio.error import S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, LifecycleConfig, Rule
from minio.retention import Retention

from digitize.errors import Misconfigured, ObjectDamaged, ObjectMissing, StoreUnavailable, TooLarge
from storage.objects import CHUNK_BYTES, Source, StoredObject, checked_key, is_key, key_of_file
from storage.s3 import S3Place, s3_client, s3_unavailable
from storage.settings import Settings

PART_BYTES = 16 * 1024 * 1024
"""A larger object goes in parts of this size."""

_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "ResourceNotFound"})
_FASTER = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
_NO_LOCKS = frozenset({"ObjectLockConfigurationNotFoundError", "MethodNotAllowed", "NotImplemented", "InvalidRequest"})
_UNFINISHED_DAYS = 1
_TOUCH_AFTER = timedelta(hours=1)
_LOCK_TOLERANCE = timedelta(seconds=2)


class S3Store:
    """The :class:`storage.objects.ObjectStore` of several machines."""

    def __init__(self, place: S3Place) -> None:
        """Prepare the client; nothing is asked of the server before the first call."""
        self._bucket = place.bucket
        self._place = place
        self._client = s3_client(place)
        self._ready = False

    @classmethod
    def open_from(cls, settings: Settings) -> Self:
        """Take the place that the settings name."""
        return cls(S3Place.of(settings))

    def put(self, data: bytes) -> str:
        """Keep the bytes; see :meth:`storage.objects.ObjectStore.put`."""
        return self.put_file(BytesIO(data))

    def put_file(self, file: BinaryIO) -> str:
        """Keep what a file holds; see :meth:`storage.objects.ObjectStore.put_file`."""
        file.seek(0)
        key, length = key_of_file(file), file.tell()
        file.seek(0)
        self._write(key, file, length)
        return key

    def put_stream(self, source: Source, limit: int) -> tuple[str, int]:
        """Keep what the source gives; see :meth:`storage.objects.ObjectStore.put_stream`.

        The name of an object is known only after its last byte, so the bytes wait in an unnamed temporary file.
        """
        try:
            waiting = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the with-statement below
        except OSError as error:
            raise StoreUnavailable("không tạo được tệp tạm") from error
        with waiting as file:
            digest, size = hashlib.sha256(), 0
            while piece := source.read(CHUNK_BYTES):
                size += len(piece)
                if size > limit:
                    raise TooLarge(f"giới hạn là {limit} byte")
                digest.update(piece)
                _spool(cast("BinaryIO", file), piece)
            _rewind(cast("BinaryIO", file))
            self._write(digest.hexdigest(), cast("BinaryIO", file), size)
            return digest.hexdigest(), size

    def get(self, key: str) -> bytes:
        """Give the proved bytes; see :meth:`storage.objects.ObjectStore.get`."""
        return b"".join(self.open(key))

    def open(self, key: str) -> Iterator[bytes]:
        """Give the bytes in pieces; see :meth:`storage.objects.ObjectStore.open`."""
        checked_key(key)
        with self._told(key):
            answer = self._client.get_object(self._bucket, key)

        def pieces() -> Iterator[bytes]:
            digest = hashlib.sha256()
            try:
                while True:
                    with self._told(key):
                        piece = answer.read(CHUNK_BYTES)
                    if not piece:
                        break
                    digest.update(piece)
                    yield piece
            finally:
                answer.close()
                answer.release_conn()
            if digest.hexdigest() != key:
                raise ObjectDamaged(f"tệp {key[:12]}…")

        return pieces()

    def exists(self, key: str) -> bool:
        """Tell whether it is there; see :meth:`storage.objects.ObjectStore.exists`."""
        try:
            self._stat(key)
        except ObjectMissing:
            return False
        return True

    def size(self, key: str) -> int:
        """Give the number of bytes; see :meth:`storage.objects.ObjectStore.size`."""
        return self._stat(key).size or 0

    def stored(self) -> Iterator[StoredObject]:
        """List every object; see :meth:`storage.objects.ObjectStore.stored`."""
        self._make_ready()
        with self._told():
            listing = iter(self._client.list_objects(self._bucket, recursive=True))
        while True:
            with self._told():
                found = next(listing, None)
            if found is None:
                return
            if found.object_name is not None and is_key(found.object_name):
                yield StoredObject(found.object_name, found.size or 0, _moment(found))

    def lock(self, key: str, days: int) -> datetime | None:
        """Lock in compliance mode and read the lock back; see :meth:`storage.objects.ObjectStore.lock`."""
        if not self.has_locks():
            self._stat(key)
            return None
        until = datetime.now(UTC) + timedelta(days=days)
        held = self._lock_held(key)
        if held is not None and held >= until - _LOCK_TOLERANCE:
            return held
        with self._told(key):
            self._client.set_object_retention(self._bucket, key, Retention(COMPLIANCE, until))
        held = self._lock_held(key)
        if held is None or held < until - _LOCK_TOLERANCE:
            raise Misconfigured("máy chủ S3 nhận lệnh khóa tệp nhưng không khóa")
        return held

    def remove(self, key: str, stored_before: datetime | None = None) -> bool:
        """Remove the object; see :meth:`storage.objects.ObjectStore.remove`.

        Where the bucket keeps versions, they all go: a delete marker would leave the bytes that a purge must not leave.
        """
        try:
            found = self._stat(key)
        except ObjectMissing:
            return False
        if stored_before is not None and _moment(found) >= stored_before:
            return False
        with self._told():
            versions = list(self._client.list_objects(self._bucket, prefix=key, include_version=True))
        for version in versions:
            with self._told():
                self._client.remove_object(self._bucket, key, version_id=version.version_id)
        return True

    def discard_unfinished(self, before: datetime) -> int:  # noqa: ARG002  # the port has it
        """Leave it to the bucket, which ends unfinished uploads by a rule; see :class:`storage.objects.ObjectStore`."""
        self._make_ready()
        return 0

    def _write(self, key: str, data: BinaryIO, length: int) -> None:
        self._make_ready()
        try:
            found = self._stat(key)
        except ObjectMissing:
            self._send(key, data, length)
            return
        for _ in self.open(key):
            pass
        if _moment(found) < datetime.now(UTC) - _TOUCH_AFTER:
            self._touch(key)

    def _send(self, key: str, data: BinaryIO, length: int) -> None:
        with self._told():
            self._client.put_object(self._bucket, key, data, length, part_size=PART_BYTES)

    def _touch(self, key: str) -> None:
        """Make ``stored_at`` young: S3 does that only by a copy, here of the object onto itself."""
        with self._told(key):
            self._client.copy_object(
                self._bucket,
                key,
                CopySource(self._bucket, key),
                metadata={"kept": datetime.now(UTC).isoformat()},
                metadata_directive="REPLACE",
            )

    def _stat(self, key: str) -> Object:
        checked_key(key)
        self._make_ready()
        with self._told(key):
            return self._client.stat_object(self._bucket, key)

    def has_locks(self) -> bool:
        """Tell whether the bucket says that it has object lock."""
        self._make_ready()
        try:
            with s3_unavailable():
                self._client.get_object_lock_config(self._bucket)
        except S3Error as error:
            if error.code in _NO_LOCKS:
                return False
            raise StoreUnavailable(f"máy chủ S3 trả lời {error.code}") from error
        return True

    def _lock_held(self, key: str) -> datetime | None:
        """Read the lock from the object's headers: the SDK cannot parse the nine-digit seconds of older Ceph."""
        headers = self._stat(key).metadata or {}
        told = headers.get("x-amz-object-lock-retain-until-date")
        if headers.get("x-amz-object-lock-mode") != COMPLIANCE or not told:
            return None
        return datetime.fromisoformat(told.split(".")[0].rstrip("Z")).replace(tzinfo=UTC)

    def _make_ready(self) -> None:
        """Make the bucket when it is missing, once."""
        if self._ready:
            return
        try:
            with self._told():
                if not self._client.bucket_exists(self._bucket):
                    self._make_bucket()
        except ValueError as error:
            raise Misconfigured(f"SOHOA_S3_BUCKET: {error}") from error
        self._ready = True

    def _make_bucket(self) -> None:
        try:
            self._client.make_bucket(self._bucket, object_lock=self._place.locked)
        except S3Error as error:
            # Another process was faster; Ceph, asked twice at once, calls its own bucket somebody's. Whether we may use
            # it, the server says in answer to the next question.
            if error.code not in _FASTER or not self._client.bucket_exists(self._bucket):
                raise
        # The store works without the rule: another process may be setting it just now, or the server knows none.
        with suppress(S3Error):
            self._client.set_bucket_lifecycle(self._bucket, _ending_unfinished_uploads())

    @contextmanager
    def _told(self, key: str | None = None) -> Iterator[None]:
        """Turn what the server says into what the store says."""
        try:
            with s3_unavailable():
                yield
        except S3Error as error:
            if key is not None and error.code in _MISSING:
                self._require_bucket()
                raise ObjectMissing(f"tệp {key[:12]}…") from error
            raise StoreUnavailable(f"máy chủ S3 trả lời {error.code}") from error

    def _require_bucket(self) -> None:
        """Tell an absent object from an absent bucket: an answer to HEAD does not."""
        with self._told():
            if not self._client.bucket_exists(self._bucket):
                raise StoreUnavailable(f"không có bucket {self._bucket}")


def _ending_unfinished_uploads() -> LifecycleConfig:
    rule = Rule(
        status=ENABLED,
        rule_filter=Filter(prefix=""),
        rule_id="end-unfinished-uploads",
        abort_incomplete_multipart_upload=AbortIncompleteMultipartUpload(days_after_initiation=_UNFINISHED_DAYS),
    )
    return LifecycleConfig([rule])


def _moment(found: Object) -> datetime:
    if found.last_modified is None:
        raise StoreUnavailable("máy chủ S3 không cho biết thời điểm cất tệp")
    return found.last_modified.astimezone(UTC)


def _spool(file: BinaryIO, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise StoreUnavailable("đĩa tạm đầy") from error


def _rewind(file: BinaryIO) -> None:
    try:
        file.seek(0)
    except OSError as error:
        raise StoreUnavailable("đĩa tạm đầy") from error
