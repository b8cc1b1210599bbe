"""A scan that comes in: its type is told by its first bytes, then it streams into the object store.

Nothing is decoded here: the file is opened only by a worker's child without rights (``docs/decisions.md``). What is
empty or of an unknown type is refused at once, before a byte is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from digitize.media import PDF_HEADER_BYTES, media_type_of
from storage.objects import ObjectStore


class SeekableSource(Protocol):
    """An upload: bytes in order, which can be taken from the start again."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most ``size`` bytes; none at the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position."""


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan whose object is kept."""

    key: str
    """SHA-256, lower-case hex."""
    size_bytes: int


def store(objects: ObjectStore, source: SeekableSource, limit_bytes: int) -> StoredScan:
    """Keep an upload under its hash.

    Raises:
        EmptyFile, UnknownType, TooLarge: the file is at fault; nothing is kept.
        StoreUnavailable: the store does not keep it now.
    """
    media_type_of(source.read(PDF_HEADER_BYTES))
    source.seek(0)
    key, size_bytes = objects.put_stream(source, limit_bytes)
    return StoredScan(key, size_bytes)
