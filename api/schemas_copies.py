"""The bodies of requests and answers about visits and certified copies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from api.schemas import PRINTABLE, Certificates, Given, Id, Instant, Line, Reason, Sent
from api.schemas_documents import SignatureBody
from digitize.attest.lifecycle import CopyState, CopyWaiting
from digitize.attest.refusal import RefusalGround
from digitize.attest.visit import MOST_COPIES, MOST_PAGES
from storage.deliveries import Channel, DeliveryState

CertificationPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
CopyPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Optional = Annotated[str, Field(max_length=300, pattern=PRINTABLE)]
Title = Annotated[str, Field(min_length=1, max_length=1000, pattern=PRINTABLE)]
Years = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]


class RequesterSent(Sent):
    """Who asks for the copies."""

    full_name: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    id_number: Annotated[str, Field(max_length=40, pattern=PRINTABLE)] = ""
    address: Annotated[str, Field(max_length=500, pattern=PRINTABLE)] = ""
    email: Annotated[str, Field(max_length=254, pattern=PRINTABLE)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=PRINTABLE)] = ""


class OriginalSent(Sent):
    """One paper original that was shown."""

    title: Title
    pages: Annotated[int, Field(ge=1, le=MOST_PAGES)]
    quantity: Annotated[int, Field(ge=1, le=MOST_COPIES)] = 1
    issuer: Optional = ""
    kind: Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_]*$")] = ""
    number: Annotated[str, Field(max_length=120, pattern=PRINTABLE)] = ""
    issued_on: Years | None = None
    foreign: bool = False
    foreign_kind: Annotated[str, Field(max_length=40, pattern=PRINTABLE)] = ""
    legalised: bool = False


class CertificationSent(Sent):
    """A visit: one requester at one unit with their originals."""

    requester: RequesterSent
    originals: Annotated[list[OriginalSent], Field(min_length=1, max_length=100)]
    unit: Annotated[Line | None, Field(description="Mã đơn vị; bỏ trống: đơn vị của người gửi.")] = None
    certifier: Annotated[
        Line | None, Field(description="Tên đăng nhập của người thực hiện chứng thực; bỏ trống: người gửi.")
    ] = None
    received_at: Annotated[Instant | None, Field(description="Lúc tiếp nhận yêu cầu; bỏ trống: bây giờ.")] = None
    act: Annotated[
        Literal["certify_copy", "extract_from_register"],
        Field(description="Chỉ nhận certify_copy; cấp bản sao từ sổ gốc là thủ tục khác."),
    ] = "certify_copy"


class ExtensionSent(Sent):
    """The deadline is put off."""

    working_days: Annotated[int, Field(ge=1, le=30)]
    reason: Reason
    agreed_in_writing: bool = False


class PaymentSent(Sent):
    """Money was received."""

    amount_vnd: Annotated[int, Field(ge=1, le=1_000_000_000)]
    receipt_number: Annotated[str, Field(min_length=1, max_length=60, pattern=PRINTABLE)]


class AttestationSent(Sent):
    """The certifier compared every page with the original and orders their own signature."""

    compared: Literal[True]
    certificates: Certificates = Field(default_factory=list)


class RefusalSent(Sent):
    """One of the six grounds, and the certifier's own words."""

    ground: RefusalGround
    reason: Reason


class CancellationSent(Sent):
    """A certification is cancelled by decision."""

    decision_number: Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
    reason: Reason
    effective_at: Instant
    successor: Annotated[Id | None, Field(description="Bản sao thay thế.")] = None


class NumberingBody(Given):
    """The line of the register."""

    number: str
    book: str
    on: date


class DeadlineBody(Given):
    """When the copies are due (NĐ 23/2015/NĐ-CP Art 7, Art 21)."""

    due_at: datetime
    same_day: bool
    extended_days: int


class RefusalBody(Given):
    """Why a paper was refused."""

    ground: RefusalGround
    reason: str
    refused_at: datetime


class CancellationBody(Given):
    """Why and from when a copy has no value."""

    decision_number: str
    reason: str
    effective_at: datetime


class DeliveryBody(Given):
    """One way by which a copy goes to its requester; its target is masked."""

    channel: Channel
    target: str
    state: DeliveryState
    created_at: datetime
    expires_at: datetime | None
    failures: int
    downloads: int


class CopyBody(Given):
    """A certified copy as it stands."""

    id: str
    certification: str
    ordinal: int
    title: str
    kind: str
    number: str
    issuer: str
    issued_on: date | None
    pages: int
    quantity: int
    captured_pages: int | None
    fee_vnd: int
    state: CopyState
    state_name: str
    waiting_for: CopyWaiting
    version: int
    verification_code: str
    numbering: NumberingBody | None
    secrecy: bool
    """A secrecy mark was read on the last capture: refuse, or capture again with the reason why it is none."""
    problem: str | None
    signatures: list[SignatureBody]
    refusal: RefusalBody | None
    cancellation: CancellationBody | None
    successor: str | None
    deliveries: list[DeliveryBody]
    opened_at: datetime
    changed_at: datetime
    sealed_at: datetime | None
    issued_at: datetime | None


class CopyList(Given):
    """A page of copies."""

    copies: list[CopyBody]
    next: str | None
    """Cursor of the next page; None at the end."""


class CertificationBody(Given):
    """A visit as it stands; the requester is masked in lists, their numbers always."""

    id: str
    unit: str
    procedure_code: str
    certifier: str
    requester_name: str
    requester_id_number: str
    requester_email: str
    opened_at: datetime
    closed_at: datetime | None
    received_at: datetime
    deadline: DeadlineBody
    extension_reason: str
    fee_vnd: int
    paid_vnd: int
    paid: bool
    copies: list[CopyBody]


class CertificationList(Given):
    """A page of visits; their copies are left out."""

    certifications: list[CertificationBody]
    next: str | None


class SuggestionBody(Given):
    """What the machine read on the capture: a draft, compared with the paper by the certifier."""

    title: str
    kind: str
    number: str
    issuer: str
    issued_on: str
    pages: int


class LinkBody(Given):
    """A download link; its secret is shown this once."""

    url: str
    expires_at: datetime
