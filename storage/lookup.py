"""What anybody may learn of a copy: its status by the short code, the rest with a fact from the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from digitize.attest import facts
from digitize.attest.codes import VerificationCode, parse_verification_code
from digitize.attest.lifecycle import COPY_STATE_NAMES, CopyState
from digitize.errors import NotFound
from storage import certifications, throttle
from storage.cancellation import Cancellation, cancellation_of
from storage.certifications import Copy
from storage.tables import copies, register_entries, units

_SHOWN = (CopyState.ISSUED, CopyState.CANCELLED, CopyState.VOID)
"""Of any other copy nobody outside holds a file."""


@dataclass(frozen=True, slots=True)
class CopyStatus:
    """What the short code alone shows: nothing of it is about a person."""

    copy_id: str
    """For the program; not to be shown."""
    state: CopyState
    state_name: str
    is_valid: bool
    """It was issued and not cancelled."""
    unit_name: str
    """Of the certifying agency."""
    number: str
    """Số chứng thực."""
    book: str
    on: date
    """Printed day of the attestation."""
    cancellation: Cancellation | None
    successor_code: VerificationCode | None
    """Of the copy that took its place."""
    asked: str
    """Name of the fact that opens the full view."""


@dataclass(frozen=True, slots=True)
class FullView:
    """What the code and a fact from the paper show."""

    status: CopyStatus
    title: str
    issuer: str
    pages: int
    quantity: int
    certifier: str
    certifier_title: str
    sealed_key: str | None
    """Object of the issued file, to be compared or downloaded; None of a void one."""
    sealed_at: datetime | None
    issued_at: datetime | None


def status(connection: sa.Connection, code: VerificationCode) -> CopyStatus:
    """Return what anybody may know by the short code.

    Raises:
        NotFound: there is no such copy, or it was not given out; the two are not told apart.
    """
    copy = _copy_of(connection, code)
    if copy.numbering is None:
        raise NotFound("bản sao điện tử có mã này")
    unit = connection.execute(sa.select(units.c.name).where(units.c.id == copy.unit_id)).scalar_one()
    return CopyStatus(
        copy_id=copy.id, state=copy.state, state_name=COPY_STATE_NAMES[copy.state],
        is_valid=copy.state is CopyState.ISSUED, unit_name=unit, number=copy.numbering.number,
        book=copy.numbering.book, on=copy.numbering.on, cancellation=cancellation_of(connection, copy.id),
        successor_code=_successor(connection, copy), asked=facts.asked(copy.original),
    )  # fmt: skip


def full_view(connection: sa.Connection, code: VerificationCode, told: str, now: datetime) -> FullView:
    """Return more, for who also knows the fact that stands on the paper.

    Args:
        connection: a writing transaction: wrong answers are counted and close the copy for a while.
        code: of the copy.
        told: the fact, as typed.
        now: when.

    Raises:
        NotFound: there is no such copy.
        WrongFact: the fact does not agree, or too many did not before; the transaction is committed all the same.
    """
    shown = status(connection, code)
    copy = certifications.find(connection, shown.copy_id)
    signed_at = None if copy.record.key_used_at is None else datetime.fromisoformat(copy.record.key_used_at)
    right = facts.agrees(told, copy.original, signed_at)
    throttle.answered(connection, f"fact/{copy.id}", now, right=right)
    entry = connection.execute(
        sa.select(register_entries.c.certifier, register_entries.c.certifier_title).where(
            register_entries.c.copy_id == copy.id
        )
    ).one()
    return FullView(
        shown, copy.original.title, copy.original.issuer, copy.original.pages, copy.original.quantity, entry.certifier,
        entry.certifier_title, copy.sealed_key, copy.sealed_at, copy.issued_at,
    )  # fmt: skip


def _copy_of(connection: sa.Connection, code: VerificationCode) -> Copy:
    found = connection.execute(
        sa.select(copies.c.id).where(
            copies.c.verification_code == code.text, copies.c.state.in_([state.value for state in _SHOWN])
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("bản sao điện tử có mã này")
    return certifications.find(connection, found)


def _successor(connection: sa.Connection, copy: Copy) -> VerificationCode | None:
    if copy.successor_id is None:
        return None
    text: str = connection.execute(
        sa.select(copies.c.verification_code).where(copies.c.id == copy.successor_id)
    ).scalar_one()
    return parse_verification_code(text)
