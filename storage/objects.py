"""Where bytes are kept: an object is named by its SHA-256 and never changes.

Two places fulfil the port: :class:`storage.objects_folder.FolderStore` and :class:`storage.objects_s3.S3Store`. One
contract suite holds both to the words below.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from digitize.errors import Impossible

CHUNK_BYTES = 1024 * 1024
"""How much of an object is held in memory while it streams, bytes."""

_KEY = re.compile(r"[0-9a-f]{64}")


class Source(Protocol):
    """Bytes that come in order: an open file, an upload."""

    def read(self, size: int, /) -> bytes:
        """Give at most ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the place lists it."""

    key: str
    """SHA-256 of the bytes, lower-case hex."""
    size_bytes: int
    """As the place counts it; not a proof that the bytes are whole."""
    stored_at: datetime
    """When the bytes were last put, UTC, by the place's own clock."""


class ObjectStore(Protocol):
    """Keeps bytes under their SHA-256.

    What holds for every method: a key that is not 64 lower-case hex digits is a bug (``Impossible``); a place that does
    not answer, refuses or is full raises ``StoreUnavailable`` within seconds, and nothing of the call is left visible.
    """

    def put(self, data: bytes) -> str:
        """Keep the bytes.

        After: ``get(key)`` gives them back, also after a power cut. The same bytes put twice are one object; what is
        kept is proved and not written again, only ``stored_at`` becomes young (within an hour), so that the collection
        of orphans leaves it alone.

        Args:
            data: what to keep; empty bytes are an object as well.

        Returns:
            The key.

        Raises:
            ObjectDamaged: something else already stands under this key; it is not overwritten.
            StoreUnavailable: the bytes are not kept.
        """

    def put_file(self, file: BinaryIO) -> str:
        """Keep what a file holds, without holding it in memory; otherwise like :meth:`put`.

        Args:
            file: read from its beginning, perhaps more than once; nobody changes it meanwhile.

        Returns:
            The key.

        Raises:
            ObjectDamaged: something else already stands under this key; it is not overwritten.
            StoreUnavailable: the bytes are not kept.
        """

    def put_stream(self, source: Source, limit: int) -> tuple[str, int]:
        """Keep what the source gives, without holding it in memory; otherwise like :meth:`put`.

        Args:
            source: read once, to its end.
            limit: the most bytes accepted.

        Returns:
            The key and the number of bytes.

        Raises:
            TooLarge: the source gives more than ``limit`` bytes; nothing is kept.
            ObjectDamaged: something else already stands under this key; it is not overwritten.
            StoreUnavailable: the bytes are not kept.
        """

    def get(self, key: str) -> bytes:
        """Give the bytes, proved: their SHA-256 is the key.

        Raises:
            ObjectMissing: there is no such object.
            ObjectDamaged: the bytes kept are not those that were put.
            StoreUnavailable: the place does not answer.
        """

    def open(self, key: str) -> Iterator[bytes]:
        """Give the bytes in pieces of at most ``CHUNK_BYTES``.

        The place is asked before this returns, so that a missing object is known before the first byte is sent on. The
        hash is known only at the end: damage raises after the last piece, and who passed the pieces on must break off.

        Raises:
            ObjectMissing: there is no such object.
            ObjectDamaged: raised by the iterator at the end.
            StoreUnavailable: the place does not answer, at the start or in between.
        """

    def exists(self, key: str) -> bool:
        """Tell whether the object is there; its bytes are not looked at.

        Raises:
            StoreUnavailable: nobody knows, which is not the same as absent.
        """

    def size(self, key: str) -> int:
        """Give the number of bytes.

        Raises:
            ObjectMissing: there is no such object.
            StoreUnavailable: the place does not answer.
        """

    def stored(self) -> Iterator[StoredObject]:
        """List every object, in the order of the keys; one put or removed meanwhile may or may not be listed.

        Raises:
            StoreUnavailable: the place does not answer, at the start or in between.
        """

    def lock(self, key: str, days: int) -> datetime | None:
        """Let nobody remove or replace the object for so many days from now; an older, longer lock stays.

        Returns:
            The moment until which the place itself says, read back, that it holds the lock; none when the place has no
            locks (every folder, a bucket made without object lock).

        Raises:
            ObjectMissing: there is no such object.
            Misconfigured: the place says it has locks, took the order, and did not lock.
            StoreUnavailable: the place does not answer.
        """

    def remove(self, key: str, stored_before: datetime | None = None) -> bool:
        """Remove the object: for :mod:`storage.orphans` and a purge by decision, and for nothing else.

        Args:
            key: what to remove.
            stored_before: leave it when it was put (again) at or after this moment. A folder checks and removes in one
                step; S3 has no such step, there a put within the same round trip is not seen.

        Returns:
            Whether it was there, old enough, and is gone now.

        Raises:
            StoreUnavailable: the place does not answer, or the object is locked.
        """

    def discard_unfinished(self, before: datetime) -> int:
        """Remove what puts that were cut off before that moment left behind; whole objects are not touched.

        Returns:
            How many leavings were removed; 0 where the place clears them by itself.

        Raises:
            StoreUnavailable: the place does not answer.
        """


def key_of(data: bytes) -> str:
    """Name bytes: SHA-256 (FIPS 180-4) in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def key_of_file(file: BinaryIO) -> str:
    """Name what a file holds from its place to its end; see :func:`key_of`."""
    digest = hashlib.sha256()
    while piece := file.read(CHUNK_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def checked_key(key: str) -> str:
    """Return the key if it is one, so that no other text ever becomes a path.

    Raises:
        Impossible: it is not 64 lower-case hex digits.
    """
    if not _KEY.fullmatch(key):
        raise Impossible("not an object key")
    return key


def is_key(text: str) -> bool:
    """Tell whether the text has the form of a key."""
    return _KEY.fullmatch(text) is not None
