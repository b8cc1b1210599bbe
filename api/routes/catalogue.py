"""The national catalogue of procedures and result types: looked up as of a day, taken in by administrators."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from starlette.concurrency import run_in_threadpool

from api.answers import READING, WRITING, documented
from api.auth import AnyCaller, Caller, PersonOnly, need_top_administrator
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_territory import CatalogueImportBody, Day, Named, ProcedureBody, ResultTypeBody, RowFaultBody
from api.spreadsheets import ACCEPTED, Opened, Sent, SentTable, SentTableId, Waiting, accepted, sent_table, table_of
from digitize.procedures import Defaults, Procedure, ResultType
from digitize.targets import VIETNAM_TIME
from storage import procedures
from storage.administration import imports
from storage.administration.imports import File, Imported, What
from storage.changes import Deed

router = APIRouter(prefix="/api/v1", tags=["Danh mục thủ tục"])

_DryRun = Annotated[bool, Form(description="Chỉ kiểm tra, không ghi.")]
_Since = Annotated[Day | None, Form(description="Ngày có hiệu lực của các dòng không ghi ngày.")]
_Source = Annotated[str, Form(max_length=500, pattern=PRINTABLE, description="Nguồn của các dòng không ghi nguồn.")]
_Limit = Annotated[int, Query(ge=1, le=1000)]
_IMPORTING = WRITING | ACCEPTED | documented(415, 429)


@router.get("/procedures", responses=READING)
def list_procedures(
    _caller: AnyCaller, parts: PartsOf, on: Day | None = None, named: Named = "", limit: _Limit = 200
) -> list[ProcedureBody]:
    """Thủ tục hành chính như vào một ngày (bỏ trống: hôm nay)."""
    with parts.storage.database.read() as connection:
        found = procedures.procedures_on(connection, on or _today(parts), named=named, limit=limit)
    return [_procedure(one) for one in found]


@router.get("/result-types", responses=READING)
def list_result_types(
    _caller: AnyCaller, parts: PartsOf, on: Day | None = None, named: Named = "", limit: _Limit = 200
) -> list[ResultTypeBody]:
    """Loại giấy tờ kết quả như vào một ngày (bỏ trống: hôm nay)."""
    with parts.storage.database.read() as connection:
        found = procedures.result_types_on(connection, on or _today(parts), named=named, limit=limit)
    return [_result_type(one) for one in found]


@router.post("/catalogue/procedures", responses=_IMPORTING, response_model=CatalogueImportBody)
async def import_procedures(
    caller: PersonOnly, parts: PartsOf, file: SentTable = None, table: SentTableId = None, dry_run: _DryRun = False,
    since: _Since = None, source: _Source = "",
) -> CatalogueImportBody | Response:  # fmt: skip
    """Nhập danh mục thủ tục (CSV, JSON, NDJSON, XLSX); dòng mới khép dòng cũ, một dòng sai thì không ghi gì."""
    need_top_administrator(caller)
    sent = await sent_table(parts, caller, file, table)
    told = File("" if file is None else file.filename or "")
    return await _taken_in(parts, caller, sent, told, What.PROCEDURES, Defaults(since, source), dry_run=dry_run)


@router.post("/catalogue/result-types", responses=_IMPORTING, response_model=CatalogueImportBody)
async def import_result_types(
    caller: PersonOnly, parts: PartsOf, file: SentTable = None, table: SentTableId = None, dry_run: _DryRun = False,
    since: _Since = None, source: _Source = "",
) -> CatalogueImportBody | Response:  # fmt: skip
    """Nhập danh mục loại giấy tờ kết quả (CSV, JSON, NDJSON, XLSX)."""
    need_top_administrator(caller)
    sent = await sent_table(parts, caller, file, table)
    told = File("" if file is None else file.filename or "")
    return await _taken_in(parts, caller, sent, told, What.RESULT_TYPES, Defaults(since, source), dry_run=dry_run)


async def _taken_in(
    parts: Parts, caller: Caller, sent: Sent | Waiting, file: File, what: What, defaults: Defaults, *, dry_run: bool
) -> CatalogueImportBody | Response:
    if isinstance(sent, Waiting):
        return accepted(sent)

    def done() -> Imported:
        database, table = parts.storage.database, table_of(sent)
        deed = Deed(caller.actor.id, parts.now())
        with database.read() if dry_run else database.write() as connection:
            return imports.take_in(connection, what, table, defaults, file, deed, dry_run=dry_run)

    told = await run_in_threadpool(done)
    return CatalogueImportBody(
        dry_run=dry_run, entered=told.entered, changed=told.changed, same=told.same,
        faults=[RowFaultBody.model_validate(fault) for fault in told.faults],
        table=sent.id if isinstance(sent, Opened) else None,
    )  # fmt: skip


def _procedure(one: Procedure) -> ProcedureBody:
    return ProcedureBody(
        code=one.code, name=one.name, level=one.level.value if one.level else None, field_code=one.field_code,
        field_name=one.field_name, needs_paper_result=one.needs_paper_result, needs_fee=one.needs_fee,
        population_linked=one.population_linked, result_types=list(one.result_types), valid_from=one.since,
        valid_to=one.until, source=one.source,
    )  # fmt: skip


def _result_type(one: ResultType) -> ResultTypeBody:
    return ResultTypeBody(
        code=one.code, name=one.name, kind_code=one.kind_code, valid_from=one.since, valid_to=one.until,
        source=one.source,
    )  # fmt: skip


def _today(parts: Parts) -> date:
    return parts.now().astimezone(VIETNAM_TIME).date()
