"""Visits and copies as callers see them."""

from __future__ import annotations

import sqlalchemy as sa

from api.masking import masked_name, masked_number
from api.schemas_copies import (
    CancellationBody,
    CertificationBody,
    CopyBody,
    DeadlineBody,
    DeliveryBody,
    NumberingBody,
    RefusalBody,
    SuggestionBody,
)
from api.schemas_documents import SignatureBody
from api.words import kind_name
from digitize.attest.lifecycle import COPY_STATE_NAMES, COPY_WAITING_FOR, CopyState
from digitize.model import UNKNOWN_KIND, Reading
from storage import cancellation, certifications, deliveries, shown, units
from storage.certifications import Certification, Copy
from storage.certifications.deciding import refusal_of
from storage.certifications.keeping import revisions_of
from storage.deliveries import masked_address


def copy_body(connection: sa.Connection, copy: Copy) -> CopyBody:
    """Describe a copy with its signatures, deliveries and how it ended."""
    refused = refusal_of(connection, copy.id) if copy.state is CopyState.REFUSED else None
    cancelled = cancellation.cancellation_of(connection, copy.id) if copy.state is CopyState.CANCELLED else None
    original = copy.original
    return CopyBody(
        id=copy.id,
        certification=copy.certification_id,
        ordinal=copy.ordinal,
        title=original.title,
        kind=original.kind,
        number=original.number,
        issuer=original.issuer,
        issued_on=original.issued_on,
        pages=original.pages,
        quantity=original.quantity,
        captured_pages=copy.captured_pages,
        fee_vnd=copy.fee_vnd,
        state=copy.state,
        state_name=COPY_STATE_NAMES[copy.state],
        waiting_for=COPY_WAITING_FOR[copy.state],
        version=copy.record.version,
        verification_code=copy.code.printed,
        numbering=None if copy.numbering is None else NumberingBody.model_validate(copy.numbering),
        secrecy=copy.record.secrecy,
        problem=copy.problem or None,
        signatures=[SignatureBody.model_validate(each) for each in revisions_of(connection, copy.id)],
        refusal=None if refused is None else RefusalBody.model_validate(refused),
        cancellation=None if cancelled is None else CancellationBody.model_validate(cancelled),
        successor=copy.successor_id,
        deliveries=[DeliveryBody.model_validate(each) for each in deliveries.of_copy(connection, copy.id)],
        opened_at=copy.opened_at,
        changed_at=copy.changed_at,
        sealed_at=copy.sealed_at,
        issued_at=copy.issued_at,
    )


def visit_body(connection: sa.Connection, visit: Certification, *, listed: bool = False) -> CertificationBody:
    """Describe a visit; in a list without its copies, and with the initials of the requester alone."""
    names = shown.names(connection, (visit.certifier,))
    requester = visit.requester
    copies = [] if listed else certifications.of_visit(connection, visit.id)
    return CertificationBody(
        id=visit.id,
        unit=units.find_unit(connection, visit.unit_id).code,
        procedure_code=visit.procedure_code,
        certifier=names.get(visit.certifier, ""),
        requester_name=masked_name(requester.full_name) if listed else requester.full_name,
        requester_id_number=masked_number(requester.id_number) if requester.id_number else "",
        requester_email=masked_address(requester.email) if requester.email else "",
        opened_at=visit.opened_at,
        closed_at=visit.closed_at,
        received_at=visit.deadline.received_at,
        deadline=DeadlineBody.model_validate(visit.deadline),
        extension_reason=visit.extension_reason,
        fee_vnd=visit.fee_vnd,
        paid_vnd=visit.paid_vnd,
        paid=visit.is_paid,
        copies=[copy_body(connection, copy) for copy in copies],
    )


def suggestion_body(reading: Reading) -> SuggestionBody:
    """Name the paper from what the machine read; empty where it read nothing."""
    values = {name: field.value for name, field in reading.fields.items()}
    kind = "" if reading.kind.code == UNKNOWN_KIND else kind_name(reading.kind.code)
    return SuggestionBody(
        title=" ".join(part for part in (kind, values.get("subject", "")) if part),
        kind="" if reading.kind.code == UNKNOWN_KIND else reading.kind.code,
        number=values.get("number", ""),
        issuer=values.get("organ_name", ""),
        issued_on=values.get("issued_date", ""),
        pages=len(reading.pages),
    )
