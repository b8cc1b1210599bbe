"""The national catalogues and the agencies: searched as of a day, one entry through time, retired and restored."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import list_cursors
from api.auth import Caller, need_top_administrator
from api.errors import MissingScope, status_of
from api.parts import Parts, PartsOf
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form, at_field, faults_of
from api.web.admin.unit_pages import WordQuery
from api.web.visiting import Sent, SentForm
from digitize.errors import NotFound, SohoaError
from digitize.tally import day_of
from storage import procedures
from storage.administration import entries, imports
from storage.administration.imports import CATALOGUES, KINDS, What
from storage.changes import Deed
from storage.procedures import Place
from storage.units import listing

router = APIRouter(prefix="/admin/catalogues")

PAGE_LENGTH = 50


@router.get("")
def show_catalogue(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    what: What = What.PROCEDURES,
    q: WordQuery = "",
    day: WordQuery = "",
    gone: bool = False,
    cursor: CursorQuery = None,
) -> Response:
    """Show the entries of a catalogue as they are on a day, or of all days."""
    form = Form(Sent((("day", day),)))
    chosen = form.day("day") or day_of(parts.now())
    with parts.storage.database.read() as connection:
        found, following = _listed(connection, caller, what, chosen, q, gone, cursor)
    return admin_page(
        request, caller, "catalogues.html", what=what, whats=list(What), found=found, following=following, q=q,
        day=chosen, gone=gone, at_start=cursor is None, faults=form.faults, top=may_change(caller),
    )  # fmt: skip


def _listed(
    connection: sa.Connection, caller: Caller, what: What, day: date, named: str, gone: bool, cursor: str | None
) -> tuple[Any, str | None]:
    if what is What.UNITS:
        after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
        asked = listing.Asked(day, named, None, gone)
        found, more = listing.listing(connection, asked, caller.scope, after=after, limit=PAGE_LENGTH)
        return found, list_cursors.to_word(found[-1].code) if more else None
    page = procedures.listed(
        connection, CATALOGUES[what], None if gone else day, named=named, after=place_of(cursor), limit=PAGE_LENGTH
    )
    return page.entries, word_of(page.following)


@router.get("/{what}/{code}")
def show_entry(
    what: What, code: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show what a code stood, stands and will stand for; the journal leads here by code or by an import's id."""
    with parts.storage.database.read() as connection:
        if what not in CATALOGUES or imports.is_import(connection, code):
            return RedirectResponse(f"/admin/catalogues/imports/{imports.find(connection, code).id}", 303)
    return _page(request, parts, caller, what, code, cursor=cursor)


@router.post("/{what}/{code}/{step}")
def take_step(
    what: What, code: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Retire an entry, or restore it."""
    need_top_administrator(caller)
    if step not in {"retirement", "restoration"} or what not in CATALOGUES:
        raise NotFound("bước này")

    def change(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        since = form.needed_day("since", "Thiếu ngày bắt đầu của mục.")
        until = form.needed_day("until", "Thiếu ngày cuối cùng áp dụng.") if step == "retirement" else None
        form.text("reason", "Hãy ghi lý do và căn cứ.", 500)
        form.settle()
        bare_code = code.partition("@")[0]
        with at_field("until"):
            if until is None:
                entries.restore(connection, what, bare_code, since, deed)
            else:
                entries.retire(connection, what, bare_code, since, until, deed)
        return RedirectResponse(f"/admin/catalogues/{what.value}/{code}", 303)

    def refused(error: SohoaError) -> Response:
        failed = f"{step}-{sent.get('since')}"
        return _page(
            request, parts, caller, what, code, status_of(type(error)), failed=failed, faults=faults_of(error),
            sent=sent,
        )  # fmt: skip

    return changing(request, parts, caller, sent, change, refused)


def _page(
    request: Request,
    parts: Parts,
    caller: Caller,
    what: What,
    named: str,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    code, _, since = named.partition("@")
    with parts.storage.database.read() as connection:
        known = entries.versions(connection, what, code)
        chosen = next((each for each in known if each.since.isoformat() == since), known[-1])
        subject = f"{code}@{chosen.since}"
        past = history.of_subject(connection, KINDS[what], subject, caller.scope, cursor)
    return admin_page(
        request, caller, "entry.html", status, what=what, code=code, versions=known, chosen=chosen, history=past,
        today=day_of(parts.now()), top=may_change(caller), **refused,
    )  # fmt: skip


def may_change(caller: Caller) -> bool:
    """Tell whether somebody may change what is everybody's."""
    try:
        need_top_administrator(caller)
    except MissingScope:
        return False
    return True


def place_of(cursor: str | None) -> Place | None:
    """Read where a page of entries ended.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    if cursor is None:
        return None
    code, since = list_cursors.from_word(cursor, 2)
    return Place(code, list_cursors.day(since))


def word_of(place: Place | None) -> str | None:
    """Write down where a page of entries ended."""
    return None if place is None else list_cursors.to_word(place.code, place.since.isoformat())
