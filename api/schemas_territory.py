"""The bodies of requests and answers about units, the national catalogue, and what is to be scanned."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.schemas import PRINTABLE, DossierCode, Given, Sent
from digitize.scanning import Form, Group, Part, Verdict

AgencyName = Annotated[str, Field(min_length=1, max_length=300, pattern=PRINTABLE)]
_EARLIEST, _LATEST = date(1945, 9, 2), date(2200, 1, 1)
Day = Annotated[date, Field(ge=_EARLIEST, le=_LATEST)]
Named = Annotated[str, Query(max_length=200, pattern=PRINTABLE, description="Đầu của mã, hoặc các từ của tên.")]


class UnitBody(Given):
    """An office that resolves dossiers."""

    id: str
    code: str
    name: str
    level: str
    branch: str
    """``dia_phuong`` or ``nganh_doc``."""
    parent: str | None
    valid_from: date
    valid_to: date | None
    """Last day; none: no known end."""
    heirs: list[str]
    """Codes of those who took over, the principal first."""


class CandidateBody(Given):
    """A unit that bore the name on the date."""

    unit: str
    name: str
    score: float


class ResolutionBody(Given):
    """Which unit a name on a paper stands for."""

    unit: str | None
    """Code; none: không rõ."""
    score: float | None
    answering: str | None
    """Code of the unit that answers for it today; none also when that one is not in the caller's units."""
    candidates: list[CandidateBody]
    reason: str


class ProcedureBody(Given):
    """A procedure as it is on a day."""

    code: str
    name: str
    level: str | None
    field_code: str | None
    field_name: str | None
    needs_paper_result: bool | None
    needs_fee: bool | None
    population_linked: bool | None
    result_types: list[str]
    valid_from: date
    valid_to: date | None
    source: str


class ResultTypeBody(Given):
    """A type of paper that procedures end with, as it is on a day."""

    code: str
    name: str
    kind_code: str | None
    valid_from: date
    valid_to: date | None
    source: str


class RowFaultBody(Given):
    """A row that cannot be used."""

    row: int
    sentence: str


class CatalogueImportBody(Given):
    """What became of a table; with one bad row nothing is written."""

    dry_run: bool
    entered: int
    changed: int
    same: int
    faults: list[RowFaultBody]
    table: str | None
    """Of an XLSX: what to send in place of the file from now on."""


class UnitImportBody(CatalogueImportBody):
    """What became of a table of units."""

    without_heirs: list[str]
    """Codes of units that end without an heir: nobody answers for what they leave."""


class PaperSent(Sent):
    """What is known of a paper; what is left out is not known."""

    part: Part
    group: Group | None = None
    form: Form | None = None
    filed_online: bool | None = None
    only_shown: bool | None = None
    secret: bool | None = None
    shared: bool | None = None
    born_digital: bool | None = None
    expired: bool | None = None
    duplicate: bool | None = None
    digitised_elsewhere: bool | None = None
    sector_law: bool | None = None


class AdviceSent(Sent):
    """What is asked about: a dossier, or a paper that is described."""

    dossier: DossierCode | None = None
    paper: PaperSent | None = None
    on: Annotated[Day | None, Field(description="Luật của ngày này; bỏ trống: hôm nay.")] = None


class GroundBody(Given):
    """A reason and where it stands."""

    reason: str
    source: str
    mark: str
    """"chưa kiểm chứng" where wording or day were not found in a published text."""


class ReusableBody(Given):
    """A published result in force that could stand in for the paper; its content is asked for with a purpose."""

    result: str
    title: str
    unit_name: str
    issued_on: date


class PaperAdviceBody(Given):
    """A paper and what is to be done with it."""

    part: Part | None
    ordinal: int | None
    """None for a described paper."""
    name: str
    there: str
    """What the archive has of it; empty: nothing."""
    verdict: Verdict
    verdict_name: str
    firm: bool
    """No stated reason sets a prohibition aside."""
    grounds: list[GroundBody]
    """The deciding one first."""
    asks: list[str]
    """What should be found out, because it could change the verdict."""
    reusable: list[ReusableBody]
