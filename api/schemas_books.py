"""The bodies of requests and answers about books, authorities, coverage and public look-ups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from api.schemas import PRINTABLE, Given, Id, Instant, Line, RateBody, Sent
from digitize.attest.authority import Basis
from digitize.attest.lifecycle import CopyState
from digitize.attest.visit import Act

BookPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
AuthorityPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
LookUpCode = Annotated[str, Path(min_length=1, max_length=40, description="Mã in cạnh mã QR trên bản sao.")]


class BookSent(Sent):
    """The next volume of a unit."""

    unit: Annotated[Line | None, Field(description="Mã đơn vị; bỏ trống: đơn vị của người gửi.")] = None


class YearSent(Sent):
    """A year to be closed."""

    year: Annotated[int, Field(ge=2020, le=2200)]


class BookBody(Given):
    """One volume of the register."""

    id: str
    unit: str
    kind: str
    name: str
    year: int
    volume: int
    opened_on: date
    closed_on: date | None
    total: int | None


class BookList(Given):
    """A page of books."""

    books: list[BookBody]
    next: str | None
    """Cursor of the next page; None at the end."""


class EntryBody(Given):
    """A line of the register, with the columns of the paper book."""

    number: str
    on: date
    requester: str
    title: str
    certifier: str
    quantity: int
    fee_vnd: int
    note: str
    void: bool


class TotalsBody(Given):
    """What a period adds up to."""

    entries: int
    void: int
    copies: int
    fee_vnd: int


class EntriesBody(Given):
    """A page of the register of a month or a year."""

    unit: str
    title: str
    name: str
    period: str
    entries: list[EntryBody]
    totals: TotalsBody
    """Of the whole period."""
    next: int | None
    """What ``above`` is for the next page; None at the end."""


class YearBody(Given):
    """A year of the register."""

    year: int
    last: int
    closed_on: date | None
    totals: TotalsBody | None


class AuthoritySent(Sent):
    """Who may certify, on what ground, from when to when."""

    person: Annotated[Line, Field(description="Tên đăng nhập.")]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    basis: Basis
    legal_basis: Line
    starts_at: Instant
    ends_at: Instant | None = None
    granted_by: Annotated[Id | None, Field(description="Thẩm quyền của người ủy quyền hoặc phân công.")] = None
    unit: Annotated[Line | None, Field(description="Mã đơn vị; bỏ trống: đơn vị của người gửi.")] = None
    acts: Annotated[tuple[Act, ...], Field(min_length=1, max_length=2)] = (Act.CERTIFY_COPY,)


class AuthorityBody(Given):
    """An authority as it stands."""

    id: str
    person: str
    title: str
    acts: list[Act]
    basis: Basis
    legal_basis: str
    starts_at: datetime
    ends_at: datetime | None
    granted_by: str | None
    ended_early_at: datetime | None
    in_force: bool


class ServiceBody(Given):
    """Whether one unit offers the service."""

    unit_code: str
    name: str
    has_book: bool
    has_certifier: bool
    issued: int


class CoverageTargetBody(Given):
    """What was asked for."""

    percent: float
    source: str


class CoverageBody(Given):
    """How far the service reaches."""

    year: int
    level: str
    offering: RateBody
    covered: RateBody
    target: CoverageTargetBody | None
    mark: str
    reached: bool | None
    units: list[ServiceBody]


class EndBody(Given):
    """That a copy has no value any more, as anybody may know it: the reason may name a person and is left out."""

    decision_number: str
    effective_at: datetime


class StatusBody(Given):
    """What the short code alone shows: nothing about a person."""

    state: CopyState
    state_name: str
    is_valid: bool
    unit_name: str
    number: str
    book: str
    on: date
    cancellation: EndBody | None
    successor_code: str | None
    asked: str
    """Name of the fact that opens the full view."""


class FactSent(Sent):
    """The fact from the paper."""

    fact: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]


class FullViewBody(Given):
    """What the code and a fact from the paper show."""

    status: StatusBody
    title: str
    issuer: str
    pages: int
    quantity: int
    certifier: str
    certifier_title: str
    sha256: str | None
    """Of the issued file; None of a void one."""
    sealed_at: datetime | None
    issued_at: datetime | None


class KeySetBody(Given):
    """RFC 7517 §5."""

    keys: list[dict[str, Any]]
