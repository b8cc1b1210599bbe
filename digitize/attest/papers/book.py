"""The book of certifications as it is printed and bound each month (NĐ 23/2015/NĐ-CP Art 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digitize.attest.register import Book, Closing, RegisterRow, shown, summary, totals
from digitize.attest.rules import certification_rules, in_force
from digitize.official_paper import FACE, Sheet, Signer, long_day

NUMERIC = frozenset({"quantity", "fee_vnd"})
CLOSING_MM = 70.0
"""Room for the confirmation together with who signs it."""


def print_book(book: Book, rows: Sequence[RegisterRow], made_on: date, closing: Closing | None = None) -> bytes:
    """Return a print of the book, as PDF/A-2b: landscape, with the columns of the paper book.

    Args:
        book: what stands at its head.
        rows: in the order of their numbers.
        made_on: day of the print.
        closing: for the print of a whole year; it adds the confirmation with the signer.

    Raises:
        Misconfigured: the typeface is missing.
    """
    columns = in_force(certification_rules().column, made_on)
    sheet = Sheet("landscape", made_on, f"{book.title} {book.name}")
    sheet.set_margins(15, 15, 12)
    sheet.set_xy(15, 15)
    sheet.set_font(FACE, "B", 11)
    sheet.flow(book.unit.upper(), 5.5, "L")
    sheet.heading(book.title, f"Quyển số: {book.name} - {book.period}")
    sheet.table_of(
        tuple(column.title for column in columns),
        tuple(column.share for column in columns),
        [tuple(shown(row, column.field) for column in columns) for row in rows],
        numeric=frozenset(place for place, column in enumerate(columns) if column.field in NUMERIC),
    )
    sheet.say(summary(totals(rows)), indent=False)
    if closing is not None:
        added = totals(rows)
        if sheet.will_page_break(CLOSING_MM):
            sheet.add_page()
        sheet.say(
            f"Khóa sổ {long_day(closing.on)}: tổng số {added.entries} số chứng thực, "
            f"từ số {rows[0].number if rows else '...'} đến số {rows[-1].number if rows else '...'}.",
            indent=False,
        )
        sheet.signed_by(Signer(closing.title, closing.name))
    return sheet.finish()
