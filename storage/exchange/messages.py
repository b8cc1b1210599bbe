"""The line of messages to a portal: what is due, who sends it, and what came of it.

To take a message is to hold it for a while. A sender that dies on the way leaves it to the next one. An answer that
comes after somebody else took the message closes nothing: the message is sent once more, so that what the portal has
last is never an older reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.exchange.answers import Outcome
from digitize.exchange.rules import Service
from storage.exchange import connectors as lines
from storage.exchange import schedule
from storage.tables import connectors, dossiers, exchange_log, exchange_messages

HOLD = timedelta(minutes=10)
"""Longer than a message may be in hand: sessions, the message as new and once more as an update, a minute each."""

ATTEMPTS_KEPT = 30
"""Of each message, the last ones."""


class MessageState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    BEHIND = "behind"
    """Progress of a dossier that the portal does not know yet."""
    DONE = "done"
    LACKING = "lacking"
    """The dossier lacks what the portal requires; it waits for whoever completes it."""
    DEAD = "dead"
    """Refused for more than a day; somebody may replay it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a portal is owed of a dossier."""

    id: str
    """Opaque."""
    connector_id: str
    dossier_id: str
    service: Service
    wanted: int
    """How often it was owed when it was taken: more by the end means that it is owed again."""
    fact_version: int
    """Of the dossier, when it was last looked at."""
    state: MessageState
    lacks: str | None
    """Vietnamese; what keeps the dossier, or one of its results, from being sent."""
    again: bool
    """Send also what was told already."""
    alone: bool
    """Its batch was refused."""
    failures: int
    failing_since: datetime | None
    attempts: int
    claim: int
    next_at: datetime
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list."""

    message: Message
    dossier_code: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one request."""

    at: datetime
    ms: int
    """Wall-clock milliseconds."""
    outcome: Outcome
    code: str | None = None
    """``error_code`` or HTTP status."""
    said: str = ""
    """Masked."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of messages ended."""

    created_at: datetime
    message: str


def due(connection: sa.Connection, now: datetime) -> Sequence[str]:
    """Return the connectors for which something is due, that which waits longest first."""
    messages = exchange_messages
    rows = connection.execute(
        sa.select(connectors.c.id)
        .where(connectors.c.active, sa.exists().where(messages.c.connector_id == connectors.c.id, *_ready(now)))
        .order_by(connectors.c.answered_at.asc().nulls_first(), connectors.c.id)
    )
    return rows.scalars().all()


def claim(
    connection: sa.Connection, connector_id: str, service: Service, now: datetime, most: int
) -> Sequence[Message]:
    """Take the messages of a connector that are due longest; a message that must go alone is taken alone."""
    messages = exchange_messages
    ready = (messages.c.connector_id == connector_id, messages.c.service == service.value, *_ready(now))
    oldest = connection.execute(
        sa.select(messages.c.id, messages.c.alone).where(*ready).order_by(messages.c.next_at, messages.c.id).limit(most)
    ).all()
    if not oldest:
        return ()
    together = [row.id for row in oldest if not row.alone]
    wanted = [oldest[0].id] if oldest[0].alone else together
    taken = connection.execute(
        messages.update()
        .where(messages.c.id.in_(wanted), *ready)
        .values(held_until=now + HOLD, claim=messages.c.claim + 1)
        .returning(messages)
    ).all()
    order = {message_id: place for place, message_id in enumerate(wanted)}
    return tuple(_message(row) for row in sorted(taken, key=lambda row: order[row.id]))


def _ready(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Say that a message may be sent now."""
    messages = exchange_messages
    return (
        messages.c.state == MessageState.WAITING.value,
        messages.c.next_at <= now,
        sa.or_(messages.c.held_until.is_(None), messages.c.held_until <= now),
    )


def done(
    connection: sa.Connection, message: Message, now: datetime, fact_version: int, lacks: str | None = None
) -> None:
    """Close a message that was taken, or had nothing to tell; what was owed meanwhile is sent once more.

    Args:
        connection: of a writing transaction.
        message: as it was claimed.
        now: the present moment.
        fact_version: of the dossier that was read.
        lacks: what kept one of the results from being sent.
    """
    messages = exchange_messages
    mine = messages.c.claim == message.claim
    same = sa.and_(mine, messages.c.wanted == message.wanted)
    connection.execute(
        messages.update()
        .where(messages.c.id == message.id)
        .values(
            state=sa.case((same, MessageState.DONE.value), else_=MessageState.WAITING.value),
            # Whoever has it in hand now may have sent it before us: it is owed again.
            wanted=sa.case((mine, messages.c.wanted), else_=messages.c.wanted + 1),
            again=sa.not_(mine),
            held_until=sa.case((mine, None), else_=messages.c.held_until),
            fact_version=fact_version, lacks=lacks, failures=0, failing_since=None, next_at=now, done_at=now,
            alone=False,
        )
    )  # fmt: skip


def lacking(connection: sa.Connection, message: Message, fact_version: int, lacks: str) -> None:
    """Set a message aside whose dossier lacks what the portal requires, until a fact of the dossier changes."""
    messages = exchange_messages
    same = messages.c.wanted == message.wanted
    connection.execute(
        messages.update()
        .where(messages.c.id == message.id, messages.c.claim == message.claim)
        .values(
            state=sa.case((same, MessageState.LACKING.value), else_=MessageState.WAITING.value),
            fact_version=fact_version, lacks=lacks[:1000], failures=0, failing_since=None, held_until=None,
        )
    )  # fmt: skip


def failed(connection: sa.Connection, message: Message, attempt: Attempt) -> MessageState:
    """Put off a message that was not taken, or give it up; return how it stands now.

    One that failed because the portal is away is never given up: as long as the portal takes nothing at all, that says
    nothing about the message.
    """
    failures = message.failures + 1
    wait = schedule.pause(failures)
    if wait is None and attempt.outcome is Outcome.OUTAGE and not _others_taken(connection, message):
        wait = schedule.longer(schedule.LONGEST)
    values: dict[str, Any] = {
        "failures": failures, "held_until": None, "failing_since": message.failing_since or attempt.at,
    }  # fmt: skip
    if wait is None:
        values |= {"state": MessageState.DEAD.value, "done_at": attempt.at}
    else:
        values |= {"next_at": attempt.at + wait}
    connection.execute(_claimed(message).values(values))
    return MessageState.DEAD if wait is None else MessageState.WAITING


def send_alone(connection: sa.Connection, batch: Sequence[Message], now: datetime) -> None:
    """Give messages back whose batch was refused: each is sent alone, at once, and none has lost an attempt."""
    for message in batch:
        connection.execute(_claimed(message).values(alone=True, held_until=None, next_at=now))


def give_back(connection: sa.Connection, batch: Sequence[Message], now: datetime) -> None:
    """Give messages back that were not sent."""
    for message in batch:
        connection.execute(_claimed(message).values(held_until=None, next_at=now))


def log(connection: sa.Connection, message_id: str, attempt: Attempt) -> None:
    """Write down what came of a request."""
    number = connection.execute(
        exchange_messages.update()
        .where(exchange_messages.c.id == message_id)
        .values(attempts=exchange_messages.c.attempts + 1)
        .returning(exchange_messages.c.attempts)
    ).scalar_one_or_none()
    if number is None:  # the connector was removed meanwhile
        return
    connection.execute(
        exchange_log.insert().values(
            message_id=message_id, attempt=number, at=attempt.at, ms=attempt.ms, outcome=attempt.outcome.value,
            code=None if attempt.code is None else attempt.code[:40], said=attempt.said,
        )
    )  # fmt: skip
    connection.execute(
        exchange_log.delete().where(
            exchange_log.c.message_id == message_id, exchange_log.c.attempt <= number - ATTEMPTS_KEPT
        )
    )


def listing(
    connection: sa.Connection,
    connector_id: str,
    state: MessageState | None = None,
    after: Cursor | None = None,
    limit: int = 100,
) -> Sequence[Listed]:
    """Return messages, newest first."""
    messages = exchange_messages
    query = (
        sa.select(messages, dossiers.c.code.label("dossier_code"))
        .join(dossiers, dossiers.c.id == messages.c.dossier_id)
        .where(messages.c.connector_id == connector_id)
        .order_by(messages.c.created_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    if state is MessageState.LACKING:
        # A dossier may have gone out while one of its results could not.
        query = query.where(messages.c.lacks.is_not(None), messages.c.state.in_(("lacking", "done")))
    elif state is not None:
        query = query.where(messages.c.state == state.value)
    if after is not None:
        query = query.where(
            sa.or_(
                messages.c.created_at < after.created_at,
                sa.and_(messages.c.created_at == after.created_at, messages.c.id < after.message),
            )
        )
    return [Listed(_message(row), row.dossier_code) for row in connection.execute(query)]


def attempts_of(connection: sa.Connection, connector_id: str, message_id: str) -> Sequence[Attempt]:
    """Return the attempts at a message that are still known, oldest first."""
    rows = connection.execute(
        sa.select(exchange_log)
        .join(exchange_messages, exchange_messages.c.id == exchange_log.c.message_id)
        .where(exchange_log.c.message_id == message_id, exchange_messages.c.connector_id == connector_id)
        .order_by(exchange_log.c.attempt)
    )
    return [Attempt(row.at, row.ms, Outcome(row.outcome), row.code, row.said) for row in rows]


def counts(connection: sa.Connection) -> Mapping[tuple[str, MessageState], int]:
    """Count the messages that are not done by connector and state: those that are done are most, and only rest."""
    columns = (exchange_messages.c.connector_id, exchange_messages.c.state)
    open_ones = exchange_messages.c.state.in_([each.value for each in MessageState if each is not MessageState.DONE])
    rows = connection.execute(sa.select(*columns, sa.func.count()).where(open_ones).group_by(*columns))
    return {(connector, MessageState(state)): n for connector, state, n in rows.tuples()}


def _others_taken(connection: sa.Connection, message: Message) -> bool:
    """Tell whether the portal took anything since this message began to fail."""
    answered = lines.find(connection, message.connector_id).answered_at
    return answered is not None and message.failing_since is not None and answered > message.failing_since


def _claimed(message: Message) -> sa.Update:
    return exchange_messages.update().where(
        exchange_messages.c.id == message.id, exchange_messages.c.claim == message.claim
    )


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        id=row.id, connector_id=row.connector_id, dossier_id=row.dossier_id, service=Service(row.service),
        wanted=row.wanted, fact_version=row.fact_version, state=MessageState(row.state), lacks=row.lacks,
        again=row.again, alone=row.alone, failures=row.failures, failing_since=row.failing_since,
        attempts=row.attempts, claim=row.claim, next_at=row.next_at, created_at=row.created_at, done_at=row.done_at,
    )  # fmt: skip
