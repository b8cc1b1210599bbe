"""From a number of the board down: unit, procedure, clerk, dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import list_cursors
from api.auth import Caller, Right
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery, UnitQuery, YearQuery
from api.web.boards import charts
from api.web.boards.leadership import Course
from api.web.boards.turning import some
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize import span
from digitize.errors import NotFound
from digitize.tally import day_of
from digitize.targets import FIRST_YEAR, STOCK
from storage import breakdown, snapshots, targets, trends, units
from storage.breakdown import Part, Place, Thing, Whole
from storage.units import Unit, answering

router = APIRouter()

PAGE_LENGTH = 30

MeasureQuery = Annotated[Literal["stock", "flow"], Query()]
ProcedureQuery = Annotated[str | None, Query(max_length=40, pattern=PRINTABLE)]
ClerkQuery = Annotated[str | None, Query(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
SideQuery = Annotated[Literal["all", "done", "missing"], Query()]

_DONE = {"all": None, "done": True, "missing": False}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The unit and the number that are taken apart."""

    unit: Unit
    whole: Whole


@router.get("/board/unit")
def show_unit(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    unit: UnitQuery = None,
    year: YearQuery = None,
    measure: MeasureQuery = "stock",
    cursor: CursorQuery = None,
) -> Response:
    """Show where a unit itself stands, and by which procedures."""
    now = parts.now()
    this_year = day_of(now).year
    chosen = year or this_year
    with parts.storage.database.read() as connection:
        asked = _asked(connection, caller, parts, unit, chosen, measure)
        progress = targets.progress(connection, chosen, asked.unit.scope, now)
        own = next((each for each in progress if each.unit_id == asked.unit.id), None)
        months = trends.months(connection, asked.unit.scope, chosen, now)
        together = [each.together({asked.unit.id}) for each in months]
        ahead = snapshots.ahead(connection, asked.unit, now) if chosen == this_year else None
        frozen = snapshots.frozen(connection, asked.unit.id, measure, chosen)
        procedures = breakdown.by_procedure(connection, asked.whole)
        below = [each for each in progress if each.unit_id is not None and each.unit_id != asked.unit.id]
    course = Course([stock for stock, _ in together], [flow for _, flow in together], months, ahead)
    shown, following = some(procedures, _name_of, cursor, PAGE_LENGTH)
    return page(
        request, "boards/unit.html", caller=caller, charts=charts, unit=asked.unit, own=own, year=chosen,
        this_year=this_year, years=range(this_year, FIRST_YEAR - 1, -1), measure=measure, course=course, frozen=frozen,
        procedures=shown, following=following, at_start=cursor is None, below=len(below),
    )  # fmt: skip


@router.get("/board/clerks")
def show_clerks(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    unit: UnitQuery = None,
    procedure: ProcedureQuery = None,
    year: YearQuery = None,
    measure: MeasureQuery = "stock",
    cursor: CursorQuery = None,
) -> Response:
    """Show who signed the scans of a procedure in a unit."""
    chosen = year or day_of(parts.now()).year
    with parts.storage.database.read() as connection:
        asked = _asked(connection, caller, parts, unit, chosen, measure)
        of_it = breakdown.by_procedure(connection, asked.whole, procedure) if procedure else ()
        if not of_it:
            raise NotFound("thủ tục trong con số này")
        [found] = of_it
        clerks = breakdown.by_clerk(connection, asked.whole, found.code)
    shown, following = some(clerks, _name_of, cursor, PAGE_LENGTH)
    return page(
        request, "boards/clerks.html", caller=caller, unit=asked.unit, year=chosen, measure=measure, procedure=found,
        clerks=shown, following=following, at_start=cursor is None,
    )  # fmt: skip


@router.get("/board/things")
def show_things(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    unit: UnitQuery = None,
    procedure: ProcedureQuery = None,
    clerk: ClerkQuery = None,
    side: SideQuery = "all",
    year: YearQuery = None,
    measure: MeasureQuery = "stock",
    cursor: CursorQuery = None,
) -> Response:
    """Show the very results or dossiers, the newest first."""
    chosen = year or day_of(parts.now()).year
    after = None if cursor is None else _place(cursor)
    with parts.storage.database.read() as connection:
        asked = _asked(connection, caller, parts, unit, chosen, measure)
        found = breakdown.things(
            connection, asked.whole, procedure=procedure, clerk=clerk, done=_DONE[side], after=after,
            limit=PAGE_LENGTH + 1,
        )  # fmt: skip
    shown = found[:PAGE_LENGTH]
    return page(
        request, "boards/board_things.html", caller=caller, unit=asked.unit, year=chosen, measure=measure, side=side,
        procedure=procedure, clerk=clerk, things=shown, at_start=cursor is None,
        following=_word(shown[-1]) if len(found) > PAGE_LENGTH else None,
        opens=Right.READ_RESULTS in caller.rights,
    )  # fmt: skip


def _asked(
    connection: sa.Connection, caller: Caller, parts: PartsOf, code: str | None, year: int, measure: str
) -> _Asked:
    caller.need(Right.READ_TARGETS)
    unit = units.find_by_code(connection, code, caller.scope) if code else units.subtree(connection, caller.scope)[0]
    asked = span.span(parts.now(), year)
    inside = targets.covered(answering(connection, unit.scope, asked.last), {unit.id})
    return _Asked(unit, Whole(STOCK if measure == STOCK else measure, frozenset(inside), asked))


def _name_of(part: Part) -> str:
    return part.code.encode().hex()[-120:]


def _word(thing: Thing) -> str:
    return list_cursors.to_word(thing.day.isoformat(), thing.id)


def _place(cursor: str) -> Place:
    day, name = list_cursors.from_word(cursor, 2)
    return Place(list_cursors.day(day), name)
