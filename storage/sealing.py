"""The sealing officer's order: one press for documents and copies, each accepted or refused with the reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Forbidden, InvalidInput, Refused
from digitize.lifecycle import Actor, DataSealOrdered, SealOrdered
from digitize.targets import VIETNAM_TIME
from storage import certifications, outbox, registry, subjects, units
from storage.outbox import Lane
from storage.registry import Document, Scope
from storage.subjects import SubjectKind
from storage.tables import seal_orders
from storage.tables import units as units_table

MOST = 500
"""Documents of one press."""


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document that the order does not cover."""

    document: str
    code: str
    """Of the error, stable."""
    message: str
    """Why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class SealOrder:
    """What became of a press."""

    id: str
    """Opaque; every accepted document names it."""
    accepted: tuple[str, ...]
    """In the order of the list."""
    refused: tuple[RefusedDocument, ...]


def order_seal(
    connection: sa.Connection,
    document_ids: Sequence[str],
    actor: Actor,
    scope: Scope,
    now: datetime,
    certificates: Sequence[str] = (),
) -> SealOrder:
    """Order the agency's signature for every document of the list that may get it.

    It goes on the file, or, where the data of a published result were corrected, on the new data beside the file. The
    list may hold certified copies, too.

    The agency's key is held by the văn thư of the agency itself (NĐ 30/2020 Art 32), so an officer seals for their
    own unit and not for those below it. What a unit left that is gone is sealed by the officer of the unit that answers
    for it, with that unit's key.

    Args:
        connection: a writing transaction.
        document_ids: of documents and copies.
        actor: the officer.
        scope: the officer's own unit.
        now: when.
        certificates: of the token that will sign, DER in base64, the signer's own first; none: the key is held by the
            sealing worker.

    Raises:
        InvalidInput: the list is empty or too long.
    """
    asked = tuple(dict.fromkeys(document_ids))
    if not 0 < len(asked) <= MOST:
        raise InvalidInput(f"danh sách đóng dấu phải có từ 1 đến {MOST} văn bản")
    order, own = uuid.uuid4().hex, _own_unit(connection, scope)
    answering = units.answering(connection, scope, now.astimezone(VIETNAM_TIME).date())
    connection.execute(
        seal_orders.insert().values(
            id=order,
            unit_id=own,
            ordered_by=actor.id,
            ordered_at=now,
            document_ids=list(asked),
        )
    )
    refused: dict[str, RefusedDocument] = {}
    # In one order everywhere, or two presses over the same documents wait for each other for ever.
    for document_id in sorted(asked):
        try:
            if subjects.kind_of(connection, document_id) is SubjectKind.COPY:
                certifications.order_seal_of(connection, document_id, order, actor, scope, now, certificates)
                continue
            document = registry.find(connection, document_id, scope)
            if answering[document.unit_id] != own:
                raise Forbidden("chỉ văn thư của chính đơn vị có kết quả này được đóng dấu")
            _order_one(connection, document, own, order, actor, now, certificates)
        except Refused as error:
            refused[document_id] = RefusedDocument(document_id, error.code(), error.message)
    return SealOrder(
        order,
        tuple(document for document in asked if document not in refused),
        tuple(refused[document] for document in asked if document in refused),
    )


def _order_one(
    connection: sa.Connection,
    document: Document,
    own: str,
    order: str,
    actor: Actor,
    now: datetime,
    certificates: Sequence[str],
) -> None:
    changes: dict[str, Any] = {"signer": own, "seal_order_id": order}
    if not data_unsealed(document):
        changes["token_certificates"] = list(certificates) or None
        event = SealOrdered(actor=actor, order=order, office_key=own)
        registry.record(connection, document.id, event, now, changes=changes)
        return
    if certificates:
        raise Forbidden("dữ liệu đính chính chưa ký được bằng thiết bị ký tại máy văn thư; hãy dùng khóa ở máy chủ ký")
    if outbox.lanes_of(connection, document.id):
        raise Forbidden("chữ ký của cơ quan trên dữ liệu đính chính đang được thực hiện")
    again = DataSealOrdered(actor=actor, order=order, office_key=own)
    after = registry.record(connection, document.id, again, now, changes=changes)
    outbox.put(connection, document.id, Lane.SEAL, after.version, now)


def data_unsealed(document: Document) -> bool:
    """Tell whether the data of a published result were corrected and the agency has not signed them yet."""
    return document.state in DataSealOrdered.sources and document.metadata_signature_key is None


def _own_unit(connection: sa.Connection, scope: Scope) -> str:
    """Return the unit at the top of the scope: the officer's own.

    Raises:
        Forbidden: the scope is no unit's.
    """
    found: str | None = connection.execute(
        sa.select(units_table.c.id).where(units_table.c.path == scope.path)
    ).scalar_one_or_none()
    if found is None:
        raise Forbidden("người đóng dấu phải thuộc một đơn vị")
    return found
