"""Connectors: which portal is told of the dossiers of which units, and how it does."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.exchange.rules import Kind, Options, options_of
from storage.registry import EVERYTHING, Scope
from storage.tables import (
    connectors,
    exchange_log,
    exchange_messages,
    exchange_shares,
    exchange_told,
    exchange_told_results,
    units,
)

_SELECT = sa.select(connectors, units.c.code.label("unit_code"), units.c.path.label("unit_path")).join(
    units, units.c.id == connectors.c.unit_id
)


@dataclass(frozen=True, slots=True)
class Connector:
    """A portal that is told."""

    id: str
    """Opaque."""
    kind: Kind
    name: str
    unit_id: str
    unit_code: str
    scope: Scope
    """Of whose dossiers it is told: the unit's and those below."""
    url: str
    options: Options
    active: bool
    failing_since: datetime | None
    """First outage after the last answer."""
    problem: str | None
    """Vietnamese; why it fails."""
    answered_at: datetime | None
    """When the portal last took something."""
    reviewed_to: str | None
    """Where the review of all dossiers stands; None: none is under way."""
    reviewed_at: datetime | None
    measured_at: datetime | None
    created_at: datetime


def connect(
    connection: sa.Connection,
    *,
    kind: Kind,
    name: str,
    unit_id: str,
    url: str,
    options: Mapping[str, Any],
    created_by: str,
    now: datetime,
) -> Connector:
    """Enter a connector; the review that follows owes it all dossiers of its unit.

    Args:
        connection: of a writing transaction.
        kind: whom it speaks to.
        name: as people call it.
        unit_id: whose dossiers, with those below.
        url: checked by :class:`storage.webhooks.address.Guard`.
        options: of :class:`digitize.exchange.rules.Options`.
        created_by: person or process.
        now: the present moment.

    Raises:
        InvalidInput: the name is missing, or an option cannot be used.
        Conflict: the unit has a connector to this address already.
    """
    if not name.strip():
        raise InvalidInput("thiếu tên kết nối")
    chosen = options_of(options)
    if kind is Kind.LGSP and chosen.username and not chosen.token_url:
        raise InvalidInput("kết nối LGSP có tài khoản thì cần token_url, địa chỉ cấp token")
    connector_id = uuid.uuid4().hex
    try:
        with connection.begin_nested():
            connection.execute(
                connectors.insert().values(
                    id=connector_id, kind=kind.value, name=name.strip(), unit_id=unit_id, url=url,
                    options=msgspec.to_builtins(chosen, str_keys=True), active=True, reviewed_to="", reviewed_at=now,
                    created_by=created_by, created_at=now,
                )
            )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Conflict("đơn vị này đã có kết nối tới địa chỉ đó", remedy="Hãy dùng kết nối đã có.") from error
    return find(connection, connector_id)


def find(connection: sa.Connection, connector_id: str, scope: Scope = EVERYTHING) -> Connector:
    """Return a connector.

    Raises:
        NotFound: there is none, or its unit lies outside the scope.
    """
    row = connection.execute(
        _SELECT.where(connectors.c.id == connector_id, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("kết nối")
    return _connector(row)


def listing(connection: sa.Connection, scope: Scope = EVERYTHING) -> Sequence[Connector]:
    """Return the connectors of the scope, oldest first."""
    rows = connection.execute(
        _SELECT.where(units.c.path.startswith(scope.path, autoescape=True)).order_by(
            connectors.c.created_at, connectors.c.id
        )
    )
    return [_connector(row) for row in rows]


def change(
    connection: sa.Connection,
    connector: Connector,
    now: datetime,
    *,
    name: str | None = None,
    url: str | None = None,
    options: Mapping[str, Any] | None = None,
    active: bool | None = None,
) -> Connector:
    """Change a connector; what it was owed meanwhile is found by the review that follows.

    Raises:
        InvalidInput: an option cannot be used.
        Conflict: the unit has another connector to this address.
    """
    values: dict[str, Any] = {"reviewed_to": "", "reviewed_at": now, "failing_since": None, "problem": None}
    if name is not None and name.strip():
        values["name"] = name.strip()
    if url is not None:
        values["url"] = url
    if options is not None:
        values["options"] = msgspec.to_builtins(options_of(options), str_keys=True)
    if active is not None:
        values["active"] = active
    try:
        with connection.begin_nested():
            connection.execute(connectors.update().where(connectors.c.id == connector.id).values(values))
    except sa.exc.IntegrityError as error:
        raise Conflict("đơn vị này đã có kết nối tới địa chỉ đó", remedy="Hãy dùng kết nối đã có.") from error
    return find(connection, connector.id)


def remove(connection: sa.Connection, connector: Connector) -> None:
    """Forget a connector, its messages and what it was told; the dossiers' events stay."""
    of_it = sa.select(exchange_messages.c.id).where(exchange_messages.c.connector_id == connector.id)
    connection.execute(exchange_log.delete().where(exchange_log.c.message_id.in_(of_it)))
    for table in (exchange_messages, exchange_told_results, exchange_told, exchange_shares):
        connection.execute(table.delete().where(table.c.connector_id == connector.id))
    connection.execute(connectors.delete().where(connectors.c.id == connector.id))


def answered(connection: sa.Connection, connector_id: str, now: datetime, *, took: bool) -> None:
    """Note that the portal is well, and whether it took something."""
    values = {"failing_since": None, "problem": None} | ({"answered_at": now} if took else {})
    connection.execute(connectors.update().where(connectors.c.id == connector_id).values(values))


def recovered(connection: sa.Connection, connector: Connector, now: datetime) -> None:
    """Let what failed while the portal was away wait no longer; in a transaction of its own, for it locks much."""
    connection.execute(
        exchange_messages.update()
        .where(
            exchange_messages.c.connector_id == connector.id,
            exchange_messages.c.state == "waiting",
            exchange_messages.c.next_at > now,
            exchange_messages.c.failing_since >= connector.failing_since,
        )
        .values(next_at=now)
    )


def failed(connection: sa.Connection, connector_id: str, problem: str, now: datetime) -> None:
    """Note that the portal, or the way to it, is not well."""
    of_it = connectors.update().where(connectors.c.id == connector_id)
    connection.execute(of_it.values(problem=problem[:500]))
    connection.execute(of_it.where(connectors.c.failing_since.is_(None)).values(failing_since=now))


def _connector(row: sa.Row[Any]) -> Connector:
    return Connector(
        id=row.id, kind=Kind(row.kind), name=row.name, unit_id=row.unit_id, unit_code=row.unit_code,
        scope=Scope(row.unit_path), url=row.url, options=options_of(row.options), active=row.active,
        failing_since=row.failing_since, problem=row.problem, answered_at=row.answered_at,
        reviewed_to=row.reviewed_to, reviewed_at=row.reviewed_at, measured_at=row.measured_at,
        created_at=row.created_at,
    )  # fmt: skip
