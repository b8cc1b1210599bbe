"""Units: the tree as it stands or stood on a day, and which unit a name on a paper stands for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import READING
from api.auth import AnyCaller
from api.parts import PartsOf
from api.schemas_territory import AgencyName, CandidateBody, Day, ResolutionBody, UnitBody
from digitize.targets import VIETNAM_TIME
from storage import units
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
