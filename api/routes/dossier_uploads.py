"""Tables of dossiers that a person hands in: the columns are guessed, confirmed, tried, and then entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Form, Response
from starlette.concurrency import run_in_threadpool

from api.answers import documented
from api.auth import DossierWriter
from api.parts import Parts, PartsOf
from api.schemas import Given, Instant
from api.spreadsheets import ACCEPTED, Opened, Sent, SentTable, SentTableId, Waiting, accepted, sent_table
from digitize.dossiers import columns as known_columns
from digitize.dossiers.columns import Suggestion
from digitize.dossiers.deciding import Outcome
from digitize.dossiers.rows import RowFault
from digitize.dossiers.tables import TableKind, csv_rows, kind_of
from digitize.errors import InvalidInput, TooLarge
from storage.dossiers import importing
from storage.dossiers.importing import Importing, Order

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])

MOST_ROWS = 100_000
"""In one upload; larger files are for the command line."""
TOGETHER = 2_000
MOST_FAULTS = 10_000
"""Bad rows that one answer names."""
_REFUSALS = documented(400, 401, 403, 404, 413, 415, 422, 429, 503)


class SuggestionBody(Given):
    """What a column seems to stand for."""

    header: str
    field: str | None
    """None: nothing that the register keeps."""
    likeness: float
    """0 to 100."""


class FieldBody(Given):
    """Something that a table may tell."""

    field: str
    name: str


class ColumnsBody(Given):
    """The columns of a table, and all that they could stand for."""

    columns: list[SuggestionBody]
    fields: list[FieldBody]
    table: str | None
    """Of an XLSX: what to send in place of the file from now on."""


class FaultBody(Given):
    """A bad row."""

    row: int
    column: str
    value: str
    """Masked."""
    reason: str


class UploadBody(Given):
    """What came of a table."""

    dry_run: bool
    columns: dict[str, str]
    """Header by field, as the table was read."""
    dossiers: int
    results: int
    outcomes: dict[str, int]
    bad_rows: int
    faults: list[FaultBody]
    """The first 10,000."""
    table: str | None
    """Of an XLSX: what to send in place of the file from now on."""


_Columns = Annotated[
    str, Form(max_length=10_000, description='Cột đã xác nhận, JSON: {"code": "Số hồ sơ", …}; "": bỏ mục đó.')
]
_Unit = Annotated[str | None, Form(max_length=64, description="Mã đơn vị, khi bảng không có cột đơn vị.")]
_Source = Annotated[str, Form(min_length=1, max_length=40, description="Hệ thống xuất bảng.")]
_ToldAt = Annotated[Instant | None, Form(description="Thời điểm của số liệu; tin cũ không đè tin mới.")]
_DryRun = Annotated[bool, Form(description="Chỉ thử: nêu từng dòng hỏng, không ghi gì.")]


@router.post("/dossier-uploads/columns", responses=_REFUSALS | ACCEPTED, response_model=ColumnsBody)
async def look_at_columns(
    caller: DossierWriter, parts: PartsOf, file: SentTable = None, table: SentTableId = None
) -> ColumnsBody | Response:
    """Đoán xem mỗi cột của bảng (CSV, XLSX) là mục nào; không nhận gì cả."""
    sent = await sent_table(parts, caller, file, table)
    if isinstance(sent, Waiting):
        return accepted(sent)
    found = await run_in_threadpool(_suggested, sent)
    return ColumnsBody(
        columns=[SuggestionBody.model_validate(one) for one in found],
        fields=[FieldBody(field=one, name=known_columns.shown_name(one)) for one in known_columns.fields()],
        table=sent.id if isinstance(sent, Opened) else None,
    )


@router.post("/dossier-uploads", responses=_REFUSALS | ACCEPTED, response_model=UploadBody)
async def upload_dossiers(
    caller: DossierWriter, parts: PartsOf, file: SentTable = None, table: SentTableId = None, columns: _Columns = "{}",
    unit: _Unit = None, source: _Source = importing.SOURCE, told_at: _ToldAt = None, dry_run: _DryRun = True,
) -> UploadBody | Response:  # fmt: skip
    """Nhận hồ sơ từ một bảng (CSV, XLSX, NDJSON); mặc định chỉ chạy thử. Gửi lại cùng bảng thì không thêm gì."""
    order = Order(
        caller.actor.id, caller.scope, _confirmed(columns), unit or None, source, told_at, dry_run, together=TOGETHER
    )
    sent = await sent_table(parts, caller, file, table)
    if isinstance(sent, Waiting):
        return accepted(sent)
    return await run_in_threadpool(_entered, parts, order, sent)


def _suggested(sent: Sent) -> Sequence[Suggestion]:
    kind = _kind(sent)
    return () if kind is TableKind.NDJSON else importing.look(_rows(sent))


def _entered(parts: Parts, order: Order, sent: Sent) -> UploadBody:
    faults: list[RowFault] = []

    def say(fault: RowFault) -> None:
        if len(faults) < MOST_FAULTS:
            faults.append(fault)

    kind = _kind(sent)
    taking = Importing(parts.storage.database, order, parts.now, say)
    if kind is TableKind.NDJSON and not isinstance(sent, Opened):
        report = taking.lines(_bounded(sent))
    else:
        report = taking.rows(_bounded(_rows(sent)), kind)
    return UploadBody(
        dry_run=order.dry_run, columns=dict(report.columns), dossiers=report.dossiers, results=report.results,
        outcomes={one.value: report.outcomes[one] for one in Outcome}, bad_rows=report.bad_rows,
        faults=[FaultBody.model_validate(fault) for fault in faults],
        table=sent.id if isinstance(sent, Opened) else None,
    )  # fmt: skip


def _kind(sent: Sent) -> TableKind:
    return TableKind.XLSX if isinstance(sent, Opened) else kind_of(sent)


def _rows(sent: Sent) -> Iterator[Sequence[str]]:
    return sent.rows if isinstance(sent, Opened) else csv_rows(sent)


def _confirmed(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError:
        raise InvalidInput('columns phải là JSON dạng {"mục": "tên cột"}') from None


def _bounded(rows: Any) -> Iterator[Any]:  # noqa: ANN401  # rows of texts, or lines
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise TooLarge(
                f"bảng có hơn {MOST_ROWS} dòng; các dòng trước đó đã được xử lý",
                remedy="Hãy chia thành nhiều bảng, hoặc dùng `sohoa dossiers import`.",
            )
        yield row
