"""Late dossiers and their letters, and what to scan this week, as pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Right
from api.parts import PartsOf
from api.routes.planning import get_scanning_plan
from api.routes.reports import list_late_dossiers
from api.schemas_counting import CursorQuery, UnitQuery
from api.schemas_reports import DayQuery
from api.web.rendering import page
from api.web.visiting import Visitor
from api.words import kind_name
from storage.apologies import Lateness

router = APIRouter()

PAGE_LENGTH = 30


@router.get("/board/late")
def show_late(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    which: Annotated[Lateness, Query()] = Lateness.OPEN,
    since: DayQuery = None,
    until: DayQuery = None,
    unit: UnitQuery = None,
    cursor: CursorQuery = None,
) -> Response:
    """Show late dossiers, the oldest first, with the day of their letters."""
    caller.need(Right.READ_RESULTS)
    found = list_late_dossiers(caller, parts, which, since, until, unit, cursor, PAGE_LENGTH)
    return page(
        request, "boards/late.html", caller=caller, which=which, ways=Lateness, unit=unit, since=since, until=until,
        found=found, at_start=cursor is None, writes=Right.WRITE_DOSSIERS in caller.rights,
    )  # fmt: skip


@router.get("/board/plan")
def show_plan(
    request: Request, caller: Visitor, parts: PartsOf, unit: UnitQuery = None, cursor: CursorQuery = None
) -> Response:
    """Show which papers a unit should scan first."""
    caller.need(Right.READ_TARGETS)
    found = get_scanning_plan(caller, parts, unit, cursor, PAGE_LENGTH)
    return page(
        request, "boards/plan.html", caller=caller, found=found, chosen=unit, kind_name=kind_name,
        at_start=cursor is None,
    )  # fmt: skip
