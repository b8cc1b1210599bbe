"""A file's bytes, looked at where they lie."""

from __future__ import annotations

import io
import mmap
import os
from typing import BinaryIO, cast

Content = bytes | mmap.mmap
"""What a file holds: in memory, or mapped from a file that nobody can change any more, which takes no memory of one's
own. A slice of either is bytes."""


class _Window(io.RawIOBase):
    """Reads a mapped file; :class:`io.BytesIO` would copy it first."""

    def __init__(self, content: mmap.mmap) -> None:
        """Stand at the beginning."""
        self._content = content
        self._place = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, room: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill the room as far as there are bytes."""
        piece = self._content[self._place : self._place + len(room)]
        room[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: len(self._content)}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        """Tell the place."""
        return self._place


def opened(content: Content) -> BinaryIO:
    """Read content as a file; neither kind is copied."""
    return io.BytesIO(content) if isinstance(content, bytes) else cast("BinaryIO", _Window(content))


def mapped(handle: int) -> Content:
    """Look at what an open file holds, and close it; the file must never become shorter.

    Args:
        handle: its descriptor.
    """
    try:
        # A file without bytes cannot be mapped.
        return mmap.mmap(handle, 0, prot=mmap.PROT_READ) if os.fstat(handle).st_size else b""
    finally:
        os.close(handle)
