"""Visits and copies as callers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from storage import cancellation, certifications, deliveries, shown
from storage.cancellation import Cancellation
from storage.certifications import Certification, Copy
from storage.certifications.deciding import Refusal, refusals_of
from storage.certifications.keeping import Revision, revisions_of
from storage.deliveries import Delivery, masked_address


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the rows of some copies, by their ids: a query each, however many they are."""

    revisions: Mapping[str, tuple[Revision, ...]]
    refusals: Mapping[str, Refusal]
    cancellations: Mapping[str, Cancellation]
    deliveries: Mapping[str, list[Delivery]]


def copy_body(connection: sa.Connection, copy: Copy) -> CopyBody:
    """Describe a copy with its signatures, deliveries and how it ended."""
    return copy_bodies(connection, [copy])[0]


def copy_bodies(connection: sa.Connection, copies: Sequence[Copy]) -> list[CopyBody]:
    """Describe the copies of a page."""
    ids = [copy.id for copy in copies]
    beside = _Beside(
        revisions_of(connection, ids), refusals_of(connection, ids), cancellation.cancellations_of(connection, ids),
        deliveries.of_copies(connection, ids),
    )  # fmt: skip
    return [_copy_body(copy, beside) for copy in copies]


def _copy_body(copy: Copy, beside: _Beside) -> CopyBody:
    refused = beside.refusals.get(copy.id) if copy.state is CopyState.REFUSED else None
    cancelled = beside.cancellations.get(copy.id) if copy.state is CopyState.CANCELLED else None
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
        signatures=[SignatureBody.model_validate(each) for each in beside.revisions.get(copy.id, ())],
        refusal=None if refused is None else RefusalBody.model_validate(refused),
        cancellation=None if cancelled is None else CancellationBody.model_validate(cancelled),
        successor=copy.successor_id,
        deliveries=[DeliveryBody.model_validate(each) for each in beside.deliveries.get(copy.id, ())],
        opened_at=copy.opened_at,
        changed_at=copy.changed_at,
        sealed_at=copy.sealed_at,
        issued_at=copy.issued_at,
    )


def visit_body(connection: sa.Connection, visit: Certification) -> CertificationBody:
    """Describe a visit with its copies."""
    copies = copy_bodies(connection, certifications.of_visit(connection, visit.id))
    return _visit_body(visit, _named(connection, [visit]), copies, listed=False)


def visit_bodies(connection: sa.Connection, visits: Sequence[Certification]) -> list[CertificationBody]:
    """Describe the visits of a page: without their copies, and with the initials of the requester alone."""
    named = _named(connection, visits)
    return [_visit_body(visit, named, [], listed=True) for visit in visits]


def _named(connection: sa.Connection, visits: Sequence[Certification]) -> Mapping[str, str]:
    """Return the names of the certifiers and the codes of the units, by id."""
    names = shown.names(connection, [visit.certifier for visit in visits])
    return {**names, **shown.unit_codes(connection, [visit.unit_id for visit in visits])}


def _visit_body(
    visit: Certification, named: Mapping[str, str], copies: list[CopyBody], *, listed: bool
) -> CertificationBody:
    requester = visit.requester
    return CertificationBody(
        id=visit.id,
        unit=named[visit.unit_id],
        procedure_code=visit.procedure_code,
        certifier=named.get(visit.certifier, ""),
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
        copies=copies,
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
