"""Where the units stand, as a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.parts import PartsOf
from api.routes.counting import progress_of
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize.targets import FIRST_YEAR, VIETNAM_TIME

router = APIRouter()


@router.get("/targets")
def show_targets(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=2000, le=2200)] = None,
    late: Annotated[bool, Query(description="Count what was published after the year, too.")] = False,
) -> Response:
    """Show stock and flow rates beside the targets of a year."""
    now = parts.now()
    this_year = now.astimezone(VIETNAM_TIME).year
    chosen = year or this_year
    progress = progress_of(caller, parts, chosen, None, now if late else None)
    return page(
        request,
        "targets.html",
        caller=caller,
        year=chosen,
        late=late,
        past=chosen < this_year,
        years=range(this_year, FIRST_YEAR - 1, -1),
        units=[each for each in progress if each.unit_id is not None],
        levels=[each for each in progress if each.unit_id is None],
    )
