"""Messages sent again because somebody asks: one, all that were given up, or all since a moment."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.errors import Conflict, NotFound
from storage.exchange.connectors import Connector
from storage.exchange.messages import MessageState
from storage.tables import exchange_messages


def one(connection: sa.Connection, connector: Connector, message_id: str, now: datetime) -> int:
    """Send one message again, whatever became of it; return how many were put into the line: 1.

    Raises:
        Conflict: the connector is off.
        NotFound: it has no such message.
    """
    if not _again(connection, connector, now, exchange_messages.c.id == message_id):
        raise NotFound("tin này")
    return 1


def dead(connection: sa.Connection, connector: Connector, now: datetime) -> int:
    """Send again what was given up; return how many.

    Raises:
        Conflict: the connector is off.
    """
    return _again(connection, connector, now, exchange_messages.c.state == MessageState.DEAD.value)


def since(connection: sa.Connection, connector: Connector, moment: datetime, now: datetime) -> int:
    """Send again what was closed since a moment, also what was taken; return how many.

    Raises:
        Conflict: the connector is off.
    """
    return _again(connection, connector, now, exchange_messages.c.done_at >= moment)


def _again(connection: sa.Connection, connector: Connector, now: datetime, which: sa.ColumnElement[bool]) -> int:
    if not connector.active:
        raise Conflict("kết nối đang tắt", remedy="Hãy bật lại kết nối rồi gửi lại.")
    return connection.execute(
        exchange_messages.update()
        .where(exchange_messages.c.connector_id == connector.id, which)
        .values(
            state=MessageState.WAITING.value, wanted=exchange_messages.c.wanted + 1, again=True, failures=0,
            failing_since=None, next_at=now, done_at=None,
        )
    ).rowcount  # fmt: skip
