"""The journal of administrative changes: searched, and a change taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.errors import status_of
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery
from api.web import preferences
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form, FormFaults, faults_of
from api.web.visiting import Sent, SentForm
from digitize.errors import SohoaError
from digitize.targets import VIETNAM_TIME
from storage import changes, staff
from storage.administration.undoing import REVERSALS
from storage.changes import Deed, Wanted

router = APIRouter(prefix="/admin/changes")

PAGE_LENGTH = 50
WordQuery = Annotated[str, Query(max_length=100, pattern=PRINTABLE)]


@router.get("")
def show_changes(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    kind: WordQuery = "",
    who: WordQuery = "",
    since: WordQuery = "",
    until: WordQuery = "",
    cursor: CursorQuery = None,
) -> Response:
    """Show what was changed within the caller's units."""
    asked = Sent((("who", who.strip()), ("since", since), ("until", until)))
    faults, found = {}, None
    with parts.storage.database.read() as connection:
        try:
            wanted = _wanted(connection, caller, kind, asked)
            found = history.search(connection, wanted, caller.scope, cursor, PAGE_LENGTH)
        except FormFaults as error:
            faults = {"": "; ".join(error.faults.values())}
    return admin_page(
        request, caller, "changes.html", history=found, kind=kind, who=who, since=since,
        until=until, faults=faults,
    )  # fmt: skip


def _wanted(connection: sa.Connection, caller: Caller, kind: str, asked: Sent) -> Wanted:
    form = Form(asked)
    first, last = form.day("since"), form.day("until")
    form.settle()
    actor = None
    if asked.get("who"):
        actor = staff.id_of(connection, asked.get("who"), caller.scope)
        if actor is None:
            raise FormFaults({"who": "Không có người dùng tên này trong phạm vi của bạn."})
    return Wanted(
        kind=history.kind_of(kind), actor=actor, since=None if first is None else _begins(first),
        until=None if last is None else _begins(last) + timedelta(days=1),
    )  # fmt: skip


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME).astimezone(UTC)


@router.post("/{change_id}/undo")
def undo(change_id: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf) -> Response:
    """Take a change back."""
    back = _own_address(sent.get("back"))

    def take_back(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        form.text("reason", "Hãy ghi lý do hoàn tác.")
        form.settle()
        changes.undo(connection, change_id, caller.scope, deed, REVERSALS)
        return RedirectResponse(back, 303)

    def refused(error: SohoaError) -> Response:
        message = "; ".join(faults_of(error).values())
        return admin_page(request, caller, "undo_refused.html", status_of(type(error)), message=message, back=back)

    return changing(request, parts, caller, sent, take_back, refused)


def _own_address(word: str) -> str:
    """Lead back only to a page of this desk."""
    return word if word.startswith("/admin/") and preferences.is_own_address(word) else "/admin/changes"
