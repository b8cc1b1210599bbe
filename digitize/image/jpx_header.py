"""The boxes of a JPEG 2000 file: whether a PDF/A-2 may hold it as it is (ISO 19005-2, 6.2.8.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_COMPONENTS_OF_ENUMERATED = {16: 3, 17: 1}
"""Enumerated colour space to channels: sRGB and gray (ISO 15444-1, table I.10)."""
_DIFFERENT_BITS = 255
_PALETTE_OR_ALPHA = frozenset({b"pclr", b"cmap", b"cdef"})


def carried_jpx(data: bytes) -> tuple[int, int] | None:
    """Return the number of channels and the bits of each when the file is of the plainest kind.

    That is sRGB or gray without a palette. None for all others, most of which PDF/A-2 allows under conditions that are
    not worth their proof.
    """
    if not data.startswith(_SIGNATURE):
        return None
    top = dict(_boxes(data, len(_SIGNATURE)))
    inner = list(_boxes(top.get(b"jp2h", b""), 0))
    header = dict(inner).get(b"ihdr", b"")
    colours = [body for kind, body in inner if kind == b"colr"]
    if len(header) < 11 or len(colours) != 1 or len(colours[0]) < 7 or _PALETTE_OR_ALPHA & {kind for kind, _ in inner}:
        return None
    channels, bits = int(struct.unpack_from(">H", header, 8)[0]), header[10]
    enumerated = int(struct.unpack_from(">I", colours[0], 3)[0]) if colours[0][0] == 1 else 0
    if bits == _DIFFERENT_BITS or bits != 7 or _COMPONENTS_OF_ENUMERATED.get(enumerated) != channels:
        return None
    return channels, bits + 1


def _boxes(data: bytes, place: int) -> Iterator[tuple[bytes, bytes]]:
    """Walk through the boxes of one level (ISO 15444-1, I.4)."""
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        head = 8
        if length == 1 and place + 16 <= len(data):
            length, head = int(struct.unpack_from(">Q", data, place + 8)[0]), 16
        end = len(data) if length == 0 else place + length
        if end < place + head:
            return
        yield kind, data[place + head : end]
        place = end
