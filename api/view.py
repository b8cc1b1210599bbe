"""Documents as callers see them: values of the registry turned into the bodies of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from api.masking import masked_name, masked_number
from api.schemas_documents import (
    CodesBody,
    DocumentBody,
    EntryBody,
    HistoryBody,
    KindBody,
    OriginBody,
    SignatureBody,
    SummaryBody,
)
from api.words import EVENT_NAMES, kind_name
from digitize.lifecycle import STATE_NAMES, WAITING_FOR
from storage import history, shown, takeovers
from storage.registry import Document
from storage.shown import Signature


def document_bodies(
    connection: sa.Connection, documents: Sequence[Document], *, masked: bool
) -> tuple[DocumentBody, ...]:
    """Describe documents; ``masked`` leaves the initials of holders and the end of personal numbers."""
    signed = shown.signatures(connection, documents)
    return tuple(_document_body(document, signed.get(document.id, ()), masked=masked) for document in documents)


def document_body(connection: sa.Connection, document: Document, *, masked: bool) -> DocumentBody:
    """Describe one document."""
    (body,) = document_bodies(connection, (document,), masked=masked)
    return body


def _document_body(document: Document, signatures: Sequence[Signature], *, masked: bool) -> DocumentBody:
    summary = document.summary
    return DocumentBody(
        id=document.id,
        dossier=document.dossier_code,
        ordinal=document.ordinal,
        state=document.state,
        state_name=STATE_NAMES[document.state],
        waiting_for=WAITING_FOR[document.state],
        version=document.record.version,
        received_at=document.received_at,
        changed_at=document.changed_at,
        kind=KindBody(code=summary.kind_code, name=kind_name(summary.kind_code), confidence=summary.kind_confidence),
        summary=SummaryBody(
            number=summary.number,
            issued_date=summary.issued_date,
            holder_name=masked_name(summary.holder_name) if masked else summary.holder_name,
            subject="" if masked and summary.holder_name else summary.subject,
            pages=summary.pages,
            doubtful=list(summary.doubtful),
            findings=list(summary.findings),
        ),
        codes=_codes(document, masked=masked),
        signatures=[SignatureBody.model_validate(signature) for signature in signatures],
        problem=summary.problem or None,
    )


def _codes(document: Document, *, masked: bool) -> CodesBody:
    code = document.digitization_code
    if code is not None and masked:
        code = masked_number(code)
    return CodesBody(digitization_code=code, result_code=document.result_code, doc_code=document.doc_code)


def history_body(connection: sa.Connection, document: str) -> HistoryBody:
    """Describe the chain of a document's events, with the names of those who acted."""
    entries = history.entries(connection, document)
    names: Mapping[str, str] = shown.names(connection, (entry.actor.id for entry in entries))
    private = history.private_values(connection, document)
    reasons = {sequence: {name: value} for (sequence, name), value in private.items() if name == history.REASON}
    return HistoryBody(
        events=[
            EntryBody(
                sequence=entry.sequence,
                at=entry.at,
                actor=names.get(entry.actor.id, entry.actor.id),
                office=entry.actor.office.value,
                event=entry.name,
                event_name=EVENT_NAMES.get(entry.name, entry.name),
                payload={**entry.payload, **reasons.get(entry.sequence, {})},
                hash=entry.hash,
            )
            for entry in entries
        ],
        broken=list(history.broken_links(connection, document)),
        origins=_origins(connection, document),
    )


def _origins(connection: sa.Connection, document: str) -> list[OriginBody]:
    """Describe where a document was taken over from."""
    found = takeovers.origins(connection, document)
    names: Mapping[str, str] = shown.names(connection, (one.taken_by for one in found))
    return [
        OriginBody(
            source_system=one.source_system, source_id=one.source_id, manifest_name=one.manifest_name,
            manifest_sha256=one.manifest_sha256, row=one.row, taken_at=one.taken_at,
            taken_by=names.get(one.taken_by, one.taken_by),
        )
        for one in found
    ]  # fmt: skip
