"""Tables of procedures, result types and units: sent, tried with every bad row named, taken in, and looked back at.

An XLSX is opened by a worker (:mod:`api.spreadsheets`); meanwhile the page says that it waits and asks again by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi import File as FilePart
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api import list_cursors
from api.auth import Caller, need_top_administrator
from api.errors import status_of
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery
from api.schemas_tables import TableId
from api.spreadsheets import keep_table, kept_table
from api.web.admin import history
from api.web.admin.catalogue_pages import may_change, place_of, word_of
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form as Fields
from api.web.admin.forms import FormFaults, faults_of
from api.web.visiting import Sent, SentForm
from digitize.errors import SohoaError
from digitize.procedures import Defaults
from digitize.unit_rows import COLUMNS as UNIT_COLUMNS
from storage import shown
from storage.administration import imports
from storage.administration.imports import CATALOGUES, KINDS, File, Imported, Place, What
from storage.changes import COMMAND_LINE, Deed
from storage.spreadsheets import Spreadsheet, table_of

router = APIRouter(prefix="/admin/catalogues")

PAGE_LENGTH = 50
FAULTS_SHOWN = 200
"""Bad rows that a page names; who mends them finds the rest the next time."""

Line = Annotated[str, Form(max_length=500, pattern=PRINTABLE)]
LineQuery = Annotated[str, Query(max_length=500, pattern=PRINTABLE)]


@router.get("/imports")
def show_imports(
    request: Request, caller: Administrator, parts: PartsOf, what: What = What.PROCEDURES, cursor: CursorQuery = None
) -> Response:
    """Show the form for a table, and the tables that were taken in."""
    return _list(request, parts, caller, what, cursor=cursor)


@router.post("/imports")
async def send(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    file: Annotated[UploadFile, FilePart()],
    what: Annotated[What, Form()],
    since: Line = "",
    source: Line = "",
) -> Response:
    """Keep a table for some hours, and lead to its trial."""
    need_top_administrator(caller)
    sent = Sent((("what", what.value), ("since", since), ("source", source)))
    try:
        _defaults(sent)
        if not file.filename:
            raise FormFaults({"file": "Hãy chọn một tệp."})
        kept = await run_in_threadpool(keep_table, parts, caller, file)
    except SohoaError as error:
        if error.retryable:
            raise
        told = error.faults if isinstance(error, FormFaults) else {"file": error.message}
        return _list(request, parts, caller, what, status_of(type(error)), failed="new", faults=told, sent=sent)
    name = "".join(letter for letter in file.filename if letter.isprintable())[:200]
    asked = urlencode({"what": what.value, "since": since, "source": source, "name": name})
    return RedirectResponse(f"/admin/catalogues/tables/{kept.id}?{asked}", 303)


@router.get("/tables/{table}")
async def try_table(
    table: TableId,
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    what: What,
    since: LineQuery = "",
    source: LineQuery = "",
    name: LineQuery = "",
) -> Response:
    """Show what would become of a table, with every bad row; nothing is written."""
    need_top_administrator(caller)
    sent = Sent((("what", what.value), ("since", since), ("source", source), ("name", name)))
    return await _trial(request, parts, caller, table, sent)


@router.post("/tables/{table}")
async def take_in(
    table: TableId, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:  # fmt: skip
    """Take a table in that was tried before."""
    need_top_administrator(caller)
    kept = await kept_table(parts, caller, table, 0)
    refusal: list[SohoaError] = []

    def change(connection: sa.Connection, deed: Deed) -> Response:
        told = Fields(sent)
        told.text("reason", "Hãy ghi căn cứ nhập bảng.", 500)
        told.settle()
        done = _imported(connection, parts, kept, sent, deed, dry_run=False)
        if done.id is None:
            raise FormFaults({"": "Bảng có dòng sai nên chưa ghi gì: xem từng dòng bên dưới."})
        return RedirectResponse(f"/admin/catalogues/imports/{done.id}", 303)

    def refused(error: SohoaError) -> Response:
        refusal.append(error)
        return Response()

    answer = await run_in_threadpool(changing, request, parts, caller, sent, change, refused)
    if not refusal:
        return answer
    status, told = status_of(type(refusal[0])), faults_of(refusal[0])
    return await _trial(request, parts, caller, table, sent, status, failed="commit", faults=told, sent=sent)


@router.get("/imports/{import_id}")
def show_import(
    import_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show what an import did, row by row, and the way back."""
    need_top_administrator(caller)
    with parts.storage.database.read() as connection:
        done = imports.find(connection, import_id)
        rows = imports.rows_of(connection, import_id, after=place_of(cursor), limit=PAGE_LENGTH + 1)
        past = history.of_subject(connection, KINDS[done.what], import_id, caller.scope)
        names = shown.names(connection, (done.actor,))
    more = len(rows) > PAGE_LENGTH
    last = rows[PAGE_LENGTH - 1] if more else None
    following = None if last is None else word_of(imports.place_of(last))
    return admin_page(
        request, caller, "import_done.html", done=done, rows=rows[:PAGE_LENGTH], history=past,
        who=names.get(done.actor, ""), following=following, at_start=cursor is None,
        has_rows=done.what in CATALOGUES,
    )  # fmt: skip


async def _trial(
    request: Request, parts: Parts, caller: Caller, table: str, asked: Sent, status: int = 200, **refused: object
) -> Response:
    """Render what would become of a table, that it waits, or why it cannot be read."""
    done, fault, waits = None, "", False
    try:
        kept = await kept_table(parts, caller, table, parts.settings.verify_wait_s)
        waits = not kept.answered
        if not waits:
            done = await run_in_threadpool(_dry_run, parts, caller, kept, asked)
    except SohoaError as error:
        if error.retryable:
            raise
        fault, status = error.message, status_of(type(error)) if status == 200 else status
    answer = admin_page(
        request, caller, "import_try.html", status, table=table, asked=asked, what=asked.get("what"), done=done,
        fault=fault, waits=waits, shown=FAULTS_SHOWN, **refused,
    )  # fmt: skip
    if waits:
        answer.headers["Refresh"] = "3"
    return answer


def _dry_run(parts: Parts, caller: Caller, kept: Spreadsheet, asked: Sent) -> Imported:
    with parts.storage.database.read() as connection:
        return _imported(connection, parts, kept, asked, Deed(caller.actor.id, parts.now()), dry_run=True)


def _imported(
    connection: sa.Connection, parts: Parts, kept: Spreadsheet, asked: Sent, deed: Deed, *, dry_run: bool
) -> Imported:
    table = table_of(parts.storage.objects, kept)
    file = File(asked.get("name"), kept.sha256)
    return imports.take_in(connection, _what(asked), table, _defaults(asked), file, deed, dry_run=dry_run)


def _what(asked: Sent) -> What:
    word = asked.get("what")
    if word not in list(What):
        raise FormFaults({"what": "Hãy chọn loại bảng."})
    return What(word)


def _defaults(asked: Sent) -> Defaults:
    """Read what holds for rows that do not say so themselves.

    Raises:
        FormFaults: the day is none.
    """
    form = Fields(asked)
    since, source = form.day("since"), form.text("source", longest=500)
    form.settle()
    return Defaults(since, source)


def _list(
    request: Request,
    parts: Parts,
    caller: Caller,
    what: What,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    need_top_administrator(caller)
    after = None if cursor is None else _place(cursor)
    with parts.storage.database.read() as connection:
        found = imports.imports(connection, after=after, limit=PAGE_LENGTH + 1)
        names = shown.names(connection, (each.actor for each in found))
    last = found[PAGE_LENGTH - 1] if len(found) > PAGE_LENGTH else None
    following = None if last is None else list_cursors.to_word(last.at.isoformat(), last.id)
    return admin_page(
        request, caller, "import.html", status, what=what, whats=list(What), imports=found[:PAGE_LENGTH],
        names=names, command_line=COMMAND_LINE, following=following, at_start=cursor is None,
        columns={each: _columns(each) for each in What}, top=may_change(caller), **refused,
    )  # fmt: skip


def _columns(what: What) -> list[str]:
    """Return the headings that a table may have, as offices write them."""
    columns = CATALOGUES[what].columns if what in CATALOGUES else UNIT_COLUMNS
    return [headings[0] if headings else name for name, headings in columns.items()]


def _place(cursor: str) -> Place:
    at, import_id = list_cursors.from_word(cursor, 2)
    try:
        return Place(datetime.fromisoformat(at).astimezone(UTC), import_id)
    except (ValueError, OverflowError) as error:
        raise list_cursors.not_ours() from error
