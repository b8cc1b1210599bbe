"""Which objects of a copy may leave the house, and how."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain

import sqlalchemy as sa
from fastapi.responses import StreamingResponse

from api.files import media_and_extension
from digitize.errors import NotFound
from storage.certifications import Copy
from storage.certifications.deciding import refusal_of
from storage.objects import ObjectStore


class CopyFileName(StrEnum):
    """The files of a copy by what they are."""

    SCAN = "scan"
    """The capture in force."""
    ARCHIVE = "archive"
    """Unsigned, without attestation."""
    ATTESTED = "attested"
    """With attestation and QR, unsigned."""
    SIGNED = "signed"
    """Revision 1, signed by the certifier."""
    SEALED = "sealed"
    """Revision 2, sealed by the agency: the copy itself."""
    LETTER = "letter"
    """The written refusal."""


def key_of_file(connection: sa.Connection, copy: Copy, name: CopyFileName) -> str:
    """Return where a file is kept.

    Raises:
        NotFound: there is no such file (yet). What bears a secrecy mark shows nothing at all.
    """
    refusal = refusal_of(connection, copy.id) if name is CopyFileName.LETTER else None
    keys = {
        CopyFileName.SCAN: copy.scan_key,
        CopyFileName.ARCHIVE: copy.archive_key,
        CopyFileName.ATTESTED: copy.attested_key,
        CopyFileName.SIGNED: copy.signed_key,
        CopyFileName.SEALED: copy.sealed_key,
        CopyFileName.LETTER: None if refusal is None else refusal.letter_key,
    }
    key = keys[name]
    if key is None or (copy.record.secrecy and name is not CopyFileName.LETTER):
        raise NotFound("tệp này của bản sao")
    return key


def download(objects: ObjectStore, copy_id: str, name: CopyFileName, key: str) -> StreamingResponse:
    """Stream a file under a name without personal data; a browser saves it and never runs it."""
    pieces = objects.open(key)
    head = next(pieces, b"")
    media, extension = media_and_extension(head)
    headers = {
        "Content-Disposition": f'attachment; filename="{copy_id}-{name.value}.{extension}"',
        "Content-Length": str(objects.size(key)),
        "ETag": f'"{key}"',
    }
    return StreamingResponse(chain((head,), pieces), headers=headers, media_type=media)
