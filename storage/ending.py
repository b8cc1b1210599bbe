"""The end of a published result: superseded by another document, or revoked by decision. Both stay for look-up."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.errors import InvalidInput
from digitize.lifecycle import Actor, Record, Revoked, State, Superseded
from digitize.targets import VIETNAM_TIME
from storage import announcements, registry, subjects, tallies
from storage.registry import Scope
from storage.tables import documents, results


def supersede(
    connection: sa.Connection,
    document_id: str,
    successor: str,
    reason: str,
    actor: Actor,
    scope: Scope,
    now: datetime,
    version: int | None,
) -> Record:
    """Let a sealed document take the place of one whose file was wrong; from now on only the new one counts.

    Raises:
        InvalidInput: the successor is not sealed or not for the same result, or the reason is missing.
        NotFound: one of the two is not in the scope.
        Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    # Two that were to supersede each other at once would both go.
    subjects.lock(connection, document_id, successor)
    wrong, right = (registry.find(connection, each, scope) for each in (document_id, successor))
    if right.result_id != wrong.result_id:
        raise InvalidInput(
            "văn bản thay thế phải là của cùng một kết quả", remedy="Hãy gửi bản quét đúng vào chính kết quả đó."
        )
    if right.state not in (State.SEALED, State.PUBLISHED):
        raise InvalidInput("văn bản thay thế phải được đóng dấu trước")
    after = registry.record(
        connection,
        document_id,
        Superseded(actor=actor, successor=successor, reason=reason),
        now,
        version=version,
        changes={"ended_at": now, "successor_id": successor},
    )
    announcements.put(connection, document_id, announcements.SUPERSEDED, now)
    return after


def revoke(
    connection: sa.Connection,
    document_id: str,
    *,
    decision_number: str,
    reason: str,
    effective_at: datetime,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Record:
    """Revoke a result that was cancelled by decision: it is in force no more, and stays (NĐ 45/2020 Art 14).

    Raises:
        InvalidInput: decision or reason are missing, or the moment is not in the past.
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    if effective_at > now:
        raise InvalidInput("thời điểm hủy bỏ ở tương lai: hãy ghi nhận khi quyết định có hiệu lực")
    event = Revoked(actor=actor, decision_number=decision_number, reason=reason, effective_at=effective_at.isoformat())
    after = registry.record(connection, document_id, event, now, version=version, changes={"ended_at": effective_at})
    result_id = connection.execute(sa.select(documents.c.result_id).where(documents.c.id == document_id)).scalar_one()
    cancelled_on = effective_at.astimezone(VIETNAM_TIME).date()
    connection.execute(results.update().where(results.c.id == result_id).values(cancelled_on=cancelled_on))
    tallies.count_result(connection, result_id)
    announcements.put(connection, document_id, announcements.REVOKED, now)
    return after
