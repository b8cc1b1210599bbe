"""Tables of dossiers that a person hands in: the columns are guessed, confirmed, tried, and then entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, BinaryIO

import msgspec
from fastapi import APIRouter, File, Form, UploadFile

from api.answers import documented
from api.auth import DossierWriter
from api.parts import PartsOf
from api.schemas import Given, Instant
from digitize.dossiers import columns as known_columns
from digitize.dossiers.columns import Suggestion
from digitize.dossiers.deciding import Outcome
from digitize.dossiers.rows import RowFault
from digitize.dossiers.tables import TableKind, csv_rows, kind_of
from digitize.errors import InvalidInput, NotATable, TooLarge
from storage.dossiers import importing
from storage.dossiers.importing import Importing, Order

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])

MOST_ROWS = 100_000
"""In one upload; larger files are for the command line."""
TOGETHER = 2_000
MOST_FAULTS = 10_000
"""Bad rows that one answer names."""
_REFUSALS = documented(400, 401, 403, 404, 413, 415, 422, 503)


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


_Table = Annotated[UploadFile, File(description="CSV (UTF-8), hoặc NDJSON; XLSX: lệnh `sohoa dossiers import`.")]


@router.post("/dossier-uploads/columns", responses=_REFUSALS)
def look_at_columns(file: _Table, _caller: DossierWriter) -> ColumnsBody:
    """Đoán xem mỗi cột của bảng là mục nào; không nhận gì cả."""
    kind = _kind(file.file)
    found: Sequence[Suggestion] = () if kind is TableKind.NDJSON else importing.look(csv_rows(file.file))
    return ColumnsBody(
        columns=[SuggestionBody.model_validate(one) for one in found],
        fields=[FieldBody(field=one, name=known_columns.shown_name(one)) for one in known_columns.fields()],
    )


@router.post("/dossier-uploads", responses=_REFUSALS)
def upload_dossiers(
    file: _Table,
    caller: DossierWriter,
    parts: PartsOf,
    columns: Annotated[
        str, Form(max_length=10_000, description='Cột đã xác nhận, JSON: {"code": "Số hồ sơ", …}; "": bỏ mục đó.')
    ] = "{}",
    unit: Annotated[str | None, Form(max_length=64, description="Mã đơn vị, khi bảng không có cột đơn vị.")] = None,
    source: Annotated[str, Form(min_length=1, max_length=40, description="Hệ thống xuất bảng.")] = importing.SOURCE,
    told_at: Annotated[Instant | None, Form(description="Thời điểm của số liệu; tin cũ không đè tin mới.")] = None,
    dry_run: Annotated[bool, Form(description="Chỉ thử: nêu từng dòng hỏng, không ghi gì.")] = True,
) -> UploadBody:
    """Nhận hồ sơ từ một bảng; mặc định chỉ chạy thử. Gửi lại cùng bảng thì không thêm gì."""
    kind = _kind(file.file)
    faults: list[RowFault] = []

    def say(fault: RowFault) -> None:
        if len(faults) < MOST_FAULTS:
            faults.append(fault)

    order = Order(
        caller.actor.id, caller.scope, _confirmed(columns), unit or None, source, told_at, dry_run, together=TOGETHER
    )
    taking = Importing(parts.storage.database, order, parts.now, say)
    if kind is TableKind.NDJSON:
        report = taking.lines(_bounded(file.file))
    else:
        report = taking.rows(_bounded(csv_rows(file.file)), kind)
    return UploadBody(
        dry_run=dry_run, columns=dict(report.columns), dossiers=report.dossiers, results=report.results,
        outcomes={one.value: report.outcomes[one] for one in Outcome}, bad_rows=report.bad_rows,
        faults=[FaultBody.model_validate(fault) for fault in faults],
    )  # fmt: skip


def _kind(file: BinaryIO) -> TableKind:
    """Tell what was handed in; a spreadsheet is a packed file from outside, which no process at the door opens."""
    kind = kind_of(file)
    if kind is TableKind.XLSX:
        raise NotATable(
            "XLSX không nhận qua đường này",
            remedy="Hãy lưu bảng thành CSV UTF-8, hoặc nhờ người vận hành chạy `sohoa dossiers import`.",
        )
    return kind


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
