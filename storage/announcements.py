"""What partners will be told: rows written in the transaction of the event, delivered later."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from storage.tables import announcements

PUBLISHED = "result.published"
SUPERSEDED = "result.superseded"
REVOKED = "result.revoked"
REUSED = "result.reused"
COPY_ISSUED = "copy.issued"
COPY_CANCELLED = "copy.cancelled"
COPY_VOID = "copy.void"

_ANNOUNCED = announcements.insert()


def put(connection: sa.Connection, subject: str, topic: str, now: datetime) -> None:
    """Enter an announcement."""
    connection.execute(
        _ANNOUNCED,
        {"id": uuid.uuid4().hex, "subject_id": subject, "topic": topic, "created_at": now, "dispatched_at": None},
    )
