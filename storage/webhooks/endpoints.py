"""Endpoints: where the systems of partners want to be told, of what, and for which units."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, NotFound
from storage.registry import EVERYTHING, Scope
from storage.tables import clients, units, webhook_attempts, webhook_endpoints, webhook_messages
from storage.webhooks.topics import need_topics

ROTATION = timedelta(hours=48)
"""How long the keys of the generation before sign too, unless somebody wishes otherwise."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a system wants to be told."""

    id: str
    """Opaque."""
    client_id: str
    client_active: bool
    """A system that is no longer let in is no longer told anything."""
    unit_code: str
    scope: Scope
    """What it may be told of: the units below its own."""
    url: str
    topics: tuple[str, ...]
    generation: int
    """Of its keys, from 1."""
    previous_until: datetime | None
    """Until then the keys of the generation before sign too."""
    active: bool
    disabled_reason: str | None
    """Vietnamese; None while it is active."""
    failing_since: datetime | None
    """First failure after the last success."""
    created_at: datetime

    def generations(self, now: datetime) -> tuple[int, ...]:
        """Return the generations whose keys sign now, the one in force first."""
        if self.previous_until is None or self.previous_until <= now:
            return (self.generation,)
        return (self.generation, self.generation - 1)


def register(
    connection: sa.Connection,
    *,
    client_id: str,
    unit_id: str | None,
    url: str,
    topics: Sequence[str],
    scope: Scope,
    created_by: str,
    now: datetime,
) -> Endpoint:
    """Enter an endpoint; its address was checked by :class:`storage.webhooks.address.Guard`.

    Args:
        connection: of a writing transaction.
        client_id: the system that will be told.
        unit_id: which units it wants to hear of: its own, or one below; None: its own.
        url: where.
        topics: of :data:`storage.webhooks.topics.READABLE_BY`.
        scope: what the one who enters it may see.
        created_by: person or system.
        now: the present moment; nothing older is told unless it is asked for.

    Raises:
        NotFound: no such system or unit, or outside what the one may see or the system may hear of.
        InvalidInput: a topic does not exist.
        Forbidden: the system may not read what a topic tells.
        Conflict: the system has an endpoint at this address already.
    """
    client = connection.execute(
        sa.select(clients, units.c.path).join(units).where(clients.c.id == client_id, clients.c.active)
    ).one_or_none()
    if client is None or not client.path.startswith(scope.path):
        raise NotFound("hệ thống nhận tin")
    need_topics(topics, client.scopes)
    wanted = unit_id or client.unit_id
    path = connection.execute(sa.select(units.c.path).where(units.c.id == wanted)).scalar_one_or_none()
    if path is None or not path.startswith(client.path):
        raise NotFound("đơn vị")
    endpoint_id = uuid.uuid4().hex
    try:
        with connection.begin_nested():
            connection.execute(
                webhook_endpoints.insert().values(
                    id=endpoint_id, client_id=client_id, unit_id=wanted, url=url, topics=sorted(set(topics)),
                    generation=1, active=True, created_by=created_by, created_at=now,
                )
            )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Conflict("hệ thống này đã đăng ký địa chỉ đó", remedy="Hãy dùng địa chỉ đã có.") from error
    return find(connection, endpoint_id)


def find(
    connection: sa.Connection, endpoint_id: str, scope: Scope = EVERYTHING, client_id: str | None = None
) -> Endpoint:
    """Return an endpoint.

    Args:
        connection: reading is enough.
        endpoint_id: opaque.
        scope: what the one who asks may see.
        client_id: a system sees its own only; None: a person.

    Raises:
        NotFound: there is none, or it is not for the one who asks.
    """
    found = listing(connection, scope, client_id, endpoint_id)
    if not found:
        raise NotFound("điểm nhận tin")
    return found[0]


def listing(
    connection: sa.Connection, scope: Scope = EVERYTHING, client_id: str | None = None, endpoint_id: str | None = None
) -> tuple[Endpoint, ...]:
    """Return the endpoints of the systems in a scope, oldest first; arguments as in :func:`find`."""
    own = units.alias("own")
    query = (
        sa.select(webhook_endpoints, units.c.code, units.c.path, clients.c.active.label("client_active"))
        .join(units, units.c.id == webhook_endpoints.c.unit_id)
        .join(clients, clients.c.id == webhook_endpoints.c.client_id)
        .join(own, own.c.id == clients.c.unit_id)
        .where(own.c.path.startswith(scope.path, autoescape=True))
        .order_by(webhook_endpoints.c.created_at, webhook_endpoints.c.id)
    )
    if client_id is not None:
        query = query.where(webhook_endpoints.c.client_id == client_id)
    if endpoint_id is not None:
        query = query.where(webhook_endpoints.c.id == endpoint_id)
    return tuple(_endpoint(row) for row in connection.execute(query))


def rotate(connection: sa.Connection, endpoint: Endpoint, now: datetime, keep: timedelta = ROTATION) -> Endpoint:
    """Give an endpoint new keys; those before sign too for a while, or no longer when ``keep`` is nothing."""
    until = now + keep if keep else None
    _change(connection, endpoint.id, generation=endpoint.generation + 1, previous_until=until)
    return find(connection, endpoint.id)


def disable(connection: sa.Connection, endpoint_id: str, reason: str, now: datetime) -> None:
    """Tell an endpoint nothing any more; what waits for it is dead and can be replayed."""
    _change(connection, endpoint_id, active=False, disabled_reason=reason)
    connection.execute(
        webhook_messages.update()
        .where(webhook_messages.c.endpoint_id == endpoint_id, webhook_messages.c.state == "waiting")
        .values(state="dead", closed_at=now)
    )


def activate(connection: sa.Connection, endpoint_id: str) -> Endpoint:
    """Tell an endpoint again what happens from now on."""
    _change(connection, endpoint_id, active=True, disabled_reason=None, failing_since=None)
    return find(connection, endpoint_id)


def remove(connection: sa.Connection, endpoint_id: str) -> None:
    """Forget an endpoint, its messages and its attempts."""
    own = sa.select(webhook_messages.c.id).where(webhook_messages.c.endpoint_id == endpoint_id)
    connection.execute(webhook_attempts.delete().where(webhook_attempts.c.message_id.in_(own)))
    connection.execute(webhook_messages.delete().where(webhook_messages.c.endpoint_id == endpoint_id))
    connection.execute(webhook_endpoints.delete().where(webhook_endpoints.c.id == endpoint_id))


def _change(connection: sa.Connection, endpoint_id: str, **values: Any) -> None:  # noqa: ANN401  # columns of many types
    connection.execute(webhook_endpoints.update().where(webhook_endpoints.c.id == endpoint_id).values(**values))


def _endpoint(row: sa.Row[Any]) -> Endpoint:
    return Endpoint(
        id=row.id, client_id=row.client_id, client_active=row.client_active, unit_code=row.code, scope=Scope(row.path),
        url=row.url, topics=tuple(row.topics), generation=row.generation, previous_until=row.previous_until,
        active=row.active, disabled_reason=row.disabled_reason, failing_since=row.failing_since,
        created_at=row.created_at,
    )  # fmt: skip
