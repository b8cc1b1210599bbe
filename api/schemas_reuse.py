"""The bodies of requests and answers about reuse."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.schemas import PRINTABLE, DossierCode, Given, Id, Reason, Sent
from digitize.reuse import Access, Holding, RequestState

Purpose = Annotated[str, Field(min_length=3, max_length=300, pattern=PRINTABLE, description="Mục đích sử dụng.")]
LegalBasis = Annotated[
    str, Field(min_length=3, max_length=300, pattern=PRINTABLE, description="Căn cứ pháp lý, điều khoản.")
]
OwnerNumber = Annotated[
    str,
    Field(
        min_length=6, max_length=40, pattern=PRINTABLE,
        description="Số định danh cá nhân, CMND, mã số thuế hoặc hộ chiếu; chỉ nằm trong thân yêu cầu.",
    ),
]  # fmt: skip
ResultPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
RequestPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
SecretPath = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z_-]+$")]


class SearchSent(Sent):
    """Whose results are needed, what for, by which right, for which dossier."""

    owner: OwnerNumber
    purpose: Purpose
    legal_basis: LegalBasis
    dossier_code: Annotated[DossierCode, Field(description="Hồ sơ cần kết quả; không nhất thiết là hồ sơ ở đây.")]
    kind: Annotated[str | None, Field(max_length=80, pattern=r"^[a-z0-9_]+$")] = None
    result_type: Annotated[str | None, Field(max_length=40, pattern=r"^[0-9A-Za-z.]+$")] = None
    in_force_on: Annotated[date | None, Field(description="Chỉ kết quả còn hạn vào ngày này.")] = None


class ValidityBody(Given):
    """Whether the result holds on a day."""

    on: date
    holding: Holding
    holds: bool
    sentence: str
    since: date
    until: date | None
    """Last day in force; null: for good, or it does not hold."""
    decision_number: str
    successor: str
    """Opaque id of the document that took its place."""


class AssuranceBody(Given):
    """How the electronic result came about."""

    scanned: str
    checked: str
    signed: str
    signatures_hold: bool


class MetadataBody(BaseModel):
    """The fields of CV 7197/BKHCN-CĐSQG; what it means by the last five is not verified."""

    model_config = ConfigDict(frozen=True)

    DocCode: str
    TypeName: str
    CodeNumber: str
    CodeNotation: str
    IssuedDate: str
    OrganName: str
    Subject: str
    Language: str
    PageAmount: int | None
    Description: str
    InforSign: str
    Keyword: str
    Mode: str
    ConfidenceLevel: str
    Format: str


class ReusedResultBody(Given):
    """A result; its data only where access is granted."""

    result: str
    access: Access
    reason: str
    """Why it waits or was refused."""
    kind: str
    kind_name: str
    unit: str
    unit_name: str
    validity: ValidityBody
    assurance: AssuranceBody
    code: str | None
    """``<dossier code>-KQ(n)``."""
    result_type: str | None
    title: str | None
    holder_name: str | None
    """Initials."""
    data: MetadataBody | None


class ReuseBody(Given):
    """A request and what it shows now."""

    request: str
    state: RequestState
    asked_at: datetime
    dossier_code: str
    results: list[ReusedResultBody]
    more: bool
    """There are more than one answer holds: ask for a kind."""


class LinkSent(Sent):
    """Under which request."""

    request: Id


class LinkBody(Given):
    """A link to the file; it ends soon."""

    url: str
    expires_at: datetime
    sha256: str
    validity: ValidityBody


class AcceptanceSent(Sent):
    """Which result replaces which paper."""

    result: Id
    component: Annotated[
        str, Field(min_length=1, max_length=80, pattern=PRINTABLE, description="Mã hoặc số thứ tự thành phần hồ sơ.")
    ]
    dossier_code: DossierCode


class AcceptanceBody(Given):
    """A result that replaced a paper."""

    id: str
    request_id: str
    result_id: str
    dossier_code: str
    component: str
    in_our_dossier: bool
    accepted_at: datetime


class DecisionSent(Sent):
    """What an officer of the issuing unit decides."""

    result: Id
    grant: bool
    reason: Reason


class DecisionBody(Given):
    """What became of it."""

    request: str
    result: str
    access: Access


class WaitingResultBody(Given):
    """A result that somebody asked for and that a person must release."""

    request: str
    result: str
    asked_at: datetime
    caller: str
    caller_unit: str
    purpose: str
    legal_basis: str
    dossier_code: str
    title: str
    kind: str
    unit: str
    ground: str


class WaitingResultList(Given):
    """A page of what waits, the oldest first."""

    waiting: list[WaitingResultBody]
    next: str | None


class OwnerProofSent(Sent):
    """Who the owner is, and a paper that they hold."""

    owner: OwnerNumber
    result_code: Annotated[
        str, Field(min_length=1, max_length=80, pattern=PRINTABLE, description="Mã kết quả, dạng <mã hồ sơ>-KQ(n).")
    ]
    fact: Annotated[
        str, Field(min_length=1, max_length=100, pattern=PRINTABLE, description="Số ghi trên giấy, hoặc ngày cấp.")
    ]


class OnBehalfSent(Sent):
    """Whose list staff read, and by which right."""

    owner: OwnerNumber
    legal_basis: LegalBasis


class SeenBody(Given):
    """A result that somebody was shown, or asked for."""

    title: str
    access: str
    shown: str
    fetched_at: datetime | None
    accepted_at: datetime | None


class LookupBody(Given):
    """Who looked, when and why."""

    at: datetime
    caller: str
    """Name of a system; initials of a person."""
    unit_name: str
    purpose: str
    legal_basis: str
    dossier_code: str
    results: list[SeenBody]


class LookupList(Given):
    """The latest requests, newest first."""

    accesses: list[LookupBody]
