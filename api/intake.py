"""Results that come in: dossiers entered and scans received, for the JSON routes and for the pages alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import UploadFile

from api import uploads
from api.auth import Caller
from api.errors import ChecksumMismatch, UploadEnded
from api.parts import Parts
from api.uploads import StoredScan
from digitize.errors import InvalidInput
from digitize.media import PDF_HEADER_BYTES, media_type_of
from digitize.model import MediaType
from digitize.page_plan import PlannedPage, planned
from storage import dossiers, page_plans, registry, scanning
from storage import uploads as pieces
from storage.registry import Document
from storage.uploads import Upload


@dataclass(frozen=True, slots=True)
class Arrival:
    """A scan and the result it is meant for."""

    dossier_code: str
    ordinal: int | None
    """None: the first result without a document."""
    scan: StoredScan
    reason: str = ""
    """Why it is scanned although a rule of scanning forbids it."""


def need_dossier(parts: Parts, caller: Caller, code: str) -> None:
    """Refuse an upload for a dossier that is not the caller's, before its bytes are stored.

    Raises:
        NotFound: no such dossier in the caller's units.
    """
    with parts.storage.database.read() as connection:
        dossiers.find_by_code(connection, code, caller.scope)


def keep(parts: Parts, file: UploadFile) -> StoredScan:
    """Store the bytes of an upload, before any transaction begins.

    Raises:
        EmptyFile, UnknownType, TooLarge: the file is at fault; nothing is kept.
        StoreUnavailable: the store does not keep it now.
    """
    return uploads.store(parts.storage.objects, file.file, parts.settings.upload_max_bytes)


def receive(connection: sa.Connection, parts: Parts, caller: Caller, arrival: Arrival) -> Document:
    """Enter the scan; the same bytes for the same dossier are one document.

    Raises:
        NotFound: no such dossier in the caller's units, or no such result in it.
        MustNotBeScanned: a rule forbids it, and no reason is stated.
    """
    dossier = dossiers.find_by_code(connection, arrival.dossier_code, caller.scope)
    result = dossiers.result_for_upload(
        connection, dossier, arrival.ordinal, actor=caller.actor.id, now=parts.now(), scan_key=arrival.scan.key
    )
    if registry.known(connection, dossier.id, arrival.scan.key) is None:
        scanning.need_scannable(
            connection, dossier, result, actor=caller.actor.id, now=parts.now(), reason=arrival.reason
        )
    received = registry.receive(
        connection, result_id=result, scan_key=arrival.scan.key, size_bytes=arrival.scan.size_bytes,
        actor=caller.actor, now=parts.now(),
    )  # fmt: skip
    return registry.find(connection, received.document, caller.scope)


def find_own(parts: Parts, caller: Caller, upload_id: str) -> Upload:
    """Return the caller's upload.

    Raises:
        NotFound: it is unknown, or somebody else's.
        UploadEnded: its term is over.
    """
    with parts.storage.database.read() as connection:
        upload = pieces.find(connection, upload_id, caller.actor.id)
    if upload.expires_at <= parts.now():
        raise UploadEnded
    return upload


@dataclass(frozen=True, slots=True)
class Whole:
    """Uploads that came in pieces and are whole, and the result that they are meant for."""

    dossier_code: str
    ordinal: int | None
    """None: the first result without a document."""
    reason: str
    """Why it is scanned although a rule of scanning forbids it."""
    uploads: Sequence[Upload]
    """One scan; or several, the pages of one paper in their order."""


def put_together(parts: Parts, caller: Caller, found: Sequence[tuple[Upload, str]]) -> Sequence[Upload]:
    """Make one object of each upload, before any transaction begins.

    Args:
        parts: behind the door.
        caller: whose uploads they are.
        found: uploads, each with the SHA-256 that its sender worked out.

    Raises:
        Conflict: bytes are missing.
        ChecksumMismatch: what is kept is not what the sender has; the upload has to begin anew.
        UnknownType: it is no scan.
    """
    for upload, sha256 in found:
        if upload.made_document_id is None:
            key = pieces.put_together(parts.storage.database, parts.storage.objects, upload)
            if key != sha256:
                raise ChecksumMismatch(remedy="Hãy hủy lượt gửi này và gửi lại tệp từ đầu.")
    with parts.storage.database.read() as connection:
        return [pieces.find(connection, upload.id, caller.actor.id) for upload, _ in found]


def receive_whole(connection: sa.Connection, parts: Parts, caller: Caller, arrival: Whole) -> Document:
    """Enter what whole uploads hold; done again with the same uploads, it is the same document.

    Raises:
        NotFound: no such dossier in the caller's units, or no such result in it.
        MustNotBeScanned: a rule forbids it, and no reason is stated.
        InvalidInput: some of the uploads became something else meanwhile.
    """
    made = {upload.made_document_id for upload in arrival.uploads}
    if len(made) > 1:
        raise InvalidInput("có lượt gửi đã thành văn bản khác", remedy="Hãy gửi lại các trang.")
    (document,) = made
    if document is None:
        document = _enter(connection, parts, caller, arrival)
        for upload in arrival.uploads:
            pieces.hand_over(connection, upload.id, document)
    return registry.find(connection, document, caller.scope)


def _enter(connection: sa.Connection, parts: Parts, caller: Caller, arrival: Whole) -> str:
    keys = [upload.object_key or "" for upload in arrival.uploads]
    if len(keys) == 1:
        scan = StoredScan(keys[0], arrival.uploads[0].length_bytes)
        one = Arrival(arrival.dossier_code, arrival.ordinal, scan, arrival.reason)
        return receive(connection, parts, caller, one).id
    plan = planned([whole_scan(parts, key) for key in keys])
    dossier = dossiers.find_by_code(connection, arrival.dossier_code, caller.scope)
    result = dossiers.result_for_upload(
        connection, dossier, arrival.ordinal, actor=caller.actor.id, now=parts.now(), scan_key=plan.key
    )
    if registry.known(connection, dossier.id, plan.key) is None:
        scanning.need_scannable(
            connection, dossier, result, actor=caller.actor.id, now=parts.now(), reason=arrival.reason
        )
    received = page_plans.receive(
        connection, parts.storage.objects, plan, result_id=result, actor=caller.actor, now=parts.now()
    )
    return received.document


def whole_scan(parts: Parts, key: str, rotation: int | None = None) -> PlannedPage:
    """Name all pages of a scan; a picture has one, and whatever else it has the reader finds out.

    Raises:
        UnknownType: it is no scan.
    """
    head = next(parts.storage.objects.open(key), b"")
    picture = media_type_of(head[:PDF_HEADER_BYTES]) in {MediaType.JPEG, MediaType.PNG}
    return PlannedPage(key, 1 if picture else None, rotation)
