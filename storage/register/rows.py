"""What the register shows: the rows of a month, a year or a book, with the columns of the paper book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.attest.numbering import Numbering
from digitize.attest.register import VOID_NOTE, Book, RegisterRow, Totals
from digitize.errors import InvalidInput
from digitize.targets import VIETNAM_TIME
from storage.register.book import BookKind
from storage.register.years import totals_of
from storage.tables import books, cancellations, copies, register_entries, units


def rows(
    connection: sa.Connection, unit: str, kind: BookKind, year: int, month: int | None = None
) -> tuple[RegisterRow, ...]:
    """Return the entries of a year, or of one month of it, in the order of their numbers: for a print, whole.

    Raises:
        InvalidInput: there is no such month.
    """
    return tuple(_row(row) for row in connection.execute(_entries(unit, kind, year, month)))


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a period, and what the whole of it adds up to."""

    rows: tuple[RegisterRow, ...]
    totals: Totals
    """Of the period, not of the page."""
    next: int | None
    """Serial after which the next page begins; None at the end."""


def page(
    connection: sa.Connection, unit: str, kind: BookKind, year: int, month: int | None, *, above: int, limit: int
) -> Page:
    """Return the entries of a year, or of one month of it, a page at a time.

    Args:
        connection: a reading transaction.
        unit: whose register.
        kind: of the books.
        year: of the serials.
        month: None: the whole year.
        above: only larger serials.
        limit: entries in the page.

    Raises:
        InvalidInput: there is no such month.
    """
    query = _entries(unit, kind, year, month).where(register_entries.c.serial > above).limit(limit + 1)
    found = connection.execute(query).all()
    days = None if month is None else _days(year, month)
    shown = found[:limit]
    return Page(
        tuple(_row(row) for row in shown),
        totals_of(connection, unit, kind.value, year, days),
        shown[-1].serial if len(found) > limit else None,
    )


def copies_of(
    connection: sa.Connection, unit: str, kind: BookKind, year: int, serials: tuple[int, int]
) -> Mapping[int, tuple[str, str]]:
    """Return visit and copy behind each serial between two, both included."""
    query = (
        sa.select(register_entries.c.serial, copies.c.certification_id, copies.c.id)
        .join(copies, copies.c.id == register_entries.c.copy_id)
        .where(*_of(unit, kind, year), register_entries.c.serial.between(*serials))
    )
    rows = connection.execute(query).tuples()
    return {serial: (visit, copy) for serial, visit, copy in rows}


def rows_of_book(connection: sa.Connection, book_id: str) -> tuple[RegisterRow, ...]:
    """Return the entries of one volume, year by year in the order of their numbers."""
    query = _columns().where(register_entries.c.book_id == book_id)
    ordered = query.order_by(register_entries.c.year, register_entries.c.serial)
    return tuple(_row(row) for row in connection.execute(ordered))


def heading(connection: sa.Connection, unit: str, kind: BookKind, year: int, month: int | None = None) -> Book:
    """Return what stands at the head of a print: agency, title, the volumes that hold its entries, the period.

    Raises:
        InvalidInput: there is no such month.
    """
    until = _days(year, month or 12)[1]
    held = (
        sa.select(books.c.name)
        .join(register_entries, register_entries.c.book_id == books.c.id)
        .where(*_of(unit, kind, year))
        .group_by(books.c.id, books.c.name)
        .order_by(sa.func.min(register_entries.c.serial))
    )
    if month is not None:
        held = held.where(register_entries.c.printed_on.between(*_days(year, month)))
    named = connection.execute(held).scalars()
    form = kind.form(until)
    name = connection.execute(sa.select(units.c.name).where(units.c.id == unit)).scalar_one()
    period = f"Năm {year}" if month is None else f"Tháng {month} năm {year}"
    return Book(unit=name, title=form.title, name=", ".join(named), period=period)


def _entries(unit: str, kind: BookKind, year: int, month: int | None) -> sa.Select[tuple[Any, ...]]:
    query = _columns().where(*_of(unit, kind, year)).order_by(register_entries.c.serial)
    return query if month is None else query.where(register_entries.c.printed_on.between(*_days(year, month)))


def _of(unit: str, kind: BookKind, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    entries = register_entries.c
    return (entries.unit_id == unit, entries.kind == kind.value, entries.year == year)


def _columns() -> sa.Select[tuple[Any, ...]]:
    return (
        sa.select(
            register_entries,
            books.c.name.label("book"),
            books.c.year.label("book_year"),
            cancellations.c.decision_number,
            cancellations.c.effective_at,
        )
        .join(books, books.c.id == register_entries.c.book_id)
        .outerjoin(cancellations, cancellations.c.copy_id == register_entries.c.copy_id)
    )


def _row(row: sa.Row[Any]) -> RegisterRow:
    void = row.void_reason is not None
    return RegisterRow(
        number=Numbering(row.serial, row.book, row.year, row.printed_on).number,
        on=row.printed_on,
        requester=row.requester,
        title=row.title,
        certifier=f"{row.certifier}, {row.certifier_title}",
        quantity=0 if void else row.quantity,
        fee_vnd=0 if void else row.fee_vnd,
        note=_note(row),
        void=void,
    )


def _note(row: sa.Row[Any]) -> str:
    notes = []
    if row.void_reason is not None:
        notes.append(f"{VOID_NOTE}: {row.void_reason}")
    if row.decision_number is not None:
        day = row.effective_at.astimezone(VIETNAM_TIME)
        notes.append(f"Hủy bỏ giá trị theo Quyết định {row.decision_number}, từ {day:%H:%M ngày %d/%m/%Y}")
    if row.serial == 1 and row.book_year < row.year:
        notes.append(f"Quyển {row.book} chuyển từ năm {row.book_year}")
    return "; ".join(notes)


def _days(year: int, month: int) -> tuple[date, date]:
    if not 1 <= month <= 12:
        raise InvalidInput("tháng phải từ 1 đến 12")
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)
