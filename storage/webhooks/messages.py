"""The line of messages: what is due, who sends it, and what came of it.

To take a message is to put its time off by :data:`HOLD`. A sender that dies on the way leaves it to the next one, which
sends it again under the same id; receivers know it by that id (Standard Webhooks 1.0, ``webhook-id``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from storage.tables import clients, webhook_attempts, webhook_endpoints, webhook_messages
from storage.webhooks import endpoints
from storage.webhooks.schedule import HOPELESS, pause

HOLD = timedelta(seconds=60)
"""Longer than any attempt may take: a message that its sender says nothing about is sent again after that."""

ATTEMPTS_KEPT = 30
"""Of each message, the last ones."""

KEPT_FOR = timedelta(days=90)
"""How long messages are kept after they were delivered or given up."""


class MessageState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up; somebody may replay it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What an endpoint is owed."""

    id: str
    """The header ``webhook-id``."""
    endpoint_id: str
    topic: str
    body: str
    state: MessageState
    failures: int
    """Since it was due for the first time, or was replayed."""
    attempts: int
    """All that were ever made."""
    due_at: datetime
    created_at: datetime
    closed_at: datetime | None
    """When it was delivered or given up."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt."""

    at: datetime
    ms: int
    """Wall-clock milliseconds."""
    status: int | None = None
    """Of the HTTP answer; None: there was none."""
    error: str | None = None
    """Vietnamese; None: the message was taken."""
    wish: timedelta = timedelta()
    """``Retry-After`` of the answer."""

    @property
    def gone(self) -> bool:
        """The endpoint wants no more messages."""
        return self.status == 410


def due(connection: sa.Connection, now: datetime) -> Sequence[str]:
    """Return the endpoints for which something is due, that which waits longest first."""
    messages, ends = webhook_messages, webhook_endpoints
    rows = connection.execute(
        sa.select(messages.c.endpoint_id)
        .join(ends, ends.c.id == messages.c.endpoint_id)
        .join(clients, clients.c.id == ends.c.client_id)
        .where(
            messages.c.state == MessageState.WAITING.value, messages.c.due_at <= now, ends.c.active, clients.c.active
        )
        .group_by(messages.c.endpoint_id)
        .order_by(sa.func.min(messages.c.due_at))
    )
    return rows.scalars().all()


def claim(connection: sa.Connection, endpoint_id: str, now: datetime) -> Message | None:
    """Take the message of an endpoint that is due longest; None when nothing is due."""
    messages = webhook_messages
    ready = (
        messages.c.endpoint_id == endpoint_id,
        messages.c.state == MessageState.WAITING.value,
        messages.c.due_at <= now,
    )
    oldest = sa.select(messages.c.id).where(*ready).order_by(messages.c.due_at, messages.c.created_at).limit(1)
    row = connection.execute(
        messages.update()
        .where(messages.c.id == oldest.scalar_subquery(), *ready)
        .values(due_at=now + HOLD)
        .returning(messages)
    ).one_or_none()
    return None if row is None else _message(row)


def record(connection: sa.Connection, message: Message, attempt: Attempt) -> MessageState:
    """Write down what came of an attempt, and what follows; return how the message stands now.

    An answer that comes after somebody else had better news changes nothing but the log.
    """
    _log(connection, message.id, attempt)
    if attempt.error is None:
        _close(connection, message.id, MessageState.DELIVERED, attempt.at)
        _endpoint(connection, message.endpoint_id, failing_since=None)
        return MessageState.DELIVERED
    failing_since = _failing(connection, message.endpoint_id, attempt.at)
    if attempt.gone:
        endpoints.disable(connection, message.endpoint_id, "máy chủ nhận trả lời 410: không nhận tin nữa", attempt.at)
        return MessageState.DEAD
    wait = pause(message.failures + 1, attempt.wish)
    if wait is not None:
        _put_off(connection, message.id, message.failures + 1, attempt.at + wait)
        return MessageState.WAITING
    _close(connection, message.id, MessageState.DEAD, attempt.at)
    if attempt.at - failing_since >= HOPELESS:
        endpoints.disable(
            connection, message.endpoint_id, "máy chủ nhận không nhận tin nào trong hơn ba ngày", attempt.at
        )
    return MessageState.DEAD


def listing(
    connection: sa.Connection, endpoint_id: str | None, state: MessageState | None = None, limit: int = 100
) -> tuple[Message, ...]:
    """Return messages, newest first; of all endpoints when none is named."""
    query = sa.select(webhook_messages).order_by(
        webhook_messages.c.created_at.desc(), webhook_messages.c.id
    ).limit(limit)  # fmt: skip
    if endpoint_id is not None:
        query = query.where(webhook_messages.c.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(webhook_messages.c.state == state.value)
    return tuple(_message(row) for row in connection.execute(query))


def attempts_of(connection: sa.Connection, messages: Sequence[Message]) -> Mapping[str, tuple[Attempt, ...]]:
    """Return the attempts that are still known, oldest first, by message."""
    log = webhook_attempts
    wanted = [message.id for message in messages]
    found: dict[str, tuple[Attempt, ...]] = dict.fromkeys(wanted, ())
    for row in connection.execute(sa.select(log).where(log.c.message_id.in_(wanted)).order_by(log.c.number)):
        found[row.message_id] += (Attempt(row.at, row.ms, row.status, row.error),)
    return found


def counts(connection: sa.Connection) -> Mapping[MessageState, int]:
    """Count the messages of all endpoints by state."""
    state = webhook_messages.c.state
    rows = dict(connection.execute(sa.select(state, sa.func.count()).group_by(state)).tuples().all())
    return {each: rows.get(each.value, 0) for each in MessageState}


def forget_old(connection: sa.Connection, now: datetime) -> int:
    """Remove the messages that were closed long ago; return how many."""
    old = sa.select(webhook_messages.c.id).where(webhook_messages.c.closed_at < now - KEPT_FOR)
    connection.execute(webhook_attempts.delete().where(webhook_attempts.c.message_id.in_(old)))
    return connection.execute(webhook_messages.delete().where(webhook_messages.c.closed_at < now - KEPT_FOR)).rowcount


def _log(connection: sa.Connection, message_id: str, attempt: Attempt) -> None:
    number = connection.execute(
        webhook_messages.update()
        .where(webhook_messages.c.id == message_id)
        .values(attempts=webhook_messages.c.attempts + 1)
        .returning(webhook_messages.c.attempts)
    ).scalar_one_or_none()
    if number is None:  # the endpoint was removed meanwhile
        return
    connection.execute(
        webhook_attempts.insert().values(
            message_id=message_id, number=number, at=attempt.at, status=attempt.status, ms=attempt.ms,
            error=attempt.error,
        )
    )  # fmt: skip
    connection.execute(
        webhook_attempts.delete().where(
            webhook_attempts.c.message_id == message_id, webhook_attempts.c.number <= number - ATTEMPTS_KEPT
        )
    )


def _failing(connection: sa.Connection, endpoint_id: str, at: datetime) -> datetime:
    """Return since when an endpoint takes nothing, and note it the first time."""
    ends = webhook_endpoints
    since: datetime | None = connection.execute(
        sa.select(ends.c.failing_since).where(ends.c.id == endpoint_id)
    ).scalar_one_or_none()
    if since is None:
        _endpoint(connection, endpoint_id, failing_since=at)
    return since or at


def _endpoint(connection: sa.Connection, endpoint_id: str, failing_since: datetime | None) -> None:
    connection.execute(
        webhook_endpoints.update().where(webhook_endpoints.c.id == endpoint_id).values(failing_since=failing_since)
    )


def _close(connection: sa.Connection, message_id: str, state: MessageState, at: datetime) -> None:
    connection.execute(_unless_delivered(message_id).values(state=state.value, closed_at=at))


def _put_off(connection: sa.Connection, message_id: str, failures: int, due_at: datetime) -> None:
    connection.execute(_unless_delivered(message_id).values(failures=failures, due_at=due_at))


def _unless_delivered(message_id: str) -> sa.Update:
    return webhook_messages.update().where(
        webhook_messages.c.id == message_id, webhook_messages.c.state != MessageState.DELIVERED.value
    )


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        id=row.id, endpoint_id=row.endpoint_id, topic=row.topic, body=row.body, state=MessageState(row.state),
        failures=row.failures, attempts=row.attempts, due_at=row.due_at, created_at=row.created_at,
        closed_at=row.closed_at,
    )  # fmt: skip
