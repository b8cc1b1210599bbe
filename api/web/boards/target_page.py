"""Where the units stand, as a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Caller
from api.parts import Parts, PartsOf
from api.routes.counting import progress_of
from api.routes.indicators import explain
from api.schemas_counting import CursorQuery, UnitQuery, YearQuery
from api.web.boards.turning import some
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize.exchange.rules import goal
from digitize.targets import FIRST_YEAR, VIETNAM_TIME
from storage.exchange import measuring
from storage.exchange.measuring import Share
from storage.explaining import Side

router = APIRouter()

PAGE_LENGTH = 50


@router.get("/targets")
def show_targets(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=2000, le=2200)] = None,
    late: Annotated[bool, Query(description="Count what was published after the year, too.")] = False,
    cursor: CursorQuery = None,
) -> Response:
    """Show stock and flow rates beside the targets of a year."""
    now = parts.now()
    this_year = now.astimezone(VIETNAM_TIME).year
    chosen = year or this_year
    progress = progress_of(caller, parts, chosen, None, now if late else None)
    every = [each for each in progress if each.unit_id is not None]
    shown, following = some(every, lambda each: each.unit_code, cursor, PAGE_LENGTH)
    return page(
        request,
        "boards/targets.html",
        caller=caller,
        year=chosen,
        late=late,
        past=chosen < this_year,
        years=range(this_year, FIRST_YEAR - 1, -1),
        units=shown,
        following=following,
        at_start=cursor is None,
        levels=[each for each in progress if each.unit_id is None],
        shares=_shares(caller, parts),
        goal=goal(),
    )


def _shares(caller: Caller, parts: Parts) -> Sequence[Share]:
    """Return how far portals are in step with the caller's units, as it was measured last."""
    with parts.storage.database.read() as connection:
        return measuring.kept(connection, caller.scope)


_THINGS = {
    ("stock", Side.NUMERATOR): "Kết quả còn hiệu lực đã số hóa",
    ("stock", Side.DENOMINATOR): "Kết quả còn hiệu lực",
    ("stock", Side.MISSING): "Kết quả còn hiệu lực chưa số hóa",
    ("flow", Side.NUMERATOR): "Hồ sơ giải quyết trong kỳ có kết quả số hóa",
    ("flow", Side.DENOMINATOR): "Hồ sơ giải quyết trong kỳ",
    ("flow", Side.MISSING): "Hồ sơ giải quyết trong kỳ chưa có kết quả số hóa",
}


@router.get("/targets/things")
def show_things(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    unit: UnitQuery,
    measure: Literal["stock", "flow"] = "stock",
    side: Literal["numerator", "denominator", "missing"] = "missing",
    year: YearQuery = None,
    cursor: CursorQuery = None,
) -> Response:
    """Show the results or dossiers behind a number."""
    chosen = year or parts.now().astimezone(VIETNAM_TIME).year
    found = explain(caller, parts, measure, Side(side), chosen, unit=unit, cursor=cursor)
    heading = _THINGS[measure, Side(side)]
    return page(
        request, "boards/things.html",
        caller=caller, heading=heading, unit=unit, year=chosen, measure=measure, side=side, found=found,
        at_start=cursor is None,
    )  # fmt: skip
