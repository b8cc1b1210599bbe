"""Answers that were given, so that the same request sent twice gets the same answer and acts once.

After the draft ``Idempotency-Key`` HTTP header (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import Conflict
from storage.tables import idempotency

KEPT_FOR = timedelta(days=7)
"""How long an answer is remembered; a client that repeats later starts anew."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as it was given."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    body: str


def replay(connection: sa.Connection, key_hash: str, request_hash: str) -> Stored | None:
    """Return the answer that this request got before, if it was here before.

    Raises:
        Conflict: the key came before with another request.
    """
    row = connection.execute(sa.select(idempotency).where(idempotency.c.key_hash == key_hash)).one_or_none()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise Conflict("khóa Idempotency-Key đã dùng cho một yêu cầu khác", remedy="Hãy dùng khóa mới cho yêu cầu mới.")
    return Stored(row.status, row.headers, row.body)


def remember(connection: sa.Connection, key_hash: str, request_hash: str, stored: Stored, now: datetime) -> None:
    """Keep the answer in the transaction that did what the request asked for.

    Raises:
        Conflict: the same request ran at the same time and was first; roll back, and send it again for its answer.
    """
    try:
        with connection.begin_nested():
            connection.execute(
                idempotency.insert().values(
                    key_hash=key_hash,
                    request_hash=request_hash,
                    status=stored.status,
                    headers=dict(stored.headers),
                    body=stored.body,
                    created_at=now,
                )
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("yêu cầu cùng khóa vừa được xử lý", remedy="Hãy gửi lại để nhận trả lời của nó.") from error


def forget_old(connection: sa.Connection, now: datetime) -> int:
    """Remove the answers that are no longer remembered; return how many."""
    return connection.execute(idempotency.delete().where(idempotency.c.created_at < now - KEPT_FOR)).rowcount
