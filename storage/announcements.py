"""What partners will be told: rows written in the transaction of the event, delivered later."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from storage.tables import announcements

PUBLISHED = "result.published"
SUPERSEDED = "result.superseded"
REVOKED = "result.revoked"


def put(connection: sa.Connection, document: str, topic: str, now: datetime) -> None:
    """Enter an announcement."""
    connection.execute(
        announcements.insert().values(
            id=uuid.uuid4().hex, document_id=document, topic=topic, created_at=now, delivered_at=None
        )
    )
