"""Objects in a folder: ``ab/cd/abcd…``, one file each, private to the service's user.

A file appears under its name by ``link(2)``, which never replaces another file, after its bytes were flushed to the
disk. Whatever dies before that leaves a file in ``.incoming``, which is never taken for an object.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from digitize.errors import ObjectDamaged, ObjectMissing, StoreUnavailable, TooLarge
from storage.objects import CHUNK_BYTES, Source, StoredObject, checked_key, is_key, key_of

_INCOMING = ".incoming"
_LEAVING = ".leaving"


class FolderStore:
    """The :class:`storage.objects.ObjectStore` of one machine.

    The folder must lie on a file system with hard links. It is made once, at the start; when it disappears later (a
    disk that was unmounted) the store is unavailable, it is not made anew and empty.
    """

    def __init__(self, root: Path) -> None:
        """Take the folder, and make it when it is missing.

        Raises:
            StoreUnavailable: it cannot be made or written.
        """
        self._root = root.absolute()
        with _told():
            for folder in (self._root, self._root / _INCOMING, self._root / _LEAVING):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _flush_folder(self._root)

    def put(self, data: bytes) -> str:
        """Keep the bytes; see :meth:`storage.objects.ObjectStore.put`."""
        return self.put_file(BytesIO(data))

    def put_file(self, file: BinaryIO) -> str:
        """Keep what a file holds; see :meth:`storage.objects.ObjectStore.put_file`."""
        file.seek(0)
        return self.put_stream(file, sys.maxsize)[0]

    def put_stream(self, source: Source, limit: int) -> tuple[str, int]:
        """Keep what the source gives; see :meth:`storage.objects.ObjectStore.put_stream`."""
        with _told():
            descriptor, name = tempfile.mkstemp(dir=self._root / _INCOMING)
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                key, size = _copy_hashed(source, file.write, limit)
                with _told():
                    file.flush()
                    os.fsync(file.fileno())
            with _told():
                self._settle(incoming, key)
            return key, size
        finally:
            with suppress(OSError):
                incoming.unlink()

    def get(self, key: str) -> bytes:
        """Give the proved bytes; see :meth:`storage.objects.ObjectStore.get`."""
        with self._reading(key) as path:
            data = path.read_bytes()
        if key_of(data) != key:
            raise ObjectDamaged(f"tệp {key[:12]}…")
        return data

    def open(self, key: str) -> Iterator[bytes]:
        """Give the bytes in pieces; see :meth:`storage.objects.ObjectStore.open`."""
        with self._reading(key) as path:
            file = path.open("rb")

        def pieces() -> Iterator[bytes]:
            digest = hashlib.sha256()
            with file:
                while True:
                    with _told():
                        piece = file.read(CHUNK_BYTES)
                    if not piece:
                        break
                    digest.update(piece)
                    yield piece
            if digest.hexdigest() != key:
                raise ObjectDamaged(f"tệp {key[:12]}…")

        return pieces()

    def exists(self, key: str) -> bool:
        """Tell whether it is there; see :meth:`storage.objects.ObjectStore.exists`."""
        try:
            self.size(key)
        except ObjectMissing:
            return False
        return True

    def size(self, key: str) -> int:
        """Give the number of bytes; see :meth:`storage.objects.ObjectStore.size`."""
        with self._reading(key) as path:
            return path.stat().st_size

    def stored(self) -> Iterator[StoredObject]:
        """List every object; see :meth:`storage.objects.ObjectStore.stored`."""
        self._require_root()
        for first in (name for name in _names(self._root) if len(name) == 2):
            for second in _names(self._root / first):
                folder = self._root / first / second
                for name in filter(is_key, _names(folder)):
                    try:
                        found = (folder / name).stat()
                    except FileNotFoundError:
                        continue
                    yield StoredObject(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def lock(self, key: str, days: int) -> datetime | None:  # noqa: ARG002  # the port has it
        """Know no locks; see :meth:`storage.objects.ObjectStore.lock`."""
        self.size(key)
        return None

    def remove(self, key: str, stored_before: datetime | None = None) -> bool:
        """Remove the object; see :meth:`storage.objects.ObjectStore.remove`.

        The file first leaves its name, then its age is looked at: a put in between either made the file young before it
        left, then it is given back, or found the name empty and wrote it anew.
        """
        path = self._path(key)
        leaving = self._root / _LEAVING / key
        with _told():
            self._require_root()
            try:
                path.rename(leaving)
            except FileNotFoundError:
                return False
            young = stored_before is not None and leaving.stat().st_mtime >= stored_before.timestamp()
            if young:
                _linked(leaving, path)
            leaving.unlink()
            _flush_folder(path.parent)
        return not young

    def discard_unfinished(self, before: datetime) -> int:
        """Clear ``.incoming``, and give back what a cut-off removal left; see :class:`storage.objects.ObjectStore`."""
        with _told():
            for leaving in _settled(self._root / _LEAVING, before):
                _linked(leaving, self._path(leaving.name))
                leaving.unlink(missing_ok=True)
            unfinished = _settled(self._root / _INCOMING, before)
            for incoming in unfinished:
                incoming.unlink(missing_ok=True)
        return len(unfinished)

    def _path(self, key: str) -> Path:
        checked_key(key)
        return self._root / key[:2] / key[2:4] / key

    def _require_root(self) -> None:
        if not (self._root / _INCOMING).is_dir():
            raise StoreUnavailable("thư mục kho tệp đã biến mất")

    def _settle(self, incoming: Path, key: str) -> None:
        """Give a flushed file its name, durably; prove and touch what already has the name."""
        path = self._path(key)
        for folder in (path.parent.parent, path.parent):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        while not _linked(incoming, path):
            # A removal may take the file away between the two steps; then it is linked after all.
            with suppress(ObjectMissing, FileNotFoundError):
                for _ in self.open(key):
                    pass
                os.utime(path)
                break
        # Another process may have made these folders and not flushed them yet, so all three are flushed every time.
        for folder in (path.parent, path.parent.parent, self._root):
            _flush_folder(folder)

    @contextmanager
    def _reading(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        with _told():
            try:
                yield path
            except FileNotFoundError as error:
                self._require_root()
                raise ObjectMissing(f"tệp {key[:12]}…") from error


def _copy_hashed(source: Source, write: Callable[[bytes], object], limit: int) -> tuple[str, int]:
    """Copy the source to the file and name what was copied.

    Raises:
        TooLarge: more than ``limit`` bytes came.
        StoreUnavailable: the disk is full or broken.
    """
    digest, size = hashlib.sha256(), 0
    while piece := source.read(CHUNK_BYTES):
        size += len(piece)
        if size > limit:
            raise TooLarge(f"giới hạn là {limit} byte")
        digest.update(piece)
        with _told():
            write(piece)
    return digest.hexdigest(), size


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the file system says into what the store says."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreUnavailable("đĩa đầy") from error
        name = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise StoreUnavailable(f"lỗi đĩa {name}") from error


def _linked(file: Path, name: Path) -> bool:
    """Give the file this name too; false when the name is taken."""
    try:
        os.link(file, name)
    except FileExistsError:
        return False
    return True


def _settled(folder: Path, before: datetime) -> list[Path]:
    """List the files that came here, or were last renamed or written, before that moment."""
    return [path for path in folder.iterdir() if path.stat().st_ctime < before.timestamp()]


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _names(folder: Path) -> list[str]:
    with _told():
        return sorted(entry.name for entry in os.scandir(folder))
