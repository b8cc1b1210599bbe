"""The register as the paper book looks: its volumes, the entries of a month or a year, the close of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import registers
from api.answers import answer_with
from api.auth import Caller, Right
from api.errors import ProofRequired, problem_of, status_of
from api.parts import Parts, PartsOf
from api.schemas_books import BookPath, YearSent
from api.web.certify.showing import certify_page
from api.web.form_bodies import checked
from api.web.proving import proof_page, prove_or_ask
from api.web.visiting import Sent, SentForm, Visitor
from digitize.attest.register import Book, Closing, Totals, shown, summary
from digitize.attest.rules import Column, certification_rules, in_force
from digitize.errors import NotFound, NotIdentified, SohoaError
from digitize.targets import VIETNAM_TIME
from storage import register, units
from storage.register import RegisterBook

router = APIRouter(prefix="/books")

PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry as the page shows it."""

    cells: tuple[str, ...]
    void: bool
    address: str
    """Of the visit that it came from."""


@router.get("")
def show_books(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show the volumes of the caller's units; a unit with one open volume is led straight to it by its row."""
    return _books(request, parts, caller)


@router.post("")
def open_book(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Open the next volume."""
    try:
        with parts.storage.database.write() as connection:
            book = registers.open_book(connection, parts, caller, sent.get("unit").strip() or None)
    except SohoaError as error:
        if error.retryable:
            raise
        return _books(request, parts, caller, error)
    return RedirectResponse(f"/books/{book.id}", 303)


@router.get("/{book_id}")
def show_book(
    book_id: BookPath,
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=2020, le=2200)] = None,
    month: Annotated[int, Query(ge=0, le=12, description="0: cả năm.")] = 0,
    above: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show the entries of a month or a year as the paper book has them."""
    return _book(request, parts, caller, book_id, (year, month, above))


@router.post("/{book_id}/{step}")
def take_step(
    book_id: BookPath, step: str, request: Request, sent: SentForm, caller: Visitor, parts: PartsOf
) -> Response:
    """Close a volume, or a year with its total."""
    if step not in {"closure", "year-close"}:
        raise NotFound("bước này")
    try:
        prove_or_ask(request, parts, caller, sent)
        with parts.storage.database.write() as connection:
            if step == "closure":
                registers.close_book(connection, parts, caller, book_id)
            else:
                year = checked(YearSent, {"year": sent.get("year")}).year
                registers.close_year(connection, parts, caller, book_id, year)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    except SohoaError as error:
        if isinstance(error, NotFound) or error.retryable:
            return answer_with(request, problem_of(error))
        return _book(request, parts, caller, book_id, (None, 0, 0), error)
    return RedirectResponse(f"/books/{book_id}{_query(sent)}", 303)


def _books(request: Request, parts: Parts, caller: Caller, error: SohoaError | None = None) -> Response:
    caller.need(Right.READ_COPIES)
    with parts.storage.database.read() as connection:
        found = register.books_of(connection, caller.scope)
        names = {unit.id: unit.name for unit in units.subtree(connection, caller.scope)}
    own = caller.session.person.unit_id if caller.session else ""
    has_open = any(book.unit_id == own and book.closed_on is None for book in found)
    return certify_page(
        request, parts, caller, "books.html", 200 if error is None else status_of(type(error)), books=found,
        names=names, opens=registers.keeps_books(caller) and not has_open, message=error.message if error else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Period:
    """What of the register the page shows."""

    head: Book
    columns: tuple[Column, ...]
    lines: tuple[_Line, ...]
    totals: Totals
    next: int | None
    closing: Closing | None
    """Of the whole year; None while it is open."""
    closed: bool
    """The year is closed."""


def _book(
    request: Request,
    parts: Parts,
    caller: Caller,
    book_id: str,
    asked: tuple[int | None, int, int],
    error: SohoaError | None = None,
) -> Response:
    caller.need(Right.READ_COPIES)
    today = parts.now().astimezone(VIETNAM_TIME).date()
    with parts.storage.database.read() as connection:
        book = register.find_book(connection, book_id, caller.scope)
        year, month, above = asked[0] or (book.year if book.closed_on else today.year), asked[1], asked[2]
        period = _read(connection, book, (year, month, above))
    return certify_page(
        request, parts, caller, "book.html", 200 if error is None else status_of(type(error)), book=book, period=period,
        year=year, month=month, first=above == 0, today=today, sum=summary(period.totals),
        years=range(book.year, max(today.year, year) + 1), keeps=registers.keeps_books(caller),
        closes_year=today >= today.replace(year, 12, 31) if year <= today.year else False,
        message=error.message if error else "",
    )  # fmt: skip


def _read(connection: sa.Connection, book: RegisterBook, asked: tuple[int, int, int]) -> _Period:
    year, month, above = asked
    period = (book.unit_id, book.kind, year, month or None)
    found = register.page(connection, *period, above=above, limit=PAGE_LENGTH)
    head = register.heading(connection, *period)
    columns = in_force(certification_rules().column, book.opened_on)
    behind: Mapping[int, tuple[str, str]] = {}
    if found.rows:
        span = (int(found.rows[0].number), int(found.rows[-1].number))
        behind = register.copies_of(connection, book.unit_id, book.kind, year, span)
    closing = registers.closing_of(connection, book, year)
    lines = tuple(
        _Line(tuple(shown(row, column.field) for column in columns), row.void, _address(behind.get(int(row.number))))
        for row in found.rows
    )
    whole = None if month or found.next is not None else closing
    return _Period(head, columns, lines, found.totals, found.next, whole, closing is not None)


def _address(behind: tuple[str, str] | None) -> str:
    return "" if behind is None else f"/certifications/{behind[0]}?copy={behind[1]}"


def _query(sent: Sent) -> str:
    year = sent.get("year")
    return f"?year={year}" if year.isascii() and year.isdigit() and len(year) == 4 else ""
