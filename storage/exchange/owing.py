"""What portals are owed: a hint that a dossier has changed, kept until the portal has been told.

A message holds no payload: whoever sends it reads the newest facts. Owing twice is owing once; what is owed while it is
being sent is sent once more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from digitize.exchange.rules import Service
from storage.tables import connectors, dossiers, exchange_messages, results, units

_OWED_AT_ONCE = 200
"""Dossiers in one statement."""

_FIRST = {Service.DOSSIER: "waiting", Service.PROGRESS: "behind"}
"""States of new messages: progress waits until the portal knows the dossier (:mod:`storage.exchange.telling`)."""


def owe(connection: sa.Connection, dossier_id: str, now: datetime) -> None:
    """Note that a dossier, one of its results or its progress has changed, for every portal that is told of it.

    Args:
        connection: of the transaction that changes the fact.
        dossier_id: which.
        now: the present moment.
    """
    owe_many(connection, (dossier_id,), now)


def owe_many(connection: sa.Connection, dossier_ids: Iterable[str], now: datetime) -> None:
    """Note that dossiers have changed, as :func:`owe` does for one."""
    active = _active(connection)
    if not active:
        return
    # Sorted, so that two who owe the same dossiers never wait for each other.
    wanted = sorted(set(dossier_ids))
    for begin in range(0, len(wanted), _OWED_AT_ONCE):
        part = wanted[begin : begin + _OWED_AT_ONCE]
        found = connection.execute(
            sa.select(dossiers.c.id, units.c.path)
            .join(units, units.c.id == dossiers.c.unit_id)
            .where(dossiers.c.id.in_(part))
            .order_by(dossiers.c.id)
            # Everybody locks a dossier before its messages, so that no two wait for each other.
            .with_for_update(of=dossiers)
        )
        paths = dict(found.tuples().all())
        for connector_id, path in active:
            owed_to(connection, connector_id, [each for each in part if paths.get(each, "").startswith(path)], now)


def owe_results(connection: sa.Connection, result_ids: Iterable[str], now: datetime) -> None:
    """Note that results were published, moved or ended, as :func:`owe` does for their dossiers."""
    if not _active(connection):
        return
    found = connection.execute(sa.select(results.c.dossier_id).where(results.c.id.in_(sorted(set(result_ids)))))
    owe_many(connection, found.scalars().all(), now)


def _active(connection: sa.Connection) -> Sequence[tuple[str, str]]:
    """Return the ids of the connectors that are told, and the paths of their units."""
    rows = connection.execute(
        sa.select(connectors.c.id, units.c.path)
        .join(units, units.c.id == connectors.c.unit_id)
        .where(connectors.c.active)
        .order_by(connectors.c.id)
    )
    return rows.tuples().all()


def owed_to(connection: sa.Connection, connector_id: str, dossier_ids: Sequence[str], now: datetime) -> None:
    """Owe dossiers to one connector; what waits for its turn already keeps its turn."""
    if not dossier_ids:
        return
    messages = exchange_messages
    insert = (insert_sqlite if connection.dialect.name == "sqlite" else insert_postgres)(messages)
    rows = [
        {
            "id": uuid.uuid4().hex, "connector_id": connector_id, "dossier_id": dossier_id, "service": service.value,
            "wanted": 1, "state": _FIRST[service], "next_at": now, "created_at": now,
        }
        for dossier_id in dossier_ids
        for service in Service
    ]  # fmt: skip
    waits = sa.or_(messages.c.state == "waiting", messages.c.state == "behind")  # executemany takes no IN
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["connector_id", "dossier_id", "service"],
            set_={
                "wanted": messages.c.wanted + 1,
                "state": sa.case((waits, messages.c.state), else_="waiting"),
                "next_at": sa.case((waits, messages.c.next_at), else_=insert.excluded.next_at),
                "failures": sa.case((waits, messages.c.failures), else_=0),
                "failing_since": sa.case((waits, messages.c.failing_since), else_=None),
                "done_at": sa.case((waits, messages.c.done_at), else_=None),
            },
        ),
        rows,
    )
