"""The work list: what waits for whom, by filters in the address, views that a person keeps, page by page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import cursors, reviewing
from api.auth import Caller, Right
from api.parts import PartsOf
from api.schemas_search import QueryPath
from api.view import document_bodies
from api.web.rendering import page
from api.web.review.list_filter import MINE, Density, FilterOf, ListFilter, read_filter, waiting_states
from api.web.visiting import SentForm, Visitor
from digitize.lifecycle import Office
from storage import registry, units, views
from storage.registry import Cursor

router = APIRouter()

PAGE_LENGTH = 30
MOST_UNITS = 200
"""Units that the filter proposes; a larger scope is typed."""
DENSITY_COOKIE = "sohoa-density"
_KEPT_S = 365 * 24 * 3600
_LONGEST_VIEW = 400


@router.get("/")
def show_list(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    asked: FilterOf,
    cursor: Annotated[str, Query(max_length=300)] = "",
    density: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Show documents, newest first."""
    if Right.READ_RESULTS not in caller.rights:
        return page(request, "review/no_documents.html", caller=caller)
    chosen = _density(request, density)
    with parts.storage.database.read() as connection:
        shown = _page(connection, caller, asked, cursor)
        shown |= _beside(connection, caller, asked)
    answer = page(
        request, "review/work_list.html", caller=caller, asked=asked, density=chosen, densities=list(Density),
        first=not cursor, cursor=cursor, seals=caller.actor.office is Office.OFFICER,
        reviews=reviewing.TO_REVIEW if caller.actor.office is Office.CLERK else frozenset(), most=registry.MOST_COUNTED,
        **shown,
    )  # fmt: skip
    if density:
        secure = parts.settings.secure_cookies
        answer.set_cookie(DENSITY_COOKIE, chosen.value, _KEPT_S, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/views")
def keep_view(sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Keep the list as it is filtered now under a name."""
    caller.need(Right.READ_RESULTS)
    query = read_filter(dict(parse_qsl(sent.get("query")[:_LONGEST_VIEW]))).query
    with parts.storage.database.write() as connection:
        views.save(connection, caller.actor.id, sent.get("name")[:100], query, parts.now())
    return RedirectResponse(f"/?{query}", 303)


@router.post("/views/{view_id}/removal")
def remove_view(view_id: QueryPath, caller: Visitor, parts: PartsOf) -> Response:
    """Forget a view."""
    with parts.storage.database.write() as connection:
        views.remove(connection, caller.actor.id, view_id)
    return RedirectResponse("/", 303)


def _page(connection: sa.Connection, caller: Caller, asked: ListFilter, cursor: str) -> dict[str, object]:
    found = registry.listing(
        connection, caller.scope, states=asked.states(caller.actor.office), sought=asked.sought,
        dossier_code=asked.dossier or None, after=cursors.from_word(cursor) if cursor else None,
        limit=PAGE_LENGTH + 1,
    )  # fmt: skip
    shown = found[:PAGE_LENGTH]
    more = cursors.to_word(Cursor(shown[-1].received_at, shown[-1].id)) if len(found) > PAGE_LENGTH else ""
    return {"documents": document_bodies(connection, shown, masked=True), "more": more}


def _beside(connection: sa.Connection, caller: Caller, asked: ListFilter) -> dict[str, object]:
    counts = registry.counts(connection, caller.scope, sought=asked.sought)
    mine = waiting_states(caller.actor.office)
    below = units.subtree(connection, caller.scope)
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "mine": sum(count for state, count in counts.items() if state in mine),
        "mine_word": MINE,
        "units": below[:MOST_UNITS] if len(below) > 1 else (),
        "kept": views.listing(connection, caller.actor.id),
    }


def _density(request: Request, asked: str) -> Density:
    word = asked or request.cookies.get(DENSITY_COOKIE, "")
    return Density(word) if word in set(Density) else Density.USUAL
