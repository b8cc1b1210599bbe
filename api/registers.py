"""The books of the register, for the JSON routes and for the pages alike: opened, closed, and their year closed."""

from __future__ import annotations

import sqlalchemy as sa

from api.auth import Caller, need_proof
from api.errors import MissingScope
from api.parts import Parts
from digitize.attest.register import Closing
from digitize.lifecycle import Office
from storage import register, shown, units
from storage.register import BookKind, RegisterBook, RegisterYear


def open_book(connection: sa.Connection, parts: Parts, caller: Caller, unit_code: str | None) -> RegisterBook:
    """Open the next volume of a unit of the caller's; without a code, of their own.

    Raises:
        MissingScope: the caller is no supervisor.
        NotFound: there is no such unit in the scope.
        Conflict: a book of this kind is open.
    """
    _need_supervisor(caller)
    unit = units.find_by_code(connection, unit_code, caller.scope).id if unit_code else _own_unit(caller)
    return register.open_book(connection, unit, BookKind.ELECTRONIC_COPIES, caller.actor, parts.now())


def close_book(connection: sa.Connection, parts: Parts, caller: Caller, book_id: str) -> RegisterBook:
    """Close a volume; numbers go on in the next.

    Raises:
        MissingScope: the caller is no supervisor.
        ProofRequired: the password was given too long ago.
        NotFound: there is no such book in the scope.
        Forbidden: it is closed already.
    """
    _need_supervisor(caller)
    need_proof(caller, parts)
    register.find_book(connection, book_id, caller.scope)
    return register.close_book(connection, book_id, caller.actor, parts.now())


def close_year(connection: sa.Connection, parts: Parts, caller: Caller, book_id: str, year: int) -> RegisterYear:
    """Close a year of the register that a book belongs to, with its total.

    Raises:
        MissingScope: the caller is no supervisor.
        ProofRequired: the password was given too long ago.
        NotFound: there is no such book in the scope, or nothing was entered in that year.
        Forbidden: the year is not over but for its last day, is closed, or an act of it is unfinished.
    """
    _need_supervisor(caller)
    need_proof(caller, parts)
    book = register.find_book(connection, book_id, caller.scope)
    return register.close_year(connection, book.unit_id, book.kind.value, year, caller.actor, parts.now())


def closing_of(connection: sa.Connection, book: RegisterBook, year: int) -> Closing | None:
    """Return the confirmation at the end of a year; None while it is open."""
    found = register.find_year(connection, book.unit_id, book.kind.value, year)
    if found is None or found.closed_on is None or found.closed_by is None:
        return None
    name = shown.names(connection, (found.closed_by,)).get(found.closed_by, "")
    return Closing(found.closed_on, "Người khóa sổ", name)


def keeps_books(caller: Caller) -> bool:
    """Tell whether the caller opens and closes books."""
    return caller.session is not None and caller.actor.office is Office.SUPERVISOR


def _need_supervisor(caller: Caller) -> None:
    if caller.actor.office is not Office.SUPERVISOR:
        raise MissingScope("chỉ lãnh đạo phụ trách được mở hoặc khóa sổ")


def _own_unit(caller: Caller) -> str:
    if caller.session is None:
        raise MissingScope
    return caller.session.person.unit_id
