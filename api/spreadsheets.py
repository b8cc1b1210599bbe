"""Tables that come in through the door: a CSV or JSON is read here, of a spreadsheet only the rows that a worker made.

An XLSX is a packed file from outside, which no process at the door opens: it is stored, entered, and waited for. The
rows are kept for some hours under an id, so that who looks at the columns first, then tries, and then enters, sends the
file once, and who waited in vain asks again with the id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, BinaryIO, TypeAlias

from fastapi import File, Form, UploadFile
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api.auth import Caller
from api.parts import Parts
from api.schemas_tables import TableId, WaitingTableBody
from api.waiting import LOOK_AGAIN_S, waited
from digitize.errors import EmptyFile, InvalidInput, TooLarge
from digitize.tabular import MOST_BYTES, Table
from digitize.workbook import HEAD_BYTES, is_workbook
from storage import spreadsheets
from storage.spreadsheets import Spreadsheet
from storage.waiting_files import VEIL_BYTES, VeiledSource

_TOO_LARGE = f"bảng nặng hơn {MOST_BYTES >> 20} MiB"
_DIVIDE = "Hãy chia thành nhiều tệp."

SentTable = Annotated[UploadFile | None, File(description="Bảng: XLSX, CSV (UTF-8), JSON hoặc NDJSON tùy đường dẫn.")]
SentTableId = Annotated[
    TableId | None, Form(description="Thay cho tệp: mã của một bảng XLSX vừa gửi, còn dùng được trong 4 giờ.")
]

ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"model": WaitingTableBody, "description": "XLSX chưa mở xong; gửi lại với `table`, hoặc xem ở Location."}
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A spreadsheet whose rows a worker made."""

    id: str
    rows: Iterator[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A spreadsheet of which there are no rows yet."""

    id: str
    requested_at: datetime


Sent: TypeAlias = BinaryIO | Opened
"""What can be read now: a file of another kind than XLSX, at its beginning; or the rows of an XLSX."""


async def sent_table(parts: Parts, caller: Caller, file: UploadFile | None, table: str | None) -> Sent | Waiting:
    """Return the table that a request is about, whether it brings the file or the id of one that was sent before.

    Raises:
        InvalidInput, NotATable, TooLarge: the request or the file is at fault; nothing is kept.
        DocumentAtFault: a worker found the spreadsheet to be at fault.
        NotFound: there is no such spreadsheet of this caller (any more).
        TooOften: too many spreadsheets of this caller wait already.
        WorldAtFault: the store or the database does not answer.
    """
    if (file is None) == (table is None):
        raise InvalidInput("phải gửi `file`, hoặc mã `table` của bảng đã gửi, và chỉ một trong hai")
    if file is not None:
        entered = await run_in_threadpool(_enter, parts, caller, file)
        if entered is None:
            return file.file
        table = entered.id
    return await asked(parts, caller, table or "", parts.settings.verify_wait_s)


async def asked(parts: Parts, caller: Caller, table: str, wait_s: float) -> Opened | Waiting:
    """Return a spreadsheet that was sent before; wait for its rows.

    Raises:
        DocumentAtFault, NotFound, WorldAtFault: as :func:`sent_table`.
    """

    def look() -> Spreadsheet:
        with parts.storage.database.read() as connection:
            return spreadsheets.find(connection, table, caller.actor.id, parts.now())

    found = await waited(look, lambda seen: seen.answered, wait_s)
    if found.fault is not None:
        raise found.fault
    if found.rows_stored_as is None:
        return Waiting(found.id, found.requested_at)
    rows = await run_in_threadpool(spreadsheets.rows, parts.storage.objects, found.rows_stored_as)
    return Opened(found.id, rows)


def accepted(waiting: Waiting) -> JSONResponse:
    """Send the caller away for a while."""
    body = WaitingTableBody(table=waiting.id, requested_at=waiting.requested_at)
    headers = {"Location": f"/api/v1/tables/{waiting.id}", "Retry-After": str(LOOK_AGAIN_S)}
    return JSONResponse(body.model_dump(mode="json"), 202, headers)


def table_of(sent: Sent) -> Table:
    """Return a table of units, procedures or result types as it is read.

    Raises:
        TooLarge: the file has more bytes than allowed.
    """
    if isinstance(sent, Opened):
        return sent.rows
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge(_TOO_LARGE, remedy=_DIVIDE)
    return data


def keep_table(parts: Parts, caller: Caller, file: UploadFile) -> Spreadsheet:
    """Keep a table of any kind for some hours, so that who tries it first and enters it then sends it once.

    Raises:
        NotATable, TooLarge, EmptyFile: the file is at fault; nothing is kept.
        TooOften: too many spreadsheets of this caller wait already.
        WorldAtFault: the store or the database does not answer.
    """
    entered = _enter(parts, caller, file)
    if entered is not None:
        return entered
    if not file.file.read(1):
        raise EmptyFile(remedy="Hãy chọn tệp có nội dung.")
    file.file.seek(0)
    key, veiled = _stored(parts, file)
    with parts.storage.database.write() as connection:
        return spreadsheets.keep_plain(connection, key, veiled, caller.actor.id, parts.now())


async def kept_table(parts: Parts, caller: Caller, table: str, wait_s: float) -> Spreadsheet:
    """Return a table that :func:`keep_table` kept; wait for its rows, if a worker must make them.

    Raises:
        DocumentAtFault: a worker found the spreadsheet to be at fault.
        NotFound: there is no such table of this caller (any more).
        WorldAtFault: the database does not answer.
    """

    def look() -> Spreadsheet:
        with parts.storage.database.read() as connection:
            return spreadsheets.find(connection, table, caller.actor.id, parts.now(), plain_too=True)

    found = await waited(look, lambda seen: seen.answered, wait_s)
    if found.fault is not None:
        raise found.fault
    return found


def _enter(parts: Parts, caller: Caller, file: UploadFile) -> Spreadsheet | None:
    """Keep a spreadsheet and enter it; None when it is a file of another kind, which stands at its beginning."""
    packed = is_workbook(file.file.read(HEAD_BYTES))
    file.file.seek(0)
    if not packed:
        return None
    owner = caller.actor.id
    with parts.storage.database.read() as connection:
        spreadsheets.admit(connection, owner)
    key, veiled = _stored(parts, file)
    with parts.storage.database.write() as connection:
        return spreadsheets.enter(connection, key, veiled, owner, parts.now())


def _stored(parts: Parts, file: UploadFile) -> tuple[str, VeiledSource]:
    veiled = VeiledSource(file.file)
    try:
        key, _ = parts.storage.objects.put_stream(veiled, MOST_BYTES + VEIL_BYTES)
    except TooLarge as error:
        raise TooLarge(_TOO_LARGE, remedy=_DIVIDE) from error
    return key, veiled
