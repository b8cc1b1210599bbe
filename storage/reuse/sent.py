"""What a system sent beside a file under the names of CV 7197: its word, kept as such until a person confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import sent_metadata


def keep_sent(connection: sa.Connection, document_id: str, fields: Mapping[str, Any], sent_by: str, now: datetime
              ) -> None:  # fmt: skip
    """Keep what came with a document; what came with it first stays."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(sent_metadata)
        .values(document_id=document_id, fields=dict(fields), sent_by=sent_by, sent_at=now)
        .on_conflict_do_nothing(index_elements=[sent_metadata.c.document_id])
    )


def sent_of(connection: sa.Connection, document_id: str) -> Mapping[str, Any] | None:
    """Return what came with a document; None: nothing did."""
    found: Mapping[str, Any] | None = connection.execute(
        sa.select(sent_metadata.c.fields).where(sent_metadata.c.document_id == document_id)
    ).scalar_one_or_none()
    return found
