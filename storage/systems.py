"""Lists of client systems as administrators see them: what they may do, how often, and when they came last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from storage.clients import Client, Limits
from storage.registry import Scope
from storage.tables import clients, throttles, units


@dataclass(frozen=True, slots=True)
class System:
    """A client as it stands; nothing of its secret."""

    client: Client
    active: bool
    unit_code: str
    unit_name: str
    certificate: str | None
    """SHA-256 of the one that it must show; None: it needs none."""
    secret_number: int
    """How often it was given a secret."""
    granted_at: datetime | None
    """When it was given a token last; None: never."""


def listing(
    connection: sa.Connection, scope: Scope, *, text: str = "", after: str | None = None, limit: int = 50
) -> tuple[Sequence[System], bool]:
    """Return a page of the systems of a scope, by name, and whether there are more.

    Args:
        connection: a reading transaction.
        scope: the caller's units.
        text: part of the name, or the id; empty: any.
        after: id of the last one of the page before.
        limit: length of the page.
    """
    query = _query(scope)
    if text.strip():
        told = text.strip()
        query = query.where(sa.or_(clients.c.name.icontains(told, autoescape=True), clients.c.id == told))
    if after is not None:
        last = clients.alias()
        name = sa.select(last.c.name).where(last.c.id == after).scalar_subquery()
        query = query.where(sa.or_(clients.c.name > name, sa.and_(clients.c.name == name, clients.c.id > after)))
    rows = connection.execute(query.order_by(clients.c.name, clients.c.id).limit(limit + 1)).all()
    return [_system(row) for row in rows[:limit]], len(rows) > limit


def find(connection: sa.Connection, client_id: str, scope: Scope) -> System:
    """Return a system of the scope.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(_query(scope).where(clients.c.id == client_id)).one_or_none()
    if row is None:
        raise NotFound("hệ thống")
    return _system(row)


def used(connection: sa.Connection, client_id: str, today: date) -> Mapping[str, int]:
    """Return how many requests of today and of this month were handed out to a system, where a limit counts them."""
    names = {f"client/{client_id}/{today:%Y-%m-%d}": "day", f"client/{client_id}/{today:%Y-%m}": "month"}
    rows = connection.execute(sa.select(throttles.c.name, throttles.c.times).where(throttles.c.name.in_(names)))
    return {names[name]: times for name, times in rows.tuples()}


def _query(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(clients, units.c.code.label("unit_code"), units.c.name.label("unit_name"), units.c.path)
        .join(units, units.c.id == clients.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
    )


def _system(row: sa.Row[Any]) -> System:
    limits = Limits(row.per_minute, row.per_day, row.per_month)
    client = Client(row.id, row.name, row.unit_id, Scope(row.path), frozenset(row.scopes), limits)
    return System(
        client, row.active, row.unit_code, row.unit_name, row.certificate, row.secret_number, row.granted_at
    )  # fmt: skip
