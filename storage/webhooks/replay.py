"""Messages sent again because somebody asks: one, all that were given up, or all since a moment; and trials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from digitize.errors import Conflict, NotFound
from storage.tables import announcements, webhook_messages
from storage.webhooks import dispatch
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.messages import MessageState
from storage.webhooks.topics import TRIAL

MOST = 2000
"""Announcements that one request may go through."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was put into the line again."""

    messages: int
    go_on_from: datetime | None
    """Ask again from here: there is more; None: that was all."""


def trial(connection: sa.Connection, endpoint: Endpoint, now: datetime) -> str:
    """Put a message into the line that tells nothing; return its id.

    Raises:
        Conflict: the endpoint is not active.
    """
    _need_active(endpoint)
    message_id = dispatch.new_id()
    body = msgspec.json.encode({"type": TRIAL, "timestamp": now.isoformat(), "data": {}}).decode()
    connection.execute(
        webhook_messages.insert().values(
            id=message_id, endpoint_id=endpoint.id, announcement_id=None, topic=TRIAL, body=body,
            state=MessageState.WAITING.value, due_at=now, created_at=now,
        )
    )  # fmt: skip
    return message_id


def one(connection: sa.Connection, endpoint: Endpoint, message_id: str, now: datetime) -> Replayed:
    """Send one message again, whatever became of it.

    Raises:
        Conflict: the endpoint is not active.
        NotFound: the endpoint has no such message.
    """
    _need_active(endpoint)
    if not _again(connection, endpoint, now, webhook_messages.c.id == message_id):
        raise NotFound("tin này", remedy="Tin được giữ 90 ngày sau khi giao xong.")
    return Replayed(1, None)


def dead(connection: sa.Connection, endpoint: Endpoint, now: datetime) -> Replayed:
    """Send again what was given up.

    Raises:
        Conflict: the endpoint is not active.
    """
    _need_active(endpoint)
    again = _again(connection, endpoint, now, webhook_messages.c.state == MessageState.DEAD.value)
    return Replayed(again, None)


def since(connection: sa.Connection, endpoint: Endpoint, moment: datetime, pages: str, now: datetime) -> Replayed:
    """Tell an endpoint again all that it may know since a moment, also what it was never told.

    Args:
        connection: of a writing transaction.
        endpoint: whose.
        moment: of the announcements.
        pages: as in :meth:`storage.webhooks.dispatch.News.body`.
        now: the present moment.

    Raises:
        Conflict: the endpoint is not active.
    """
    _need_active(endpoint)
    found = dispatch.read_news(
        connection,
        announcements.c.created_at >= moment,
        announcements.c.dispatched_at.is_not(None),
        announcements.c.topic.in_(endpoint.topics),
        limit=MOST,
    )
    count = 0
    for news in found:
        if news.concerns(endpoint):
            count += 1
            if not _again(connection, endpoint, now, webhook_messages.c.announcement_id == news.id):
                dispatch.enter(connection, endpoint.id, news, pages, now)
    return Replayed(count, found[-1].created_at if len(found) == MOST else None)


def _again(connection: sa.Connection, endpoint: Endpoint, now: datetime, which: sa.ColumnElement[bool]) -> int:
    return connection.execute(
        webhook_messages.update()
        .where(webhook_messages.c.endpoint_id == endpoint.id, which)
        .values(state=MessageState.WAITING.value, failures=0, due_at=now, closed_at=None)
    ).rowcount


def _need_active(endpoint: Endpoint) -> None:
    if not endpoint.active:
        raise Conflict("điểm nhận tin đang tắt", remedy="Hãy sửa máy chủ nhận, bật lại điểm nhận tin rồi gửi lại tin.")
