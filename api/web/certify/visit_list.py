"""The visits of the unit: those on the desk by their clock, and all of them, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import copy_cursors
from api.auth import Right
from api.copy_view import visit_bodies
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.web.certify.showing import certify_page
from api.web.visiting import Visitor
from digitize.attest.codes import parse_verification_code
from digitize.errors import SohoaError
from storage import certifications
from storage.certifications import CopyCursor, DueCursor

router = APIRouter(prefix="/certifications")

PAGE_LENGTH = 30
ALL = "all"
"""The tab with every visit."""

Cursor = Annotated[str, Query(max_length=300)]


@router.get("")
def show_visits(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    tab: Annotated[str, Query(max_length=10)] = "",
    cursor: Cursor = "",
    code: Annotated[str, Query(max_length=60, pattern=PRINTABLE)] = "",
) -> Response:
    """Show visits; a code from a copy leads to its visit."""
    caller.need(Right.READ_COPIES)
    message = ""
    with parts.storage.database.read() as connection:
        if code.strip():
            try:
                copy = certifications.find_by_code(connection, parse_verification_code(code.strip()), caller.scope)
                return RedirectResponse(f"/certifications/{copy.certification_id}?copy={copy.id}", 303)
            except SohoaError as error:
                message = error.message
        after = copy_cursors.from_word(cursor) if cursor else None
        if tab == ALL:
            found = certifications.visits(connection, caller.scope, after=after, limit=PAGE_LENGTH + 1)
        else:
            due = None if after is None else DueCursor(after.opened_at, after.copy)
            found = certifications.on_the_desk(connection, caller.scope, after=due, limit=PAGE_LENGTH + 1)
        shown = found[:PAGE_LENGTH]
        bodies = visit_bodies(connection, shown)
        standings = certifications.standings_of(connection, [visit.id for visit in shown])
    more = ""
    if len(found) > PAGE_LENGTH:
        last: datetime = shown[-1].opened_at if tab == ALL else shown[-1].deadline.due_at
        more = copy_cursors.to_word(CopyCursor(last, shown[-1].id))
    return certify_page(
        request, parts, caller, "visits.html", visits=bodies, standings=standings, tab=tab, more=more,
        first=not cursor, code=code, message=message, now=parts.now(), issues=Right.ISSUE_COPIES in caller.rights,
    )  # fmt: skip
