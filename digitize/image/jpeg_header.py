"""The frame header of a JPEG: what it holds and whether a PDF may hold it as it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_CARRIED_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive Huffman coding: what DCTDecode reads (ISO 32000-1, 7.4.8)."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_START_OF_SCAN = 0xDA


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What a start-of-frame marker says (ITU-T T.81, B.2.2)."""

    width: int
    """Pixels."""
    height: int
    """Pixels."""
    components: int
    """1 gray, 3 colour, 4 CMYK."""
    bits: int
    """Per sample: 8 or 12."""
    frame: int
    """Second byte of the marker: 0xC0 baseline to 0xCF."""

    @property
    def carried(self) -> bool:
        """A PDF may hold the stream as it is."""
        return self.frame in _CARRIED_FRAMES and self.bits == 8


def jpeg_header(data: bytes) -> JpegHeader | None:
    """Find the frame header; None when the data is no JPEG or ends before it."""
    if data[:2] != b"\xff\xd8":
        return None
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _STANDALONE:
            place += 2
        elif marker == _START_OF_SCAN:
            return None
        elif marker in _FRAMES:
            if place + 10 > len(data):
                return None
            bits, height, width, components = struct.unpack_from(">BHHB", data, place + 4)
            return JpegHeader(width, height, components, bits, marker)
        else:
            place += 2 + int(struct.unpack_from(">H", data, place + 2)[0])
    return None
