"""What a person has typed of a document and not confirmed yet; saved while they type, given back when they return.

A draft that was *checked* is a decision that waits for its turn: the data are confirmed after the capture is signed
(TT 01/2023/TT-VPCP Art 8, 9), and the person need not wait before the page until it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.registry import Document
from storage.tables import documents, review_drafts

KEPT_FOR = timedelta(days=30)
"""How long a draft that nobody comes back to is kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed."""

    document: str
    person: str
    capture: int
    """Of which it was typed, from 1."""
    kind_code: str
    """Empty: not chosen."""
    fields: Mapping[str, str]
    checked_at: datetime | None
    """When the person found pages and data right; None: still at it."""
    saved_at: datetime


def save(
    connection: sa.Connection,
    document: Document,
    person: str,
    kind_code: str,
    fields: Mapping[str, str],
    now: datetime,
    *,
    checked: bool,
) -> None:
    """Keep what a person has typed, in the place of what they had typed before."""
    forget(connection, document.id, person)
    connection.execute(
        review_drafts.insert().values(
            document_id=document.id, person_id=person, capture=document.record.capture, kind_code=kind_code,
            fields=dict(fields), checked_at=now if checked else None, saved_at=now,
        )
    )  # fmt: skip


def draft_of(connection: sa.Connection, document: Document, person: str) -> Draft | None:
    """Return what a person has typed of the scan in force; None: nothing."""
    row = connection.execute(
        sa.select(review_drafts).where(
            review_drafts.c.document_id == document.id,
            review_drafts.c.person_id == person,
            review_drafts.c.capture == document.record.capture,
        )
    ).one_or_none()
    return None if row is None else _draft(row)


def checked_by(connection: sa.Connection, person: str, limit: int = 500) -> Sequence[Draft]:
    """Return what a person has checked of scans in force and not confirmed yet, the first checked first."""
    rows = connection.execute(
        sa.select(review_drafts)
        .join(documents, documents.c.id == review_drafts.c.document_id)
        .where(
            review_drafts.c.person_id == person,
            review_drafts.c.checked_at.is_not(None),
            review_drafts.c.capture == documents.c.capture,
        )
        .order_by(review_drafts.c.checked_at, review_drafts.c.document_id)
        .limit(limit)
    )
    return [_draft(row) for row in rows]


def still_checked(connection: sa.Connection, document: str, person: str) -> bool:
    """Tell whether a decision stands, and let nobody take it back before the transaction ends."""
    decision = (
        sa.select(review_drafts.c.checked_at)
        .where(review_drafts.c.document_id == document, review_drafts.c.person_id == person)
        .with_for_update()
    )
    return connection.execute(decision).scalar_one_or_none() is not None


def uncheck(connection: sa.Connection, document: str, person: str) -> None:
    """Make a decision a draft again: it could not be carried out, or the person took it back."""
    connection.execute(
        review_drafts.update()
        .where(review_drafts.c.document_id == document, review_drafts.c.person_id == person)
        .values(checked_at=None)
    )


def forget(connection: sa.Connection, document: str, person: str | None = None) -> None:
    """Remove what was typed of a document, by one person or by everybody."""
    whose = () if person is None else (review_drafts.c.person_id == person,)
    connection.execute(review_drafts.delete().where(review_drafts.c.document_id == document, *whose))


def forget_old(connection: sa.Connection, now: datetime) -> None:
    """Remove drafts that nobody came back to."""
    connection.execute(review_drafts.delete().where(review_drafts.c.saved_at < now - KEPT_FOR))


def _draft(row: sa.Row[Any]) -> Draft:
    return Draft(row.document_id, row.person_id, row.capture, row.kind_code, row.fields, row.checked_at, row.saved_at)
