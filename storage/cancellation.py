"""The end of a wrong certification: cancelled by decision, shown at once, nothing deleted (TT 01/2020/TT-BTP Art 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.lifecycle import Cancelled, CopyRecord, CopyState, Withheld
from digitize.errors import InvalidInput
from digitize.lifecycle import Actor
from storage import announcements, certifications, deliveries, subjects
from storage.registry import EVERYTHING, Scope
from storage.tables import cancellations


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why and from when a copy has no value."""

    decision_number: str
    reason: str
    effective_at: datetime
    successor: str | None
    """Id of the copy that takes its place."""
    cancelled_by: str
    cancelled_at: datetime


def cancel(
    connection: sa.Connection,
    copy_id: str,
    *,
    decision_number: str,
    reason: str,
    effective_at: datetime,
    actor: Actor,
    now: datetime,
    successor: str | None = None,
    version: int | None = None,
    scope: Scope = EVERYTHING,
) -> CopyRecord:
    """Cancel an issued copy; from the commit on every look-up says so, and no e-mail about it that waits goes out.

    Args:
        connection: a writing transaction.
        copy_id: of the copy.
        decision_number: of the chairman's decision.
        reason: as the decision gives it.
        effective_at: not in the future, with offset.
        actor: a supervisor.
        now: when.
        successor: id of the copy that takes its place.
        version: what the person saw; None skips the check.
        scope: whose copies the actor may see.

    Raises:
        NotFound: one of the two is not in the scope.
        InvalidInput: decision or reason are missing, the moment lies in the future, or the successor is not issued by
            the same unit.
        Forbidden, Conflict: as :func:`storage.certifications.record`.
    """
    if effective_at > now:
        raise InvalidInput("thời điểm hủy bỏ ở tương lai: hãy ghi nhận khi quyết định có hiệu lực")
    # Two that were to take each other's place at once would both go.
    subjects.lock(connection, copy_id, *([successor] if successor else []))
    wrong = certifications.find(connection, copy_id, scope)
    if successor is not None and successor != copy_id:
        right = certifications.find(connection, successor, scope)
        if right.state is not CopyState.ISSUED or right.unit_id != wrong.unit_id:
            raise InvalidInput("bản sao thay thế phải do cùng đơn vị cấp và còn giá trị")
    event = Cancelled(
        actor=actor, decision_number=decision_number, reason=reason, effective_at=effective_at.isoformat(),
        successor=successor or "",
    )  # fmt: skip
    changes = {"ended_at": effective_at, "successor_id": successor}
    after = certifications.record(connection, copy_id, event, now, version=version, changes=changes)
    connection.execute(
        cancellations.insert().values(
            copy_id=copy_id,
            decision_number=decision_number,
            reason=reason,
            effective_at=effective_at,
            successor_id=successor,
            cancelled_by=actor.id,
            cancelled_at=now,
        )
    )
    announcements.put(connection, copy_id, announcements.COPY_CANCELLED, now)
    return _withhold(connection, copy_id, actor, now) or after


def _withhold(connection: sa.Connection, copy_id: str, actor: Actor, now: datetime) -> CopyRecord | None:
    """Take back the messages that wait, if there are any."""
    messages = deliveries.withhold(connection, copy_id)
    if messages == 0:
        return None
    return certifications.record(connection, copy_id, Withheld(actor=actor, messages=messages), now)


def cancellation_of(connection: sa.Connection, copy_id: str) -> Cancellation | None:
    """Return how a copy was cancelled; None: it was not."""
    return cancellations_of(connection, [copy_id]).get(copy_id)


def cancellations_of(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, Cancellation]:
    """Return how each copy that was cancelled was."""
    rows = connection.execute(sa.select(cancellations).where(cancellations.c.copy_id.in_(ids)))
    return {
        row.copy_id: Cancellation(
            row.decision_number, row.reason, row.effective_at, row.successor_id, row.cancelled_by, row.cancelled_at
        )
        for row in rows
    }
