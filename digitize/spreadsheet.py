"""Tables as a spreadsheet: XLSX by openpyxl, ODS by odfdo.

A value that begins like a formula stays text: a name that begins with "=" must not be computed by who opens the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from odfdo import Cell as OdfCell
from odfdo import Document, Row, Table
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FACE = "Times New Roman"

Value: TypeAlias = str | int | float | date | None
"""None leaves the cell empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    share: int
    """Of the width; all shares of a table together are about 100."""
    numeric: bool = False
    """Set to the right."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with what stands above and below it."""

    name: str
    """Of the sheet, at most 31 characters."""
    head: tuple[str, ...]
    """Lines above the titles, the first of which says what the table is."""
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    foot: tuple[str, ...] = ()


def xlsx(grids: Iterable[Grid]) -> bytes:
    """Return tables as XLSX, a sheet for each, dates and numbers as such."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for grid in grids:
        sheet: Worksheet = workbook.create_sheet(grid.name)
        sheet.freeze_panes = f"A{len(grid.head) + 2}"
        sheet.page_setup.orientation = "landscape"
        for place, column in enumerate(grid.columns, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = column.share * 1.4
        for line in grid.head:
            sheet.append([_cell(sheet, line, bold=True)])
        sheet.append([_cell(sheet, column.title, bold=True, wrapped=True) for column in grid.columns])
        for row in grid.rows:
            sheet.append([_cell(sheet, value) for value in row])
        for line in grid.foot:
            sheet.append([_cell(sheet, line)])
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def ods(grids: Iterable[Grid]) -> bytes:
    """Return tables as ODS (ISO/IEC 26300), a sheet for each, dates and numbers as such."""
    document = Document("spreadsheet")
    document.body.clear()
    for grid in grids:
        table = Table(grid.name)
        for line in grid.head:
            table.append_row(_row([line]))
        table.append_row(_row([column.title for column in grid.columns]))
        for row in grid.rows:
            table.append_row(_row(row))
        for line in grid.foot:
            table.append_row(_row([line]))
        document.body.append(table)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _cell(sheet: Worksheet, value: Value, *, bold: bool = False, wrapped: bool = False) -> Cell:
    """Make a cell; text stays text."""
    cell = Cell(sheet, row=1, column=1)
    cell.value = value
    cell.font = Font(name=FACE, bold=bold)
    if wrapped:
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    if isinstance(value, str):
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    if isinstance(value, float):
        cell.number_format = "0.0"
    return cell


def _row(values: Sequence[Value]) -> Row:
    row = Row()
    for value in values:
        row.append_cell(OdfCell(value))
    return row
