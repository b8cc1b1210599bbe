"""The second place, where backups lie: a folder (another disk, a mounted share) or a bucket of an S3 server.

A name is a path of plain words, ``backups/20261122T071500Z/manifest.json``. What stands under a name is whole or not
there.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from minio.error import S3Error

from digitize.errors import Impossible, NotFound, StoreUnavailable
from storage.objects import CHUNK_BYTES
from storage.objects_s3 import PART_BYTES
from storage.s3 import S3Place, s3_client, s3_unavailable

_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_.]+)+")


class BackupTarget(Protocol):
    """Keeps named files.

    What holds for every method: ``StoreUnavailable`` when the place does not answer, refuses or is full, and then
    nothing half-written stands under a name.
    """

    def write(self, name: str, source: BinaryIO) -> None:
        """Keep what the source gives to its end; durable when this returns. An older file of that name is replaced."""

    def read(self, name: str) -> BinaryIO:
        """Copy the file into an unnamed temporary one, opened at its beginning; the caller closes it.

        Raises:
            NotFound: there is no such file.
        """

    def names(self, folder: str) -> Iterator[str]:
        """List the names that begin with ``folder/``, in order."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there; where the bucket keeps versions, all of them."""


class FolderTarget:
    """Backups in a folder, private to the user who made them."""

    def __init__(self, root: Path) -> None:
        """Take the folder; the first write makes it."""
        self._root = root.absolute()

    def write(self, name: str, source: BinaryIO) -> None:
        """Keep a file; see :meth:`BackupTarget.write`."""
        path = self._path(name)
        with _told():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    shutil.copyfileobj(source, file, CHUNK_BYTES)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except OSError:
                with suppress(OSError):
                    Path(temporary).unlink()
                raise
            for folder in (path.parent, *path.parent.parents):
                _flush_folder(folder)
                if folder == self._root:
                    break

    def read(self, name: str) -> BinaryIO:
        """Open a file; see :meth:`BackupTarget.read`."""
        with _told():
            try:
                return self._path(name).open("rb")
            except FileNotFoundError as error:
                raise NotFound(f"bản sao lưu không có {name}") from error

    def names(self, folder: str) -> Iterator[str]:
        """List files; see :meth:`BackupTarget.names`."""
        with _told():
            found = sorted(path for path in (self._root / folder).rglob("*") if path.is_file())
        for path in found:
            if not path.name.startswith("."):
                yield path.relative_to(self._root).as_posix()

    def remove(self, name: str) -> None:
        """Remove a file; see :meth:`BackupTarget.remove`."""
        path = self._path(name)
        with _told():
            path.unlink(missing_ok=True)
            with suppress(OSError):  # the folder still holds others
                path.parent.rmdir()

    def _path(self, name: str) -> Path:
        return self._root / _checked(name)


class S3Target:
    """Backups in a bucket; its own bucket, best on another server, with versions or object lock against deletion."""

    def __init__(self, place: S3Place) -> None:
        """Prepare the client; the bucket is made when it is missing."""
        self._bucket = place.bucket
        self._client = s3_client(place)
        with _s3_told():
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket, object_lock=place.locked)

    def write(self, name: str, source: BinaryIO) -> None:
        """Keep a file; see :meth:`BackupTarget.write`."""
        with _s3_told():
            self._client.put_object(self._bucket, _checked(name), source, -1, part_size=PART_BYTES)

    def read(self, name: str) -> BinaryIO:
        """Fetch a file; see :meth:`BackupTarget.read`."""
        with _s3_told(name):
            answer = self._client.get_object(self._bucket, _checked(name))
            fetched = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=PART_BYTES))  # noqa: SIM115  # the caller's
            try:
                while piece := answer.read(CHUNK_BYTES):
                    fetched.write(piece)
            finally:
                answer.close()
                answer.release_conn()
        fetched.seek(0)
        return fetched

    def names(self, folder: str) -> Iterator[str]:
        """List files; see :meth:`BackupTarget.names`."""
        with _s3_told():
            for found in self._client.list_objects(self._bucket, prefix=f"{folder}/", recursive=True):
                if found.object_name is not None:
                    yield found.object_name

    def remove(self, name: str) -> None:
        """Remove a file; see :meth:`BackupTarget.remove`."""
        with _s3_told():
            for version in list(self._client.list_objects(self._bucket, prefix=_checked(name), include_version=True)):
                if version.object_name == name:
                    self._client.remove_object(self._bucket, name, version_id=version.version_id)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or ".." in name:
        raise Impossible("not a name of a backup's file")
    return name


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"nơi sao lưu: {os.strerror(error.errno or 0)}") from error


@contextmanager
def _s3_told(name: str | None = None) -> Iterator[None]:
    try:
        with s3_unavailable():
            yield
    except S3Error as error:
        if name is not None and error.code == "NoSuchKey":
            raise NotFound(f"bản sao lưu không có {name}") from error
        raise StoreUnavailable(f"nơi sao lưu: máy chủ S3 trả lời {error.code}") from error


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
