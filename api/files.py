"""Which objects of a document may leave the house, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import chain

import sqlalchemy as sa
from fastapi.responses import StreamingResponse

from api.errors import WrongState
from digitize.errors import NotFound, UnknownType
from digitize.lifecycle import State
from digitize.media import media_type_of
from digitize.model import MediaType
from storage import shown
from storage.objects import ObjectStore
from storage.registry import Document


class FileName(StrEnum):
    """The files of a document by what they are."""

    SCAN = "scan"
    ARCHIVE = "archive"
    CAPTURE = "capture"
    """Revision 1, signed by the clerk."""
    SEALED = "sealed"
    """Revision 2, sealed by the agency."""
    METADATA = "metadata"
    METADATA_SIGNATURE = "metadata-signature"


_EXTENSIONS = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.TIFF: "tif"}

_DATA, _DATA_SIGNATURE, _UNKNOWN = "application/json", "application/pkcs7-signature", "application/octet-stream"

MEDIA_TYPES: Mapping[str, dict[str, object]] = {
    str(media): {} for media in (*_EXTENSIONS, _DATA, _DATA_SIGNATURE, _UNKNOWN)
}
"""What a download may be, for the description of the API."""


def is_closed(document: Document) -> bool:
    """Nothing of a quarantined or purged document is shown (design: no index, no signature, no preview)."""
    return document.state in {State.QUARANTINED, State.PURGED}


def key_of_file(document: Document, name: FileName) -> str | None:
    """Return where a file is kept; None when there is no such file (yet)."""
    if is_closed(document):
        return None
    keys = {
        FileName.SCAN: document.scan_key,
        FileName.ARCHIVE: document.archive_key,
        FileName.CAPTURE: document.capture_key,
        FileName.SEALED: document.sealed_key,
        FileName.METADATA: document.metadata_key,
        FileName.METADATA_SIGNATURE: document.metadata_signature_key,
    }
    return keys[name]


def reading_key(document: Document) -> str:
    """Return where the machine's draft is kept.

    Raises:
        NotFound: it was not read (yet).
        WrongState: it is closed.
    """
    need_open(document)
    if document.reading_key is None:
        raise NotFound("bản đọc của văn bản")
    return document.reading_key


def preview_key(connection: sa.Connection, document: Document, page: int) -> str:
    """Return where the picture of a page is kept.

    Raises:
        NotFound: there is no such page.
        WrongState: it is closed.
    """
    need_open(document)
    for preview in shown.page_previews(connection, document):
        if preview.page == page:
            return preview.key
    raise NotFound("trang này của văn bản")


def download(objects: ObjectStore, document: Document, name: FileName) -> StreamingResponse:
    """Stream a file under a name without personal data; a browser saves it and never runs it.

    Raises:
        NotFound: there is no such file (yet).
        WrongState: it is closed.
    """
    need_open(document)
    key = key_of_file(document, name)
    if key is None:
        raise NotFound("tệp này của văn bản")
    pieces = objects.open(key)
    head = next(pieces, b"")
    media, extension = _kind_of(name, head)
    headers = {
        "Content-Disposition": f'attachment; filename="{document.id}-{name.value}.{extension}"',
        "Content-Length": str(objects.size(key)),
        "ETag": f'"{key}"',
    }
    return StreamingResponse(_again(head, pieces), headers=headers, media_type=media)


def need_open(document: Document) -> None:
    """Refuse to show anything of a closed document.

    Raises:
        WrongState: it is in quarantine, or purged.
    """
    if is_closed(document):
        raise WrongState("nội dung đang bị cách ly hoặc đã xóa", remedy="Hãy xem lịch sử của văn bản.")


def _kind_of(name: FileName, head: bytes) -> tuple[str, str]:
    if name is FileName.METADATA:
        return _DATA, "json"
    if name is FileName.METADATA_SIGNATURE:
        return _DATA_SIGNATURE, "p7s"
    if name is FileName.SCAN and head.startswith(b"{"):
        return _DATA, "json"  # the plan of an arranged capture (digitize.page_plan)
    return media_and_extension(head)


def media_and_extension(head: bytes) -> tuple[str, str]:
    """Return media type and extension of a file by its first bytes."""
    try:
        media = media_type_of(head)
    except UnknownType:
        return _UNKNOWN, "bin"
    return media.value, _EXTENSIONS[media]


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    return chain((head,), rest)
