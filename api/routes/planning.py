"""What to scan this week, and the targets that authorities set for the units below them."""

from __future__ import annotations

from fastapi import APIRouter

from api import list_cursors
from api.answers import READING, WRITING
from api.auth import Caller, PersonOnly, TargetReader
from api.errors import MissingScope
from api.parts import PartsOf
from api.routes.counting import rate_body
from api.schemas_counting import (
    BehindBody,
    CursorQuery,
    LimitQuery,
    LocalTargetBody,
    LocalTargetEnded,
    LocalTargetSent,
    PlanBody,
    TargetPath,
    UnitQuery,
    WantedBody,
    YearQuery,
)
from digitize import indicators
from digitize.lifecycle import Office
from digitize.tally import day_of
from digitize.targets import FLOW, STOCK, LocalTarget, UnitProgress
from storage import local_targets, scanning_plan, units
from storage.administration import targets as administered
from storage.changes import Deed
from storage.scanning_plan import Reached, Wanted

router = APIRouter(prefix="/api/v1", tags=["Chỉ tiêu"])

_SHOWN = 50
"""Units that a plan names."""


@router.get("/scanning-plan", responses=READING)
def get_scanning_plan(
    caller: TargetReader, parts: PartsOf, unit: UnitQuery = None, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> PlanBody:
    """Tuần này quét gì: đơn vị còn thiếu bao nhiêu kết quả, và những giấy tờ nên quét trước."""
    now = parts.now()
    after = None if cursor is None else _reached(cursor)
    with parts.storage.database.read() as connection:
        scope = units.find_by_code(connection, unit, caller.scope).scope if unit else caller.scope
        behind = scanning_plan.behind(connection, day_of(now).year, scope, now)
        chosen = unit or (behind[0].unit_code if behind else units.subtree(connection, scope)[0].code)
        found = units.find_by_code(connection, chosen, scope)
        plan = scanning_plan.plan(connection, found, now, after=after, limit=limit)
    return PlanBody(
        units=[_behind(each) for each in behind[:_SHOWN]],
        unit=chosen,
        missing=next((each.missing for each in behind if each.unit_code == chosen), None),
        papers=[_wanted(each) for each in plan.papers],
        cursor=None if plan.following is None else _word(plan.following),
    )


@router.get("/local-targets", responses=READING)
def list_local_targets(caller: TargetReader, parts: PartsOf, year: YearQuery = None) -> list[LocalTargetBody]:
    """Chỉ tiêu địa phương của một năm, trong phạm vi của người hỏi."""
    with parts.storage.database.read() as connection:
        found = local_targets.listing(connection, year or day_of(parts.now()).year, caller.scope)
    return [_target(each) for each in found]


@router.post("/local-targets", status_code=201, responses=WRITING)
def enter_local_target(sent: LocalTargetSent, caller: PersonOnly, parts: PartsOf) -> LocalTargetBody:
    """Giao chỉ tiêu cho một đơn vị và các đơn vị trực thuộc (lãnh đạo, người quản trị)."""
    _need_office(caller)
    if sent.measure not in {STOCK, FLOW}:
        indicators.indicator(sent.measure)
    with parts.storage.database.write() as connection:
        unit = units.find_by_code(connection, sent.unit, caller.scope)
        entered = administered.enter(
            connection, unit, Deed(caller.actor.id, parts.now()), year=sent.year, level=sent.level,
            measure=sent.measure, percent=sent.percent, source=sent.source, since=sent.since, until=sent.until,
        )  # fmt: skip
    return _target(entered)


@router.post("/local-targets/{target_id}/end", responses=WRITING)
def end_local_target(
    target_id: TargetPath, sent: LocalTargetEnded, caller: PersonOnly, parts: PartsOf
) -> LocalTargetBody:
    """Thôi áp dụng một chỉ tiêu sau một ngày; chỉ tiêu vẫn còn trong sổ."""
    _need_office(caller)
    with parts.storage.database.write() as connection:
        deed = Deed(caller.actor.id, parts.now())
        present = local_targets.find(connection, target_id, caller.scope, to_change=True)
        return _target(administered.end(connection, present, sent.until, deed))


def _need_office(caller: Caller) -> None:
    if caller.actor.office not in {Office.SUPERVISOR, Office.ADMINISTRATOR}:
        raise MissingScope


def _word(place: Reached) -> str:
    return list_cursors.to_word(
        place.kind, place.unit_id, place.wanted_until.isoformat(), place.issued_on.isoformat(), place.result_id
    )


def _reached(word: str) -> Reached:
    kind, unit_id, until, issued, result = list_cursors.from_word(word, 5)
    return Reached(kind, unit_id, list_cursors.day(until), list_cursors.day(issued), result)


def _behind(each: UnitProgress) -> BehindBody:
    return BehindBody(
        unit=each.unit_code, name=each.name, stock=rate_body(each.stock),
        target_percent=0 if each.target is None else each.target.percent, missing=each.missing or 0,
    )  # fmt: skip


def _wanted(each: Wanted) -> WantedBody:
    return WantedBody(
        code=each.code, unit=each.unit_code, title=each.title, kind_code=each.kind_code, issued_on=each.issued_on,
        in_force_until=each.in_force_until, reused=each.reused,
    )  # fmt: skip


def _target(each: LocalTarget) -> LocalTargetBody:
    return LocalTargetBody(
        id=each.id, unit=each.unit_code, year=each.year, level=each.level, measure=each.measure, percent=each.percent,
        source=each.source, since=each.since, until=each.until,
    )  # fmt: skip
