"""A visit and its copies as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digitize.attest.capture import Visit
from digitize.attest.clock import Deadline
from digitize.attest.codes import VerificationCode
from digitize.attest.lifecycle import CopyRecord, CopyState
from digitize.attest.numbering import Numbering
from digitize.attest.visit import Act, Original, Requester


@dataclass(frozen=True, slots=True)
class Certification:
    """One visit (phiên chứng thực) of one requester at one unit."""

    id: str
    """Opaque."""
    unit_id: str
    unit_path: str
    act: Act
    procedure_code: str
    """Of the administrative procedure: ``2.000815``."""
    certifier: str
    """Id of the person who captures, compares and signs."""
    requester: Requester
    opened_by: str
    """Id of the person or system that opened it."""
    opened_at: datetime
    closed_at: datetime | None
    """None while originals may be captured."""
    deadline: Deadline
    extension_reason: str
    """Empty without an extension."""
    fee_vnd: int
    """Of all copies that were not refused or given up."""
    paid_vnd: int

    @property
    def is_paid(self) -> bool:
        """The fee was paid in full."""
        return self.paid_vnd >= self.fee_vnd

    @property
    def visit(self) -> Visit:
        """What of it matters to a capture."""
        return Visit(self.certifier, self.opened_at, self.closed_at)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that was received for a visit."""

    amount_vnd: int
    receipt_number: str
    received_by: str
    """Id of a person or a system."""
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A certified copy, finished or on its way."""

    record: CopyRecord
    certification_id: str
    ordinal: int
    """Of the original in its visit, from 1."""
    unit_id: str
    unit_path: str
    original: Original
    fee_vnd: int
    """Of all copies of the original."""
    code: VerificationCode
    authority_id: str | None
    """On which the certifier of the attestation in force relied."""
    captured_pages: int | None
    """None before reading."""
    problem: str
    """Why the last step did not go through: a Vietnamese sentence, or empty."""
    scan_key: str | None
    """Of the capture in force."""
    reading_key: str | None
    archive_key: str | None
    attested_key: str | None
    token_certificates: tuple[str, ...]
    """DER in base64, the signer's own first; empty: the key is held by the sealing worker."""
    prepared_key: str | None
    prepared_until: datetime | None
    """When the token's term ends."""
    answer_key: str | None
    untimed_key: str | None
    place_bytes: int | None
    """Of DER to keep free for the next signature, after one did not fit; None: by a dry run."""
    signed_key: str | None
    """Revision 1, signed by the certifier."""
    sealed_key: str | None
    """Revision 2, sealed by the agency."""
    signer: str | None
    """Whose key the standing order names: the certifier, later the unit."""
    seal_order_id: str | None
    opened_at: datetime
    changed_at: datetime
    sealed_at: datetime | None
    issued_at: datetime | None
    ended_at: datetime | None
    """From when on it has no value; None: it was not cancelled."""
    successor_id: str | None

    @property
    def id(self) -> str:
        """Opaque id."""
        return self.record.copy

    @property
    def state(self) -> CopyState:
        """Where it stands."""
        return self.record.state

    @property
    def numbering(self) -> Numbering | None:
        """Its line of the register; None before a number was given."""
        return self.record.numbering
