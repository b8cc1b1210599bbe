"""Units: the tree as it stands or stood on a day, a table of it, and which unit a name on a paper stands for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from starlette.concurrency import run_in_threadpool

from api.answers import READING, WRITING, documented
from api.auth import AnyCaller, PersonOnly, need_top_administrator
from api.parts import PartsOf
from api.schemas_territory import (
    AgencyName,
    CandidateBody,
    Day,
    ResolutionBody,
    RowFaultBody,
    UnitBody,
    UnitImportBody,
)
from api.spreadsheets import ACCEPTED, Opened, SentTable, SentTableId, Waiting, accepted, sent_table, table_of
from digitize.procedures import Defaults
from digitize.targets import VIETNAM_TIME
from storage import units
from storage.administration import imports
from storage.administration.imports import File, Imported, What
from storage.changes import Deed
from storage.units import UnitOnDay

router = APIRouter(prefix="/api/v1/units", tags=["Đơn vị"])


@router.get("", responses=READING)
def list_units(
    caller: AnyCaller,
    parts: PartsOf,
    on: Annotated[
        Day | None, Query(description="Các đơn vị có vào ngày này; bỏ trống: mọi đơn vị, cả đã thôi.")
    ] = None,
) -> list[UnitBody]:
    """Các đơn vị trong phạm vi của người gọi, kể cả các đơn vị mà chúng kế thừa."""
    with parts.storage.database.read() as connection:
        codes = {unit.id: unit.code for unit in units.subtree(connection, caller.scope)}
        found = units.on_day(connection, on, caller.scope) if on else units.as_they_are(connection, caller.scope)
    return [_body(unit, codes) for unit in found]


@router.post("/import", responses=WRITING | ACCEPTED | documented(415, 429), response_model=UnitImportBody)
async def import_units(
    caller: PersonOnly,
    parts: PartsOf,
    file: SentTable = None,
    table: SentTableId = None,
    dry_run: Annotated[bool, Form(description="Chỉ kiểm tra, không ghi.")] = False,
) -> UnitImportBody | Response:
    """Nhập bảng đơn vị (CSV, JSON, NDJSON, XLSX) với lịch sử của chúng; một dòng sai thì không ghi gì."""
    need_top_administrator(caller)
    sent = await sent_table(parts, caller, file, table)
    if isinstance(sent, Waiting):
        return accepted(sent)

    def done() -> Imported:
        database, told = parts.storage.database, table_of(sent)
        sender, deed = File("" if file is None else file.filename or ""), Deed(caller.actor.id, parts.now())
        with database.read() if dry_run else database.write() as connection:
            return imports.take_in(connection, What.UNITS, told, Defaults(), sender, deed, dry_run=dry_run)

    told = await run_in_threadpool(done)
    return UnitImportBody(
        dry_run=dry_run, entered=told.entered, changed=told.changed, same=told.same,
        faults=[RowFaultBody.model_validate(fault) for fault in told.faults],
        table=sent.id if isinstance(sent, Opened) else None, without_heirs=list(told.without_heirs),
    )  # fmt: skip


def _body(unit: UnitOnDay, codes: dict[str, str]) -> UnitBody:
    return UnitBody(
        id=unit.id, code=unit.code, name=unit.name, level=unit.level.value, branch=unit.branch.value,
        parent=codes.get(unit.parent_id or ""), valid_from=unit.valid_from, valid_to=unit.valid_to,
        heirs=[codes[heir] for heir in unit.heirs if heir in codes],
    )  # fmt: skip


@router.get("/resolve", responses=READING)
def resolve_unit(
    caller: AnyCaller,
    parts: PartsOf,
    name: Annotated[AgencyName, Query(description="Tên cơ quan như in trên giấy.")],
    on: Annotated[Day | None, Query(description="Ngày của giấy; bỏ trống: hôm nay.")] = None,
    above: Annotated[AgencyName | None, Query(description="Cơ quan chủ quản in ở dòng trên.")] = None,
) -> ResolutionBody:
    """Đơn vị mà tên trên giấy chỉ tới vào ngày của giấy, và đơn vị trả lời thay hôm nay; không chắc thì là không rõ."""
    today = parts.now().astimezone(VIETNAM_TIME).date()
    with parts.storage.database.read() as connection:
        found = units.resolve(connection, name, on or today, today, above=above or "", scope=caller.scope)
        codes = {unit.id: unit.code for unit in units.subtree(connection, caller.scope)}
    return ResolutionBody(
        unit=found.unit.code if found.unit else None,
        score=found.unit.score if found.unit else None,
        answering=codes.get(found.answering or ""),
        candidates=[CandidateBody(unit=one.code, name=one.name, score=one.score) for one in found.candidates],
        reason=found.reason,
    )
