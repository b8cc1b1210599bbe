"""The papers around a certification, typeset on demand.

The typesetting libraries cost a process a quarter of a second, so they are imported when the first paper is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from digitize.attest.fees import fee
from digitize.attest.refusal import RefusalGround
from digitize.attest.register import Book, Closing, RegisterRow
from digitize.errors import Forbidden, NotFound
from digitize.place_name import place_of
from digitize.targets import VIETNAM_TIME
from storage import authorities, certifications, shown, units
from storage.certifications import Certification, Copy

if TYPE_CHECKING:
    from digitize.official_paper import Letterhead


class SheetFormat(StrEnum):
    """How the register leaves the house as a spreadsheet."""

    XLSX = "xlsx"
    ODS = "ods"


SHEET_MEDIA = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}


def refusal_letter(
    connection: sa.Connection, copy: Copy, ground: RefusalGround, reason: str, signer_id: str, now: datetime
) -> bytes:
    """Return the written refusal of a copy, under the title of the certifier's authority in force."""
    from digitize.attest.papers.refusal import letter
    from digitize.official_paper import Signer

    visit = certifications.find_visit(connection, copy.certification_id)
    title = authorities.require(connection, signer_id, visit.act, copy.unit_id, now).title
    signer = Signer(title, _name_of(connection, signer_id))
    head = _letterhead(connection, copy.unit_id, now)
    return letter(head, visit.requester.full_name, copy.original.title, ground, reason, signer)


def appointment_slip(connection: sa.Connection, visit: Certification) -> bytes:
    """Return the slip that says when the copies are ready.

    Raises:
        Forbidden: they are due on the same day, for which no slip is given.
    """
    from digitize.attest.papers.appointment import slip
    from digitize.official_paper import Signer

    if visit.deadline.same_day:
        raise Forbidden("yêu cầu được trả kết quả ngay trong ngày nên không có phiếu hẹn")
    originals = [copy.original for copy in certifications.of_visit(connection, visit.id)]
    head = _letterhead(connection, visit.unit_id, visit.opened_at)
    signer = Signer("Người tiếp nhận", _name_of(connection, visit.opened_by))
    return slip(head, visit.id, visit.requester.full_name, originals, visit.deadline, signer, visit.extension_reason)


def receipt_slip(connection: sa.Connection, visit: Certification) -> bytes:
    """Return the slip on the fee that was taken.

    Raises:
        NotFound: nothing was paid yet, or not all of it.
    """
    from digitize.attest.papers.receipt import slip
    from digitize.official_paper import Signer

    last = certifications.last_payment(connection, visit.id)
    if last is None or not visit.is_paid:
        raise NotFound("phiếu thu phí: chưa nộp đủ phí")
    opened_on = visit.opened_at.astimezone(VIETNAM_TIME).date()
    paid = [
        (copy.original.title, fee(copy.original.pages, copy.original.quantity, opened_on))
        for copy in certifications.of_visit(connection, visit.id)
        if copy.state.value not in certifications.UNPAID_STATES
    ]
    head = _letterhead(connection, visit.unit_id, last.received_at)
    signer = Signer("Người thu", _name_of(connection, last.received_by))
    return slip(head, visit.id, visit.requester.full_name, paid, last.received_at, signer)


def register_print(book: Book, rows: Sequence[RegisterRow], made_on: date, closing: Closing | None) -> bytes:
    """Return the register as it is printed and bound."""
    from digitize.attest.papers.book import print_book

    return print_book(book, rows, made_on, closing)


def register_sheet(book: Book, rows: Sequence[RegisterRow], made_on: date, kind: SheetFormat) -> bytes:
    """Return the register as a spreadsheet."""
    from digitize.attest.sheets import grid
    from digitize.spreadsheet import ods, xlsx

    write = xlsx if kind is SheetFormat.XLSX else ods
    return write([grid(book, rows, made_on)])


def _letterhead(connection: sa.Connection, unit_id: str, at: datetime) -> Letterhead:
    from digitize.official_paper import Letterhead

    unit = units.find_unit(connection, unit_id)
    return Letterhead(unit.name, place_of(unit.name), at.astimezone(VIETNAM_TIME).date())


def _name_of(connection: sa.Connection, identity: str) -> str:
    return shown.names(connection, (identity,)).get(identity, identity)
