"""The visits that lie on the desk: whatever waits for somebody, the one that is due first on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.codes import VerificationCode
from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyState, CopyWaiting
from digitize.errors import NotFound
from storage.certifications.finding import find, visits_where
from storage.certifications.visit import Certification, Copy
from storage.registry import EVERYTHING, Scope
from storage.tables import certifications, copies, units


@dataclass(frozen=True, slots=True)
class DueCursor:
    """Where a page of the desk's list ended."""

    due_at: datetime
    visit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one original of a visit stands, as the list tells it."""

    copy: str
    """Id of its copy."""
    title: str
    state: CopyState

    @property
    def waiting_for(self) -> CopyWaiting:
        """Who has to act next."""
        return COPY_WAITING_FOR[self.state]


def on_the_desk(
    connection: sa.Connection, scope: Scope, *, after: DueCursor | None = None, limit: int = 50
) -> Sequence[Certification]:
    """Return the visits of the scope that are open or wait for somebody, those due first on top, a page at a time."""
    still_open = sa.select(certifications.c.id).where(certifications.c.closed_at.is_(None))
    waiting = sa.select(copies.c.certification_id).where(
        copies.c.waiting_for.in_([each.value for each in CopyWaiting if each is not CopyWaiting.NOBODY])
    )
    on_it = certifications.c.id.in_(sa.union(still_open, waiting))
    due, identity = certifications.c.due_at, certifications.c.id
    past = []
    if after is not None:
        past = [sa.or_(due > after.due_at, sa.and_(due == after.due_at, identity > after.visit))]
    return visits_where(connection, scope, on_it, *past, ordered=(due, identity), limit=limit)


def standings_of(connection: sa.Connection, visits: Sequence[str]) -> Mapping[str, Sequence[Standing]]:
    """Return how the originals of each visit stand, in their order."""
    rows = connection.execute(
        sa.select(copies.c.certification_id, copies.c.id, copies.c.title, copies.c.state)
        .where(copies.c.certification_id.in_(visits))
        .order_by(copies.c.certification_id, copies.c.ordinal)
    )
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.certification_id, []).append(Standing(row.id, row.title, CopyState(row.state)))
    return found


def find_by_code(connection: sa.Connection, code: VerificationCode, scope: Scope = EVERYTHING) -> Copy:
    """Return the copy that bears a verification code.

    Raises:
        NotFound: there is none, or it lies outside the scope (the two are not told apart).
    """
    seen = (copies.c.verification_code == code.text, units.c.path.startswith(scope.path, autoescape=True))
    found = connection.execute(
        sa.select(copies.c.id).join(units, units.c.id == copies.c.unit_id).where(*seen)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("bản sao điện tử có mã này")
    return find(connection, found)
