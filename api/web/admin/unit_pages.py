"""Units: the tree of a day, a search over it, and one unit with its people, its heirs and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import list_cursors
from api.auth import Caller
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page
from api.web.admin.forms import Form
from api.web.visiting import Sent
from digitize.tally import day_of
from digitize.territory import History
from storage import staff, units
from storage.changes import Kind
from storage.units import Unit, listing
from storage.units.histories import read_history

router = APIRouter(prefix="/admin")

PAGE_LENGTH = 50

WordQuery = Annotated[str, Query(max_length=200, pattern=PRINTABLE)]


@router.get("")
def begin() -> Response:
    """Lead to the first tab."""
    return RedirectResponse("/admin/units", 303)


@router.get("/units")
def show_units(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    q: WordQuery = "",
    day: WordQuery = "",
    parent: WordQuery = "",
    gone: bool = False,
    cursor: CursorQuery = None,
) -> Response:
    """Show the units right below one on a day, or all of the scope that fit a search."""
    form = Form(Sent((("day", day),)))
    chosen = form.day("day") or day_of(parts.now())
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    searching = bool(q.strip()) or gone
    with parts.storage.database.read() as connection:
        above = units.find_unit(connection, parent or _own(caller), caller.scope)
        asked = listing.Asked(chosen, q, None if searching else above.id, gone)
        found, more = listing.listing(connection, asked, caller.scope, after=after, limit=PAGE_LENGTH)
        way = units.way_down(connection, above, caller.scope)
    return admin_page(
        request, caller, "units.html", units=found, following=list_cursors.to_word(found[-1].code) if more else None,
        at_start=cursor is None, q=q, day=chosen, gone=gone, above=above, way=way, searching=searching,
        faults=form.faults, is_today=chosen == day_of(parts.now()),
    )  # fmt: skip


@router.get("/units/{unit_id}")
def show_unit(
    unit_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show one unit."""
    with parts.storage.database.read() as connection:
        unit = units.find_unit(connection, unit_id, caller.scope)
    return unit_page(request, parts, caller, unit, cursor=cursor)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of one unit."""

    history: History
    ids: Mapping[str, str]
    """Of the units named in the history and lying in the caller's scope, by code."""
    merged: Sequence[tuple[str, str]]
    """Id and code of the units that left it what they had."""
    below: int
    people: int


def unit_page(
    request: Request,
    parts: Parts,
    caller: Caller,
    unit: Unit,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    """Render one unit's page.

    Args:
        request: whose answer it is.
        parts: the service.
        caller: the administrator.
        unit: of their scope.
        status: HTTP status.
        cursor: of the page of the history.
        refused: the form that was refused, as :func:`api.web.admin.desk.admin_page` takes it.
    """
    today = day_of(parts.now())
    with parts.storage.database.read() as connection:
        told = _told(connection, caller, unit, today)
        way = units.way_down(connection, unit, caller.scope)
        past = history.of_subject(connection, Kind.UNIT, unit.id, caller.scope, cursor)
    return admin_page(
        request, caller, "unit.html", status, unit=unit, told=told, way=way, history=past, today=today,
        own=unit.id == _own(caller), ended=unit.valid_to is not None, **refused,
    )  # fmt: skip


def _told(connection: sa.Connection, caller: Caller, unit: Unit, today: date) -> _Told:
    own = read_history(connection, unit.id)
    assert own is not None  # noqa: S101  # the unit was just found
    named = {below.parent for below in own.parents if below.parent} | {heir.unit for heir in own.heirs}
    return _Told(
        own, listing.ids_of(connection, named, caller.scope), listing.merged_into(connection, unit.id),
        listing.count_below(connection, unit.id, today), staff.count(connection, unit.id),
    )  # fmt: skip


def _own(caller: Caller) -> str:
    return caller.session.person.unit_id if caller.session else ""
