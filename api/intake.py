"""Results that come in: dossiers entered and scans received, for the JSON routes and for the pages alike."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import UploadFile

from api import uploads
from api.auth import Caller
from api.parts import Parts
from api.uploads import StoredScan
from storage import dossiers, registry, scanning
from storage.registry import Document


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
