"""Books of the register (quyển): opened, one at a time for each unit and kind, and closed with their total."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.attest.rules import BookForm, book_name, certification_rules
from digitize.attest.visit import Act
from digitize.errors import Conflict, Forbidden, NotFound
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage.register.years import hold_year
from storage.registry import EVERYTHING, Scope
from storage.tables import books, register_entries, units


class BookKind(StrEnum):
    """What is numbered together: one act on one medium."""

    ELECTRONIC_COPIES = "certify_copy/electronic"
    """Chứng thực bản sao điện tử từ bản chính."""

    @property
    def act(self) -> Act:
        """Which act the book is about."""
        return Act(self.value.split("/")[0])

    def form(self, on: date) -> BookForm:
        """Return symbol, cover and title as they are on a day.

        Raises:
            Misconfigured: the catalogue has none for that day.
        """
        return certification_rules().book_form(self.act, self.value.split("/")[1], on)


@dataclass(frozen=True, slots=True)
class RegisterBook:
    """One volume."""

    id: str
    """Opaque."""
    unit_id: str
    kind: BookKind
    year: int
    """In which it was opened."""
    volume: int
    """From 1 within that year."""
    name: str
    """Quyển số as on the cover, its symbol included."""
    opened_on: date
    """Day in Vietnam."""
    closed_on: date | None
    """None while numbers are given from it."""
    closed_by: str | None
    total: int | None
    """Numbers in it when it was closed."""


def open_book(connection: sa.Connection, unit: str, kind: BookKind, actor: Actor, now: datetime) -> RegisterBook:
    """Open the next volume of a unit.

    Raises:
        NotFound: there is no such unit.
        Conflict: a book of this kind is open.
    """
    today = now.astimezone(VIETNAM_TIME).date()
    if connection.execute(sa.select(units.c.id).where(units.c.id == unit)).first() is None:
        raise NotFound("đơn vị")
    hold_year(connection, unit, kind.value, today.year)
    if find_open(connection, unit, kind) is not None:
        raise Conflict(
            "đơn vị đang có một quyển sổ cùng loại còn mở", remedy="Hãy khóa quyển đó trước khi mở quyển mới."
        )
    last = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(books.c.volume), 0)).where(
            books.c.unit_id == unit, books.c.kind == kind.value, books.c.year == today.year
        )
    ).scalar_one()
    book = RegisterBook(
        uuid.uuid4().hex, unit, kind, today.year, last + 1, book_name(kind.form(today), last + 1, today.year), today,
        None, None, None,
    )  # fmt: skip
    connection.execute(
        books.insert().values(
            id=book.id,
            unit_id=unit,
            kind=kind.value,
            year=book.year,
            volume=book.volume,
            name=book.name,
            opened_on=today,
            opened_by=actor.id,
        )
    )
    return book


def close_book(connection: sa.Connection, book_id: str, actor: Actor, now: datetime) -> RegisterBook:
    """Close a volume with its total; numbers go on, without a gap, in the one that is opened next.

    Raises:
        NotFound: there is no such book.
        Forbidden: it is closed already.
    """
    book = find_book(connection, book_id)
    today = now.astimezone(VIETNAM_TIME).date()
    hold_year(connection, book.unit_id, book.kind.value, today.year)
    total = connection.execute(
        sa.select(sa.func.count()).select_from(register_entries).where(register_entries.c.book_id == book_id)
    ).scalar_one()
    changed = connection.execute(
        books.update()
        .where(books.c.id == book_id, books.c.closed_on.is_(None))
        .values(closed_on=today, closed_by=actor.id, total=total)
    )
    if changed.rowcount == 0:
        raise Forbidden("quyển sổ này đã khóa")
    return find_book(connection, book_id)


def find_open(connection: sa.Connection, unit: str, kind: BookKind) -> RegisterBook | None:
    """Return the open book of a unit; None if there is none."""
    row = connection.execute(
        sa.select(books).where(books.c.unit_id == unit, books.c.kind == kind.value, books.c.closed_on.is_(None))
    ).one_or_none()
    return None if row is None else _book(row)


def find_book(connection: sa.Connection, book_id: str, scope: Scope = EVERYTHING) -> RegisterBook:
    """Return a book of the scope.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(
        sa.select(books)
        .join(units, units.c.id == books.c.unit_id)
        .where(books.c.id == book_id, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("quyển sổ chứng thực")
    return _book(row)


def books_of(
    connection: sa.Connection, scope: Scope, *, after: str | None = None, limit: int = 50
) -> Sequence[RegisterBook]:
    """Return the books of the scope, those of the latest year first, a page at a time.

    Args:
        connection: any.
        scope: whose books.
        after: id of the last book of the page before; None for the first page.
        limit: books on a page.

    Raises:
        NotFound: the scope has no such book as ``after``.
    """
    query = sa.select(books).join(units, units.c.id == books.c.unit_id)
    query = query.where(units.c.path.startswith(scope.path, autoescape=True))
    if after is not None:
        query = query.where(_behind(connection, find_book(connection, after, scope)))
    order = (books.c.year.desc(), units.c.path, books.c.kind, books.c.volume.desc())
    return [_book(row) for row in connection.execute(query.order_by(*order).limit(limit))]


def _behind(connection: sa.Connection, last: RegisterBook) -> sa.ColumnElement[bool]:
    path = connection.execute(sa.select(units.c.path).where(units.c.id == last.unit_id)).scalar_one()
    same_year = books.c.year == last.year
    same_unit = sa.and_(same_year, units.c.path == path)
    same_kind = sa.and_(same_unit, books.c.kind == last.kind.value)
    return sa.or_(
        books.c.year < last.year,
        sa.and_(same_year, units.c.path > path),
        sa.and_(same_unit, books.c.kind > last.kind.value),
        sa.and_(same_kind, books.c.volume < last.volume),
    )


def _book(row: sa.Row[Any]) -> RegisterBook:
    return RegisterBook(
        id=row.id, unit_id=row.unit_id, kind=BookKind(row.kind), year=row.year, volume=row.volume, name=row.name,
        opened_on=row.opened_on, closed_on=row.closed_on, closed_by=row.closed_by, total=row.total,
    )  # fmt: skip
