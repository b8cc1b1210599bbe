"""From an announcement to messages: one for each endpoint that may know of it, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from storage.subjects import SubjectKind
from storage.tables import announcements, copies, documents, subjects, units, webhook_messages
from storage.webhooks.endpoints import Endpoint, listing

_BATCH = 200

_PATHS = {SubjectKind.DOCUMENT.value: "documents", SubjectKind.COPY.value: "copies"}


@dataclass(frozen=True, slots=True)
class News:
    """An announcement with what may be told of its subject: opaque ids and states, nothing personal."""

    id: str
    topic: str
    created_at: datetime
    kind: str
    """``document`` or ``copy``."""
    subject_id: str
    version: int
    state: str
    unit_code: str
    unit_path: str

    def concerns(self, endpoint: Endpoint) -> bool:
        """Tell whether an endpoint wants to know of it and may."""
        return self.topic in endpoint.topics and self.unit_path.startswith(endpoint.scope.path)

    def body(self, pages: str) -> str:
        """Return the payload: thin, as Standard Webhooks 1.0 advises; who may read more asks the API.

        Args:
            pages: where the service is found, without a slash at the end.
        """
        told = {
            "type": self.topic,
            "timestamp": self.created_at.isoformat(),
            "data": {
                "kind": self.kind,
                "id": self.subject_id,
                "unit": self.unit_code,
                "state": self.state,
                "version": self.version,
                "url": f"{pages}/api/v1/{_PATHS[self.kind]}/{self.subject_id}",
            },
        }
        return msgspec.json.encode(told).decode()


def dispatch(connection: sa.Connection, pages: str, now: datetime) -> int:
    """Write the messages of what was announced; return how many announcements were taken.

    Several senders may do so at once: an announcement is taken by the one whose update marks it.
    """
    waiting = (
        sa.select(announcements.c.id)
        .where(announcements.c.dispatched_at.is_(None))
        .order_by(announcements.c.created_at, announcements.c.id)
        .limit(_BATCH)
    )
    taken = connection.execute(
        announcements.update()
        .where(announcements.c.id.in_(waiting.scalar_subquery()), announcements.c.dispatched_at.is_(None))
        .values(dispatched_at=now)
        .returning(announcements.c.id)
    ).scalars().all()  # fmt: skip
    active = [each for each in listing(connection) if each.active and each.client_active]
    if taken and active:
        for news in read_news(connection, announcements.c.id.in_(taken)):
            for endpoint in active:
                if news.concerns(endpoint) and news.created_at >= endpoint.created_at:
                    enter(connection, endpoint.id, news, pages, now)
    return len(taken)


def anything_new(connection: sa.Connection) -> bool:
    """Tell whether something was announced that no endpoint was given yet."""
    query = sa.select(announcements.c.id).where(announcements.c.dispatched_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def read_news(connection: sa.Connection, *which: sa.ColumnElement[bool], limit: int = _BATCH) -> Sequence[News]:
    """Return announcements with the present state of their subjects, oldest first."""
    unit = sa.func.coalesce(documents.c.unit_id, copies.c.unit_id)
    rows = connection.execute(
        sa.select(
            announcements.c.id, announcements.c.topic, announcements.c.created_at, subjects.c.kind,
            announcements.c.subject_id, subjects.c.version,
            sa.func.coalesce(documents.c.state, copies.c.state).label("state"), units.c.code, units.c.path,
        )
        .join(subjects, subjects.c.id == announcements.c.subject_id)
        .join(documents, documents.c.id == subjects.c.id, isouter=True)
        .join(copies, copies.c.id == subjects.c.id, isouter=True)
        .join(units, units.c.id == unit)
        .where(*which)
        .order_by(announcements.c.created_at, announcements.c.id)
        .limit(limit)
    )  # fmt: skip
    return [News(*row) for row in rows]


def enter(connection: sa.Connection, endpoint_id: str, news: News, pages: str, now: datetime) -> str:
    """Put a message into the line of an endpoint; return its id."""
    message_id = new_id()
    connection.execute(
        webhook_messages.insert().values(
            id=message_id, endpoint_id=endpoint_id, announcement_id=news.id, topic=news.topic, body=news.body(pages),
            state="waiting", due_at=now, created_at=news.created_at,
        )
    )  # fmt: skip
    return message_id


def new_id() -> str:
    """Make the id of a message; it holds no full stop, which separates what is signed."""
    return f"msg_{uuid.uuid4().hex}"
