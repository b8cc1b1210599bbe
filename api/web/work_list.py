"""The work list: what waits for whom, filtered by state, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import cursors
from api.auth import Right
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.view import document_bodies
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize.lifecycle import WAITING_FOR, Office, State
from storage import registry
from storage.registry import Cursor

router = APIRouter()

PAGE_LENGTH = 30
MINE = "mine"
"""The filter for what waits for the person's own office."""


@router.get("/")
def show_list(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    state: Annotated[str, Query(max_length=40)] = "",
    dossier: Annotated[str, Query(max_length=64, pattern=PRINTABLE)] = "",
    cursor: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Show documents, newest first."""
    if Right.READ_RESULTS not in caller.rights:
        return page(request, "no_documents.html", caller=caller)
    with parts.storage.database.read() as connection:
        found = registry.listing(
            connection,
            caller.scope,
            states=_states(state, caller.actor.office),
            dossier_code=dossier.strip() or None,
            after=cursors.from_word(cursor) if cursor else None,
            limit=PAGE_LENGTH + 1,
        )
        shown = found[:PAGE_LENGTH]
        bodies = document_bodies(connection, shown, masked=True)
        counts = registry.counts(connection, caller.scope)
    more = cursors.to_word(Cursor(shown[-1].received_at, shown[-1].id)) if len(found) > PAGE_LENGTH else ""
    mine = sum(count for each, count in counts.items() if each in _states(MINE, caller.actor.office))
    return page(
        request,
        "work_list.html",
        caller=caller,
        documents=bodies,
        counts=counts,
        most=registry.MOST_COUNTED,
        mine=mine,
        total=sum(counts.values()),
        chosen=state,
        dossier=dossier,
        more=more,
        first=not cursor,
        seals=caller.actor.office is Office.OFFICER,
    )


def _states(word: str, office: Office) -> tuple[State, ...]:
    if word == MINE:
        return tuple(state for state, waiting in WAITING_FOR.items() if waiting.value == office.value)
    return (State(word),) if word in set(State) else ()
