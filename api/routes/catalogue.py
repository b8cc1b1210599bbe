"""The national catalogue of procedures and result types: looked up as of a day, taken in by administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, File, Form, Query, UploadFile

from api.answers import READING, WRITING, documented
from api.auth import AnyCaller, Caller, PersonOnly
from api.errors import MissingScope
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_territory import CatalogueImportBody, Day, Named, ProcedureBody, ResultTypeBody, RowFaultBody
from digitize.errors import TooLarge, UnknownType
from digitize.lifecycle import Office
from digitize.procedures import Defaults, Procedure, ResultType
from digitize.tabular import MOST_BYTES, is_workbook
from digitize.targets import VIETNAM_TIME
from storage import procedures
from storage.procedures import ImportedCatalogue

router = APIRouter(prefix="/api/v1", tags=["Danh mục thủ tục"])

_Import = Callable[..., ImportedCatalogue]
_Table = Annotated[UploadFile, File(description="Bảng CSV (UTF-8) hoặc JSON.")]
_DryRun = Annotated[bool, Form(description="Chỉ kiểm tra, không ghi.")]
_Since = Annotated[Day | None, Form(description="Ngày có hiệu lực của các dòng không ghi ngày.")]
_Source = Annotated[str, Form(max_length=500, pattern=PRINTABLE, description="Nguồn của các dòng không ghi nguồn.")]
_Limit = Annotated[int, Query(ge=1, le=1000)]


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


@router.post("/catalogue/procedures", responses=WRITING | documented(415))
def import_procedures(
    caller: PersonOnly, parts: PartsOf, file: _Table, dry_run: _DryRun = False, since: _Since = None,
    source: _Source = "",
) -> CatalogueImportBody:  # fmt: skip
    """Nhập danh mục thủ tục; ngày hiệu lực mới khép dòng cũ, một dòng sai thì không ghi gì."""
    return _take_in(caller, parts, file, procedures.import_procedures, Defaults(since, source), dry_run=dry_run)


@router.post("/catalogue/result-types", responses=WRITING | documented(415))
def import_result_types(
    caller: PersonOnly, parts: PartsOf, file: _Table, dry_run: _DryRun = False, since: _Since = None,
    source: _Source = "",
) -> CatalogueImportBody:  # fmt: skip
    """Nhập danh mục loại giấy tờ kết quả."""
    return _take_in(caller, parts, file, procedures.import_result_types, Defaults(since, source), dry_run=dry_run)


def _take_in(
    caller: Caller, parts: Parts, file: UploadFile, take_in: _Import, defaults: Defaults, *, dry_run: bool
) -> CatalogueImportBody:
    # The catalogue is everybody's: only the administrator of the unit at the top may change it.
    if caller.actor.office is not Office.ADMINISTRATOR or caller.scope.path.strip("/").count("/"):
        raise MissingScope("chỉ người quản trị của đơn vị cao nhất được nhập danh mục")
    data = file.file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge(f"bảng nặng hơn {MOST_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều tệp.")
    if is_workbook(data):
        # Packed files from outside are not opened at the door.
        raise UnknownType(
            "ở đây không nhận bảng tính XLSX",
            remedy="Hãy lưu thành CSV UTF-8, hoặc nhờ người vận hành chạy `sohoa catalogue import`.",
        )
    database = parts.storage.database
    with database.read() if dry_run else database.write() as connection:
        done = _done(connection, take_in, data, defaults, dry_run=dry_run)
    return CatalogueImportBody(
        dry_run=dry_run, entered=done.entered, changed=done.changed, same=done.same,
        faults=[RowFaultBody.model_validate(fault) for fault in done.faults],
    )  # fmt: skip


def _done(
    connection: sa.Connection, take_in: _Import, data: bytes, defaults: Defaults, *, dry_run: bool
) -> ImportedCatalogue:
    return take_in(connection, data, defaults, dry_run=dry_run)


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
