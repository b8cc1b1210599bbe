"""The bodies of searching: what is asked, what was found, and queries that are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from api.schemas import PRINTABLE, Given, Line, Sent
from digitize.lifecycle import State
from digitize.search.query import LONGEST
from storage.search.indexing import NOT_SCANNED
from storage.search.rounds import Why

QueryPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z]+$")]
_Kind = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_]+$")]


class Asked(Sent):
    """A query: names are personal, so it comes in a body and never in an address."""

    q: Annotated[
        str,
        Field(
            max_length=LONGEST, pattern=PRINTABLE,
            description="Họ tên (có dấu hay không), số ký hiệu, số định danh, mã hồ sơ, ngày, chữ trong bản quét; "
            "trong ngoặc kép: đúng từng dấu.",
        ),
    ] = ""  # fmt: skip
    kind: Annotated[tuple[_Kind, ...], Field(max_length=50, description="Chỉ các loại này.")] = ()
    state: Annotated[
        tuple[State | Literal["none"], ...],
        Field(max_length=30, description="Chỉ các trạng thái này; none: chưa quét."),
    ] = ()
    channel: Annotated[
        tuple[Annotated[int, Field(ge=1, le=3)], ...],
        Field(max_length=3, description="1 trực tiếp, 2 trực tuyến, 3 bưu chính."),
    ] = ()
    first_day: Annotated[date | None, Field(description="Ngày cấp từ ngày này.")] = None
    last_day: Annotated[date | None, Field(description="Ngày cấp đến hết ngày này.")] = None
    unit: Annotated[Line | None, Field(description="Mã đơn vị; gồm cả các đơn vị trực thuộc.")] = None
    unit_name: Annotated[
        Line | None, Field(description="Tên đơn vị, kể cả tên cũ và đơn vị đã sáp nhập: “xã Tân An”.")
    ] = None


class Asking(Asked):
    """A query and which page of its answer."""

    cursor: Annotated[str | None, Field(max_length=1000, description="`next` của trang trước.")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Highlight(Given):
    """A stretch of text with the places that agree."""

    field: Literal["holder_name", "applicant_name", "number", "text"]
    text: str
    spans: list[tuple[int, int]]
    """First character and the one behind the last, from 0."""


class FoundBody(Given):
    """A result that was found."""

    result: str
    """Opaque id."""
    code: str
    """``<dossier code>-KQ(n)``."""
    dossier: str
    document: str | None
    """Id of the document; None: not scanned."""
    title: str
    kind_code: str
    kind_name: str
    state: str
    state_name: str
    number: str
    issued_on: date
    valid_until: date | None
    cancelled_on: date | None
    unit: str
    unit_name: str
    holder_name: str
    applicant_name: str
    """Of the dossier, where it is another."""
    why: Why
    highlights: list[Highlight]


class FacetBody(Given):
    """A value and how many of the results that were read have it."""

    value: str
    name: str
    count: int


class SearchBody(Given):
    """A page of what was found."""

    results: list[FoundBody]
    next: str | None
    """Cursor of the next page."""
    facets: dict[str, list[FacetBody]]
    """kind, state, year, unit; on the first page only."""
    bounded: bool
    """More may agree than were read: facets count the best only, and a page may be short."""


class QuerySent(Sent):
    """A query to be kept."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
    query: Asked


class QueryBody(Given):
    """A query that is kept."""

    id: str
    name: str
    query: Asked
    created_at: datetime


STATES_BESIDE = {NOT_SCANNED: "chưa quét"}
"""What may stand in ``state`` besides the states of documents."""
