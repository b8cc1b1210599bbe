"""The book as a table, for a spreadsheet (:mod:`digitize.spreadsheet`): its columns as on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digitize.attest.register import Book, RegisterRow, summary, totals
from digitize.attest.rules import certification_rules, in_force
from digitize.spreadsheet import Column, Grid

SHEET_NAME = "Sổ chứng thực"


def grid(book: Book, rows: Sequence[RegisterRow], made_on: date) -> Grid:
    """Return the book with the columns that hold on a day."""
    columns = in_force(certification_rules().column, made_on)
    return Grid(
        SHEET_NAME,
        (book.unit, book.title, f"Quyển số: {book.name}", book.period),
        tuple(Column(column.title, column.share) for column in columns),
        [[getattr(row, column.field) for column in columns] for row in rows],
        (summary(totals(rows)),),
    )
