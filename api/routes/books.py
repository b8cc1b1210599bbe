"""The register: its books, their entries month by month, prints, spreadsheets, and the close of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api import list_cursors, registers
from api.answers import READING, WRITING
from api.auth import CopyReader, PersonOnly
from api.papers import SHEET_MEDIA, SheetFormat, register_print, register_sheet
from api.parts import Parts, PartsOf
from api.routes.certifications import PDF, pdf_answer
from api.schemas_books import (
    BookBody,
    BookList,
    BookPath,
    BookSent,
    EntriesBody,
    EntryBody,
    TotalsBody,
    YearBody,
    YearSent,
)
from api.schemas_counting import CursorQuery
from digitize.targets import VIETNAM_TIME
from storage import register, shown
from storage.register import RegisterBook, RegisterYear

router = APIRouter(prefix="/api/v1/books", tags=["Sổ chứng thực"])

Year = Annotated[int | None, Query(ge=2020, le=2200, description="Bỏ trống: năm mở quyển sổ.")]
Month = Annotated[int | None, Query(ge=1, le=12, description="Bỏ trống: cả năm.")]

SHEETS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in SHEET_MEDIA.values()}, "description": "Bảng tính."}
}


@router.get("", responses=READING)
def list_books(
    caller: CopyReader,
    parts: PartsOf,
    cursor: CursorQuery = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BookList:
    """Các quyển sổ trong phạm vi, năm mới nhất trước."""
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    with parts.storage.database.read() as connection:
        found = register.books_of(connection, caller.scope, after=after, limit=limit)
        codes = shown.unit_codes(connection, [book.unit_id for book in found])
    following = list_cursors.to_word(found[-1].id) if len(found) == limit else None
    return BookList(books=[_book_body(book, codes) for book in found], next=following)


@router.post("", status_code=201, responses=WRITING)
def open_book(sent: BookSent, caller: PersonOnly, parts: PartsOf) -> BookBody:
    """Mở quyển sổ chứng thực bản sao điện tử tiếp theo của đơn vị."""
    with parts.storage.database.write() as connection:
        book = registers.open_book(connection, parts, caller, sent.unit)
        return _book_body(book, shown.unit_codes(connection, [book.unit_id]))


@router.get("/{book_id}/entries", responses=READING)
def list_entries(
    book_id: BookPath,
    caller: CopyReader,
    parts: PartsOf,
    year: Year = None,
    month: Month = None,
    above: Annotated[int, Query(ge=0, le=10_000_000, description="Chỉ những dòng có số lớn hơn.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> EntriesBody:
    """Các dòng của sổ trong một tháng hoặc một năm, từng trang: số liên tục qua các quyển; tổng là của cả kỳ."""
    with parts.storage.database.read() as connection:
        book = register.find_book(connection, book_id, caller.scope)
        period = (book.unit_id, book.kind, year or book.year, month)
        found = register.page(connection, *period, above=above, limit=limit)
        head = register.heading(connection, *period)
    entries = [EntryBody.model_validate(row) for row in found.rows]
    return EntriesBody(
        **asdict(head), entries=entries, totals=TotalsBody.model_validate(found.totals), next=found.next
    )  # fmt: skip


@router.get("/{book_id}/print", responses=READING | PDF, response_class=Response)
def print_entries(
    book_id: BookPath, caller: CopyReader, parts: PartsOf, year: Year = None, month: Month = None
) -> Response:
    """In sổ theo tháng để đóng quyển, hoặc cả năm kèm lời khóa sổ khi năm đã khóa."""
    with parts.storage.database.read() as connection:
        book = register.find_book(connection, book_id, caller.scope)
        period = (book.unit_id, book.kind, year or book.year, month)
        found = register.rows(connection, *period)
        head = register.heading(connection, *period)
        closing = None if month is not None else registers.closing_of(connection, book, year or book.year)
    return pdf_answer(register_print(head, found, _today(parts), closing), f"{book.id}-{period[2]}-{month or 'year'}")


@router.get("/{book_id}/export", responses=READING | SHEETS, response_class=Response)
def export_entries(
    book_id: BookPath,
    caller: CopyReader,
    parts: PartsOf,
    year: Year = None,
    month: Month = None,
    form: Annotated[SheetFormat, Query(description="xlsx hoặc ods.")] = SheetFormat.XLSX,
) -> Response:
    """Xuất sổ ra bảng tính, đúng các cột của sổ giấy."""
    with parts.storage.database.read() as connection:
        book = register.find_book(connection, book_id, caller.scope)
        period = (book.unit_id, book.kind, year or book.year, month)
        found = register.rows(connection, *period)
        head = register.heading(connection, *period)
    content = register_sheet(head, found, _today(parts), form)
    headers = {"Content-Disposition": f'attachment; filename="{book.id}-{period[2]}.{form.value}"'}
    return Response(content, headers=headers, media_type=SHEET_MEDIA[form])


@router.post("/{book_id}/closure", responses=WRITING)
def close_book(book_id: BookPath, caller: PersonOnly, parts: PartsOf) -> BookBody:
    """Khóa một quyển đã đầy; số tiếp tục liên tục ở quyển mở sau."""
    with parts.storage.database.write() as connection:
        book = registers.close_book(connection, parts, caller, book_id)
        return _book_body(book, shown.unit_codes(connection, [book.unit_id]))


@router.post("/{book_id}/year-close", responses=WRITING)
def close_year(book_id: BookPath, sent: YearSent, caller: PersonOnly, parts: PartsOf) -> YearBody:
    """Khóa sổ cuối năm với tổng số chứng thực; từ ngày 31/12, khi không còn số nào dở dang."""
    with parts.storage.database.write() as connection:
        return _year_body(registers.close_year(connection, parts, caller, book_id, sent.year))


def _today(parts: Parts) -> date:
    return parts.now().astimezone(VIETNAM_TIME).date()


def _book_body(book: RegisterBook, codes: Mapping[str, str]) -> BookBody:
    return BookBody(
        id=book.id, unit=codes[book.unit_id], kind=book.kind.value, name=book.name,
        year=book.year, volume=book.volume, opened_on=book.opened_on, closed_on=book.closed_on, total=book.total,
    )  # fmt: skip


def _year_body(year: RegisterYear) -> YearBody:
    added = None if year.totals is None else TotalsBody.model_validate(year.totals)
    return YearBody(year=year.year, last=year.last, closed_on=year.closed_on, totals=added)
