"""Who has a document open to check it: a courtesy between people with a term, not a lock.

What is true of a document is guarded by its version. The lease tells two people of each other before either has typed
in vain. Whoever takes a held document over gets the next number, and nothing is saved under an old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict
from storage import subjects
from storage.tables import people, review_leases

TERM = timedelta(minutes=10)
"""How long a document is held after the last sign of its person."""

WARNING = timedelta(minutes=2)
"""So long before the end the person is told."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A document that somebody has open."""

    document: str
    person: str
    name: str
    """Of the person."""
    number: int
    """From 1; only the last one given may save."""
    expires_at: datetime


class NotHeld(Conflict):
    """Somebody else has taken the document over meanwhile, or the term is over."""

    sentence = "Văn bản này không còn do bạn giữ."
    remedy = "Những gì đã gõ vẫn được lưu; hãy bấm “Tiếp tục kiểm tra” để nhận lại."


def take(connection: sa.Connection, document: str, person: str, now: datetime, *, over: bool = False) -> Holding:
    """Hold a document for another term, if nobody else does.

    Args:
        connection: a writing transaction.
        document: one that the person may see.
        person: who.
        now: when.
        over: take it even from somebody who holds it.

    Returns:
        Who holds it now; another person, unless ``over``.
    """
    subjects.lock(connection, document)
    row = connection.execute(sa.select(review_leases).where(review_leases.c.document_id == document)).one_or_none()
    end = now + TERM
    if row is None:
        connection.execute(
            review_leases.insert().values(
                document_id=document, person_id=person, number=1, taken_at=now, expires_at=end
            )
        )
    elif row.person_id == person or row.expires_at <= now or over:
        number = row.number if row.person_id == person else row.number + 1
        connection.execute(
            review_leases.update()
            .where(review_leases.c.document_id == document)
            .values(person_id=person, number=number, taken_at=now, expires_at=end)
        )
    return _found(connection, [document])[document]


def prolong(connection: sa.Connection, document: str, person: str, number: int, now: datetime) -> datetime:
    """Hold on for another term; return its end.

    Raises:
        NotHeld: somebody else took it over.
    """
    changed = connection.execute(
        review_leases.update()
        .where(
            review_leases.c.document_id == document,
            review_leases.c.person_id == person,
            review_leases.c.number == number,
        )
        .values(expires_at=now + TERM)
    )
    if changed.rowcount != 1:
        raise NotHeld
    return now + TERM


def release(connection: sa.Connection, document: str, person: str, now: datetime) -> None:
    """Let a document go; the row stays, so that the next number is a new one."""
    connection.execute(
        review_leases.update()
        .where(review_leases.c.document_id == document, review_leases.c.person_id == person)
        .values(expires_at=now)
    )


def held(connection: sa.Connection, documents: Sequence[str], now: datetime) -> Mapping[str, Holding]:
    """Return who holds which of these documents now."""
    return {document: each for document, each in _found(connection, documents).items() if each.expires_at > now}


def _found(connection: sa.Connection, documents: Sequence[str]) -> dict[str, Holding]:
    rows = connection.execute(
        sa.select(review_leases, people.c.full_name)
        .join(people, people.c.id == review_leases.c.person_id)
        .where(review_leases.c.document_id.in_(documents))
    )
    return {row.document_id: _holding(row) for row in rows}


def _holding(row: sa.Row[Any]) -> Holding:
    return Holding(row.document_id, row.person_id, row.full_name, row.number, row.expires_at)
