"""The bodies of requests and answers about documents and their steps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas import Certificates, DossierCode, FieldValue, Given, Id, Instant, Line, Ordinal, Reason, Sent
from digitize.lifecycle import State, Waiting


class KindBody(Given):
    """What paper it is."""

    code: str
    name: str
    confidence: float
    """0.0 to 1.0; 1.0 once a person confirmed."""


class SummaryBody(Given):
    """What lists show; the holder is masked."""

    number: str
    issued_date: str
    holder_name: str
    subject: str
    pages: int
    doubtful: list[str]
    findings: list[str]


class CodesBody(Given):
    """The codes that the result got (TT 01/2023 Art 10, NĐ 45/2020 Art 14, CV 7197)."""

    digitization_code: str | None
    """Masked: it begins with the owner's number."""
    result_code: str | None
    doc_code: str | None


class SignatureBody(Given):
    """A signature that our own verifier judged before the revision was released."""

    role: str
    signer: str
    signed_at: datetime
    level: str
    verdict: str


class DocumentBody(Given):
    """A document as it stands."""

    id: str
    dossier: str
    ordinal: int
    state: State
    state_name: str
    waiting_for: Waiting
    version: int
    received_at: datetime
    changed_at: datetime
    kind: KindBody
    summary: SummaryBody
    codes: CodesBody
    signatures: list[SignatureBody]
    problem: str | None
    """Why it was refused, quarantined or could not be signed."""


class DocumentList(Given):
    """A page of documents, newest first."""

    documents: list[DocumentBody]
    counts: dict[str, int]
    """By state, each up to 1,000: where a state has more, 1,000 stands here."""
    """Documents of the units by state."""
    next: str | None
    """Opaque; None on the last page."""


class EntryBody(Given):
    """One event of a document's history."""

    sequence: int
    at: datetime
    actor: str
    office: str
    event: str
    event_name: str
    payload: dict[str, Any]
    hash: str


class OriginBody(Given):
    """Where a document was taken over from (``sohoa takeover``, ``sohoa backfill``)."""

    source_system: str
    source_id: str
    """The source's own id of it."""
    manifest_name: str
    manifest_sha256: str
    row: int
    """Of the manifest."""
    taken_at: Instant
    taken_by: str


class HistoryBody(Given):
    """The chain of events."""

    events: list[EntryBody]
    broken: list[str]
    """What does not hold, in Vietnamese; empty when the chain is whole."""
    origins: list[OriginBody]
    """Where it was taken over from, earliest first; empty: it was handed in."""


class CaptureAttested(Sent):
    """What the clerk attests before the capture is signed (TT 01/2023/TT-VPCP Art 8)."""

    complete: Literal[True]
    in_order: Literal[True]
    legible: Literal[True]
    certificates: Certificates = Field(default_factory=list)


class DataSent(Sent):
    """The data as a person confirms them."""

    kind: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9_]+$")]
    fields: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], FieldValue], Field(max_length=40)]


class CorrectionSent(DataSent):
    """The data of a sealed result, corrected."""

    reason: Reason


class ReasonSent(Sent):
    """Why."""

    reason: Reason


class MoveSent(ReasonSent):
    """Where the result belongs."""

    dossier: DossierCode
    ordinal: Ordinal | None = None


class SupersessionSent(ReasonSent):
    """Which document takes the place."""

    successor: Id


class RevocationSent(ReasonSent):
    """By which decision the result is cancelled, and from when."""

    decision_number: Line
    effective_at: Instant


class PurgeProposalSent(Sent):
    """By which ground and decision the document must go."""

    legal_ground: Reason
    decision_number: Line


class SealOrderSent(Sent):
    """One press of the sealing officer."""

    documents: Annotated[list[Id], Field(min_length=1, max_length=500)]
    certificates: Certificates = Field(default_factory=list)


class RefusedBody(Given):
    """A document of the list that is not sealed."""

    document: str
    code: str
    message: str


class SealOrderBody(Given):
    """What became of the order."""

    order: str
    accepted: list[str]
    refused: list[RefusedBody]
