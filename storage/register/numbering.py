"""Numbers of the register: given once to a copy, kept for ever, void when the act is given up.

The order of the steps is ours: the number is committed just before the certifier's key is used, because the text that
is signed carries it; practice gives it between the two signatures. No lock is held while a person or a key signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyRecord, CopyState, Numbered, Voided
from digitize.attest.lifecycle.record import hold_to_printed_day
from digitize.attest.numbering import Numbering
from digitize.errors import Forbidden, Impossible
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage import announcements, authorities, certifications, leases, subjects
from storage.certifications import Copy
from storage.leases import Lease
from storage.register.book import BookKind, find_open
from storage.register.years import hold_year, next_serial
from storage.subjects import SubjectKind
from storage.tables import certifications as visits
from storage.tables import copies, people, register_entries
from storage.tables import subjects as subject_rows

KIND = BookKind.ELECTRONIC_COPIES
"""In whose book electronic copies are numbered."""

_BEFORE_THE_KEY = (
    CopyState.OPENED,
    CopyState.CAPTURED,
    CopyState.TO_COMPARE,
    CopyState.ATTEST_ORDERED,
    CopyState.ATTEST_PREPARED,
)
"""A number may have been given and the certifier's key was not used yet."""


def take_number(
    connection: sa.Connection, copy_id: str, actor: Actor, now: datetime, *, lease: Lease | None = None
) -> Numbering:
    """Give a copy its number, or the one that it has; commit, and only then use the certifier's key.

    Args:
        connection: a writing transaction of its own.
        copy_id: of a copy whose attestation was ordered.
        actor: the worker.
        now: its day in Vietnam is printed, and is the last on which the key may be used.
        lease: of the worker; None where no lease is asked for.

    Raises:
        LeaseLost: somebody else works on the copy.
        Forbidden: it waits for no number, its certifier has no authority in force at this moment, no book is open, the
            year is closed, or the number that it has bears an earlier day.
        NotFound: there is no such copy.
    """
    subjects.hold(connection, SubjectKind.COPY, copy_id)
    if lease is not None:
        leases.require(connection, lease)
    copy = certifications.find(connection, copy_id)
    record = copy.record
    if record.state is not CopyState.ATTEST_ORDERED or record.certifier is None:
        raise Forbidden("bản sao chưa được người chứng thực ra lệnh ký")
    title = _title(connection, copy, record.certifier, now)
    if record.numbering is None:
        return _give(connection, copy, title, actor, now)
    if not record.answered:
        hold_to_printed_day(record, now.isoformat())
    return record.numbering


def void(
    connection: sa.Connection,
    copy_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    lease: Lease | None = None,
    by_clock: bool = False,
) -> CopyRecord:
    """Give an act up whose number was given: the entry stays in the register with the reason.

    Args:
        connection: a writing transaction.
        copy_id: of the copy.
        reason: as the register shows it.
        actor: the certifier, a supervisor or the system.
        now: when.
        version: what a person saw; None skips the check.
        lease: of a worker.
        by_clock: the sweep found that the printed day is over.

    Raises:
        NotFound: there is no such copy.
        Forbidden: it has no number, or the agency has signed already.
        InvalidInput: the reason is missing.
        Conflict, LeaseLost: as :func:`storage.certifications.record`.
    """
    event = Voided(actor=actor, reason=reason)
    after = certifications.record(
        connection,
        copy_id,
        event,
        now,
        version=version,
        lease=lease,
        changes={"signer": None, "problem": reason[:1000]},
        by_clock=by_clock,
    )
    connection.execute(
        register_entries.update()
        .where(register_entries.c.copy_id == copy_id)
        .values(void_reason=reason[:1000], voided_at=now, voided_by=actor.id)
    )
    announcements.put(connection, copy_id, announcements.COPY_VOID, now)
    return after


def overdue(connection: sa.Connection, now: datetime, limit: int = 100) -> Sequence[str]:
    """Return the copies whose printed day is over and whose certifier's key was not used.

    A worker that holds the copy may have used the key just before midnight; a token's answer came on the printed day.
    """
    return list(connection.execute(_overdue(now).order_by(copies.c.id).limit(limit)).scalars())


def void_overdue(connection: sa.Connection, copy_id: str, actor: Actor, now: datetime) -> bool:
    """Void one copy of :func:`overdue`, looked at again under its lock; False if it went on meanwhile."""
    subjects.hold(connection, SubjectKind.COPY, copy_id)
    if connection.execute(_overdue(now).where(copies.c.id == copy_id)).first() is None:
        return False
    numbering = certifications.record_of(connection, copy_id).numbering
    if numbering is None:
        raise Impossible(f"{copy_id} is overdue without a number")
    reason = f"Không ký chứng thực trong ngày ghi trên lời chứng ({numbering.on:%d/%m/%Y})."
    void(connection, copy_id, reason, actor, now, by_clock=True)
    return True


def _overdue(now: datetime) -> sa.Select[tuple[str]]:
    held = sa.exists().where(
        subject_rows.c.id == copies.c.id,
        subject_rows.c.lease_holder.is_not(None),
        subject_rows.c.lease_expires_at > now,
    )
    return (
        sa.select(copies.c.id)
        .join(register_entries, register_entries.c.copy_id == copies.c.id)
        .where(
            register_entries.c.printed_on < now.astimezone(VIETNAM_TIME).date(),
            # The few that wait are found by index; the sweep asks every minute.
            copies.c.waiting_for.in_({COPY_WAITING_FOR[state].value for state in _BEFORE_THE_KEY}),
            copies.c.state.in_([state.value for state in _BEFORE_THE_KEY]),
            copies.c.answered.is_(False),
            ~held,
        )
    )


def _title(connection: sa.Connection, copy: Copy, certifier: str, now: datetime) -> str:
    """Return the certifier's title under the authority in force at this very moment."""
    act = certifications.find_visit(connection, copy.certification_id).act
    return authorities.require(connection, certifier, act, copy.unit_id, now).title


def _give(connection: sa.Connection, copy: Copy, title: str, actor: Actor, now: datetime) -> Numbering:
    today = now.astimezone(VIETNAM_TIME).date()
    hold_year(connection, copy.unit_id, KIND.value, today.year)
    book = find_open(connection, copy.unit_id, KIND)
    if book is None:
        raise Forbidden("đơn vị chưa mở sổ chứng thực bản sao điện tử", remedy="Hãy mở sổ rồi ký lại.")
    serial = next_serial(connection, copy.unit_id, KIND.value, today.year)
    numbering = Numbering(serial, book.name, today.year, today)
    certifications.record(connection, copy.id, Numbered(actor=actor, numbering=numbering), now)
    requester = sa.select(visits.c.requester_name).where(visits.c.id == copy.certification_id)
    certifier = sa.select(people.c.full_name).where(people.c.id == copy.record.certifier)
    connection.execute(
        register_entries.insert().values(
            unit_id=copy.unit_id,
            kind=KIND.value,
            year=today.year,
            serial=serial,
            copy_id=copy.id,
            book_id=book.id,
            printed_on=today,
            given_at=now,
            requester=requester.scalar_subquery(),
            title=copy.original.title,
            certifier=certifier.scalar_subquery(),
            certifier_title=title,
            quantity=copy.original.quantity,
            fee_vnd=copy.fee_vnd,
        )
    )
    return numbering
