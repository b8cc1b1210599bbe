"""Targets of a year: those of the law, which nobody changes here, and those that authorities set for their units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import list_cursors
from api.admin_words import MEASURE_NAMES
from api.auth import Caller
from api.parts import Parts, PartsOf
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page
from digitize import targets as of_law
from digitize.tally import day_of
from digitize.targets import FIRST_YEAR, LEVEL_NAMES
from storage import local_targets, units
from storage.changes import Kind
from storage.local_targets import Place

router = APIRouter(prefix="/admin/targets")

PAGE_LENGTH = 50
_LEVELS = tuple((level.value, name) for level, name in LEVEL_NAMES.items())


@router.get("")
def show_targets(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=FIRST_YEAR, le=local_targets.FAR_FUTURE)] = None,
    cursor: CursorQuery = None,
) -> Response:
    """Show the targets of a year."""
    return list_page(request, parts, caller, year or day_of(parts.now()).year, cursor=cursor)


@router.get("/{target_id}")
def show_target(
    target_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show one local target with its history."""
    return target_page(request, parts, caller, target_id, cursor=cursor)


def list_page(
    request: Request,
    parts: Parts,
    caller: Caller,
    year: int,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    """Render the targets of a year.

    Args:
        request: whose answer it is.
        parts: the service.
        caller: the administrator.
        year: of the targets.
        status: HTTP status.
        cursor: of the page.
        refused: the form that was refused.
    """
    with parts.storage.database.read() as connection:
        found = local_targets.register(connection, year, caller.scope, after=_place(cursor), limit=PAGE_LENGTH)
    last = found.following
    following = None if last is None else list_cursors.to_word(last.unit_code, last.since.isoformat(), last.id)
    return admin_page(
        request, caller, "targets.html", status, year=year,
        years=range(day_of(parts.now()).year + 1, FIRST_YEAR - 1, -1),
        of_law=[each for each in of_law.targets() if each.year == year], targets=found.targets,
        measures=tuple(MEASURE_NAMES.items()), levels=_LEVELS, at_start=cursor is None, following=following,
        **refused,
    )  # fmt: skip


def target_page(
    request: Request,
    parts: Parts,
    caller: Caller,
    target_id: str,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    """Render one local target; the arguments are those of :func:`list_page`."""
    with parts.storage.database.read() as connection:
        target = local_targets.find(connection, target_id, caller.scope)
        unit = units.find_unit(connection, target.unit_id, caller.scope)
        past = history.of_subject(connection, Kind.TARGET, target_id, caller.scope, cursor)
    return admin_page(
        request, caller, "target.html", status, target=target, unit=unit, history=past, levels=_LEVELS, **refused
    )


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    unit_code, since, target_id = list_cursors.from_word(cursor, 3)
    return Place(unit_code, list_cursors.day(since), target_id)
