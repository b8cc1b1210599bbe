"""What a file is, by its first bytes, and whether it ends as such a file ends; nothing is decoded."""

from __future__ import annotations

from digitize.errors import EmptyFile, UnknownType
from digitize.model import MediaType

PDF_HEADER_BYTES = 1024
"""Where %PDF- may begin (Adobe's note 13 to ISO 32000-1, annex H)."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

TIFF_SIGNATURES = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
"""Little and big endian, TIFF 6.0 and BigTIFF."""

JPEG_SIGNATURE = b"\xff\xd8\xff"

TRAILING_BYTES = 2048
"""How far from the end the last mark of a format may stand: programs add blanks and thumbnails."""


def media_type_of(head: bytes) -> MediaType:
    """Tell by its first bytes (1,024 are enough) what a file is.

    Raises:
        EmptyFile: there are no bytes.
        UnknownType: neither PDF, JPEG, PNG nor TIFF.
    """
    if not head:
        raise EmptyFile
    if head.startswith(JPEG_SIGNATURE):
        return MediaType.JPEG
    if head.startswith(PNG_SIGNATURE):
        return MediaType.PNG
    if head.startswith(TIFF_SIGNATURES):
        return MediaType.TIFF
    if b"%PDF-" in head[:PDF_HEADER_BYTES]:
        return MediaType.PDF
    raise UnknownType


def has_proper_end(head: bytes, tail: bytes) -> bool:
    """Tell by its last bytes whether a file ends as its format ends; a TIFF has no end to look at."""
    try:
        media = media_type_of(head)
    except (EmptyFile, UnknownType):
        return False
    end = tail[-TRAILING_BYTES:]
    marks = {MediaType.PDF: b"%%EOF", MediaType.JPEG: b"\xff\xd9", MediaType.PNG: b"IEND\xaeB`\x82"}
    return media is MediaType.TIFF or marks[media] in end
