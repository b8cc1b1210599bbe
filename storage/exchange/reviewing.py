"""The review: all dossiers of a connector are looked through, and what it was not told of as it stands is owed.

So a new connector comes to know all dossiers of its unit, and a hint that was never given does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from digitize.dossiers.terms import day_of
from digitize.exchange.rules import Service
from storage.exchange.connectors import Connector
from storage.exchange.owing import owed_to
from storage.tables import (
    connectors,
    documents,
    dossiers,
    exchange_messages,
    exchange_told,
    exchange_told_results,
    results,
    units,
)

EVERY = timedelta(hours=24)
"""How often all dossiers of a connector are looked through, whatever hints were given."""

AT_ONCE = 500
"""Dossiers in one transaction of a review."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How far a review has come."""

    looked_at: int
    owed: int
    finished: bool


def review(connection: sa.Connection, connector: Connector, now: datetime) -> Reviewed:
    """Look at the next dossiers of a connector and owe those that it was not told of as they stand.

    Args:
        connection: of a writing transaction.
        connector: as it was read in this transaction.
        now: the present moment.
    """
    ids = connection.execute(
        sa.select(dossiers.c.id, units.c.path)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(dossiers.c.id > (connector.reviewed_to or ""))
        .order_by(dossiers.c.id)
        .limit(AT_ONCE)
    ).all()
    own = [row.id for row in ids if row.path.startswith(connector.scope.path)]
    owed = _out_of_step(connection, connector.id, own, day_of(now))
    owed_to(connection, connector.id, owed, now)
    finished = len(ids) < AT_ONCE
    connection.execute(
        connectors.update().where(connectors.c.id == connector.id).values(reviewed_to=None if finished else ids[-1].id)
    )
    return Reviewed(len(ids), len(owed), finished)


def begin_reviews(connection: sa.Connection, now: datetime) -> None:
    """Let the reviews begin that are due."""
    connection.execute(
        connectors.update()
        .where(connectors.c.reviewed_to.is_(None), connectors.c.reviewed_at <= now - EVERY)
        .values(reviewed_to="", reviewed_at=now)
    )


def stands(today: date) -> sa.ColumnElement[bool]:
    """Say that a published result is one that the portal has to know: in force, and not secret."""
    return sa.and_(
        documents.c.result_id == results.c.id,
        documents.c.published_at.is_not(None),
        documents.c.ended_at.is_(None),
        sa.not_(results.c.secret),
        sa.or_(results.c.cancelled_on.is_(None), results.c.cancelled_on > today),
    )


def told_as_it_stands(connector_id: str | sa.ColumnElement[str], today: date) -> sa.ColumnElement[bool]:
    """Say that the portal was told of a result, in the document and the type that it has today."""
    told = exchange_told_results
    return (
        sa.exists()
        .where(
            told.c.connector_id == connector_id,
            told.c.result_id == results.c.id,
            told.c.document_id == documents.c.id,
            told.c.type_code == results.c.result_type_code,
            stands(today),
        )
        .correlate(results)
    )


def _out_of_step(connection: sa.Connection, connector_id: str, ids: Sequence[str], today: date) -> list[str]:
    if not ids:
        return []
    told, messages = exchange_told, exchange_messages
    seen = (
        sa.select(sa.func.count())
        .where(
            messages.c.connector_id == connector_id,
            messages.c.dossier_id == dossiers.c.id,
            sa.or_(
                messages.c.state.in_(("waiting", "behind", "dead")),
                sa.and_(messages.c.state == "done", messages.c.fact_version == dossiers.c.version),
            ),
        )
        .scalar_subquery()
    )
    has_document = sa.exists().where(stands(today)).correlate(results)
    untold = sa.exists().where(
        results.c.dossier_id == dossiers.c.id, has_document, sa.not_(told_as_it_stands(connector_id, today))
    )
    withdrawn = sa.exists().where(
        exchange_told_results.c.connector_id == connector_id,
        exchange_told_results.c.dossier_id == dossiers.c.id,
        results.c.id == exchange_told_results.c.result_id,
        sa.not_(told_as_it_stands(connector_id, today)),
    )
    dead = sa.exists().where(
        messages.c.connector_id == connector_id, messages.c.dossier_id == dossiers.c.id, messages.c.state == "dead"
    )
    rows = connection.execute(
        sa.select(dossiers.c.id)
        .join(told, sa.and_(told.c.connector_id == connector_id, told.c.dossier_id == dossiers.c.id), isouter=True)
        .where(
            dossiers.c.id.in_(ids),
            sa.not_(dead),
            sa.or_(seen < len(Service), untold, withdrawn),
        )
        .order_by(dossiers.c.id)
    )
    return list(rows.scalars())
