"""The words of scans: what reading found on the paper, as far as it helps to find it again."""

from __future__ import annotations

import sqlalchemy as sa

from digitize.model import Reading
from digitize.search import text_words
from digitize.targets import VIETNAM_TIME
from storage.tables import documents, search_words

_BATCH = 200


def index_text(connection: sa.Connection, document_id: str, reading: Reading) -> None:
    """Keep the words of a document's scan in force, instead of those of the one before.

    A reading with a secrecy mark is never kept: who lifted the mark has the paper read again.
    """
    drop_text(connection, document_id)
    of = connection.execute(
        sa.select(documents.c.unit_id, documents.c.received_at).where(documents.c.id == document_id)
    ).one()
    day = of.received_at.astimezone(VIETNAM_TIME).date()
    rows = [
        {"word": word.key, "unit_id": of.unit_id, "day": day, "document_id": document_id, "marked": word.marked}
        for word in text_words("\n".join(page.text for page in reading.pages))
    ]
    for start in range(0, len(rows), _BATCH):
        connection.execute(search_words.insert(), rows[start : start + _BATCH])


def drop_text(connection: sa.Connection, document_id: str) -> None:
    """Forget the words of a document."""
    connection.execute(search_words.delete().where(search_words.c.document_id == document_id))


def move_text(connection: sa.Connection, document_id: str, unit_id: str) -> None:
    """Let the words of a document be those of another unit."""
    connection.execute(search_words.update().where(search_words.c.document_id == document_id).values(unit_id=unit_id))
