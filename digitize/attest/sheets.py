"""The book as a spreadsheet: XLSX by openpyxl, ODS by odfdo.

A value that begins like a formula stays text: a name that begins with "=" must not be computed by who opens the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from odfdo import Cell as OdfCell
from odfdo import Document, Row, Table
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from digitize.attest.register import Book, RegisterRow, summary, totals
from digitize.attest.rules import Column, certification_rules, in_force

SHEET_NAME = "Sổ chứng thực"
FACE = "Times New Roman"


def xlsx(book: Book, rows: Sequence[RegisterRow], made_on: date) -> bytes:
    """Return the book as XLSX, its columns as on paper, dates and amounts as such."""
    columns = in_force(certification_rules().column, made_on)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet: Worksheet = workbook.create_sheet(SHEET_NAME)
    sheet.freeze_panes = f"A{len(_head(book)) + 2}"
    sheet.page_setup.orientation = "landscape"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.share * 1.4
    for line in _head(book):
        sheet.append([_cell(sheet, line, bold=True)])
    sheet.append([_cell(sheet, column.title, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, _value(row, column)) for column in columns])
    sheet.append([_cell(sheet, summary(totals(rows)))])
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def ods(book: Book, rows: Sequence[RegisterRow], made_on: date) -> bytes:
    """Return the book as ODS (ISO/IEC 26300), its columns as on paper, dates and amounts as such."""
    columns = in_force(certification_rules().column, made_on)
    table = Table(SHEET_NAME)
    for line in _head(book):
        table.append_row(_row([line]))
    table.append_row(_row([column.title for column in columns]))
    for row in rows:
        table.append_row(_row([_value(row, column) for column in columns]))
    table.append_row(_row([summary(totals(rows))]))
    document = Document("spreadsheet")
    document.body.clear()
    document.body.append(table)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _head(book: Book) -> tuple[str, ...]:
    return (book.unit, book.title, f"Quyển số: {book.name}", book.period)


def _value(row: RegisterRow, column: Column) -> str | int | date:
    value: str | int | date = getattr(row, column.field)
    return value


def _cell(sheet: Worksheet, value: str | int | date, *, bold: bool = False) -> Cell:
    """Make a cell; text stays text."""
    cell = Cell(sheet, row=1, column=1)
    cell.value = value
    cell.font = Font(name=FACE, bold=bold)
    if isinstance(value, str):
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell


def _row(values: Sequence[str | int | date]) -> Row:
    row = Row()
    for value in values:
        row.append_cell(OdfCell(value))
    return row
