"""What happens with a request, one row each, never changed: covered by the head of its day as every fact is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.reuse import ReuseEvent
from storage.tables import reuse_events, reuse_requests

_EVENT = reuse_events.insert()
_TAKEN = (
    reuse_requests.update()
    .where(reuse_requests.c.id == sa.bindparam("request"))
    .values(last_event=reuse_requests.c.last_event + 1)
    .returning(reuse_requests.c.last_event)
)


def record(
    connection: sa.Connection,
    request_id: str,
    event: ReuseEvent,
    actor: str,
    now: datetime,
    **details: Any,  # noqa: ANN401  # whatever JSON knows; no personal number
) -> None:
    """Write an event of a request; the request stays locked until the transaction ends.

    Raises:
        NotFound: there is no such request.
    """
    sequence = connection.execute(_TAKEN, {"request": request_id}).scalar_one_or_none()
    if sequence is None:
        raise NotFound("yêu cầu tra cứu")
    write(connection, request_id, sequence, event, actor, now, details)


def write(
    connection: sa.Connection,
    request_id: str,
    sequence: int,
    event: ReuseEvent,
    actor: str,
    now: datetime,
    details: dict[str, Any],
) -> None:
    """Write an event under a sequence that this transaction has taken."""
    connection.execute(
        _EVENT,
        {
            "request_id": request_id, "sequence": sequence, "name": event.value, "at": now, "actor": actor,
            "details": details,
        },
    )  # fmt: skip
