"""What the registry knows of a file that somebody holds: whether it is one that we released, and whether it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from digitize.attest.lifecycle import CopyState
from digitize.lifecycle import State
from digitize.targets import VIETNAM_TIME
from storage.tables import (
    books,
    cancellations,
    copies,
    copy_revisions,
    documents,
    events,
    register_entries,
    renewals,
    revisions,
    units,
)


class Standing(StrEnum):
    """Whether what the file says still holds."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of ours; nothing of it is personal data."""

    what: str
    """Vietnamese, such as "bản đã công bố"."""
    issuer: str
    """Name of the unit that released it."""
    standing: Standing
    decision_number: str = ""
    """Of the decision that revoked it."""
    ended_at: datetime | None = None
    """Since when it does not stand; None while it does."""

    @property
    def clause(self) -> str:
        """The half-sentence that completes the one on the signatures."""
        since = "" if self.ended_at is None else f" từ ngày {self.ended_at.astimezone(VIETNAM_TIME):%d/%m/%Y}"
        stands = {
            Standing.IN_FORCE: "còn hiệu lực",
            Standing.REVOKED: f"đã bị hủy bỏ theo quyết định số {self.decision_number}{since}",
            Standing.SUPERSEDED: f"đã được thay thế bằng bản khác{since}",
        }
        return f"tệp là {self.what} của {self.issuer}; {stands[self.standing]}"


_STANDINGS = {
    State.PUBLISHED.value: Standing.IN_FORCE,
    State.REVOKED.value: Standing.REVOKED,
    State.SUPERSEDED.value: Standing.SUPERSEDED,
}


def what_is(connection: sa.Connection, sha256: str) -> KnownFile | None:
    """Tell what a file is to us; None when it is none of ours, or not released.

    Args:
        connection: reading is enough.
        sha256: of its bytes, lower-case hex.
    """
    return _document(connection, sha256) or _copy(connection, sha256)


def _copy(connection: sa.Connection, sha256: str) -> KnownFile | None:
    """Find a certified copy that was handed out, by the file of today or of before a renewal."""
    agency = copy_revisions.c.role == "agency"
    sealed = sa.select(copy_revisions.c.copy_id).where(copy_revisions.c.key == sha256, agency)
    row = connection.execute(
        sa.select(
            copies.c.state,
            copies.c.ended_at,
            units.c.name,
            register_entries.c.serial,
            books.c.name.label("book"),
            cancellations.c.decision_number,
        )
        .join(units, units.c.id == copies.c.unit_id)
        .join(register_entries, register_entries.c.copy_id == copies.c.id)
        .join(books, books.c.id == register_entries.c.book_id)
        .outerjoin(cancellations, cancellations.c.copy_id == copies.c.id)
        .where(
            copies.c.id.in_(sa.union_all(sealed, _renewed(sha256))),  # by index: anybody may ask
            copies.c.state.in_([CopyState.ISSUED.value, CopyState.CANCELLED.value]),
        )
    ).one_or_none()
    if row is None:
        return None
    standing = Standing.REVOKED if row.state == CopyState.CANCELLED.value else Standing.IN_FORCE
    what = f"bản sao điện tử có chứng thực số {row.serial:02d}, quyển {row.book},"
    return KnownFile(what, row.name, standing, row.decision_number or "", row.ended_at)


def _document(connection: sa.Connection, sha256: str) -> KnownFile | None:
    """Find a published result by its sealed file, or by one that a renewal has replaced since."""
    released = sa.select(documents.c.id).where(documents.c.sealed_key == sha256)
    sealed = sa.select(revisions.c.document_id).where(revisions.c.key == sha256, revisions.c.role == "agency")
    rows = connection.execute(
        sa.select(documents.c.id, documents.c.state, documents.c.ended_at, units.c.name)
        .join(units, units.c.id == documents.c.unit_id)
        .where(
            documents.c.published_at.is_not(None),
            documents.c.state.in_(_STANDINGS),
            documents.c.id.in_(sa.union_all(released, sealed, _renewed(sha256))),  # by index: anybody may ask
        )
    ).all()
    # One that stands speaks for the file before one that does not.
    row = min(rows, key=lambda each: list(_STANDINGS).index(each.state), default=None)
    if row is None:
        return None
    standing = _STANDINGS[row.state]
    decision = _decision(connection, row.id) if standing is Standing.REVOKED else ""
    return KnownFile("bản đã công bố", row.name, standing, decision, row.ended_at)


def _renewed(sha256: str) -> sa.Select[tuple[str]]:
    """Whose file a renewal made, whether another renewal followed or not."""
    return sa.select(renewals.c.subject_id).where(renewals.c.key == sha256)


def _decision(connection: sa.Connection, document_id: str) -> str:
    payload = connection.execute(
        sa.select(events.c.payload)
        .where(events.c.subject_id == document_id, events.c.name == "Revoked")
        .order_by(events.c.sequence.desc())
        .limit(1)
    ).scalar_one()
    return str(payload["decision_number"])
