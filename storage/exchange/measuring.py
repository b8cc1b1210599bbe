"""The measured share: statuses and results that a portal was told as they stand ÷ all that must be.

Compared are the facts of the register with what the portal took, never with what was meant to be sent. A dossier whose
status is not known is not in step, nor is one that lacks what the portal requires. Counting reads every dossier, so the
exchange worker does it now and then and keeps the answer with its moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.dossiers.terms import day_of
from digitize.exchange.rules import Kind
from digitize.targets import Rate
from storage.exchange.connectors import Connector
from storage.exchange.connectors import listing as all_connectors
from storage.exchange.reviewing import stands, told_as_it_stands
from storage.registry import EVERYTHING, Scope
from storage.tables import (
    connectors,
    dossiers,
    exchange_messages,
    exchange_shares,
    exchange_told,
    exchange_told_results,
    results,
    units,
)


@dataclass(frozen=True, slots=True)
class Share:
    """How far a portal is in step with a unit's own dossiers."""

    connector_id: str
    connector: str
    """As people call it."""
    kind: Kind
    unit_id: str
    unit_code: str
    unit: str
    statuses: Rate
    """Dossiers whose status stands at the portal as it stands here ÷ all dossiers."""
    results: Rate
    """Published results in force that the portal was told with type and link ÷ all of them, and those that it has still
    although they have ended."""
    lacking: int
    """Dossiers that lack what the portal requires."""
    measured_at: datetime


def share(connection: sa.Connection, scope: Scope, now: datetime) -> Sequence[Share]:
    """Count how far the portals are in step with the units of the scope: four grouped queries for each connector."""
    found: list[Share] = []
    for connector in all_connectors(connection):
        if connector.active:
            found += count(connection, connector, now, scope)
    return found


def keep(connection: sa.Connection, connector: Connector, counted: Sequence[Share], now: datetime) -> None:
    """Keep what :func:`count` found."""
    connection.execute(exchange_shares.delete().where(exchange_shares.c.connector_id == connector.id))
    if counted:
        connection.execute(
            exchange_shares.insert(),
            [
                {
                    "connector_id": connector.id, "unit_id": each.unit_id, "dossiers": each.statuses.denominator,
                    "statuses": each.statuses.numerator, "results": each.results.denominator,
                    "results_told": each.results.numerator, "lacking": each.lacking, "measured_at": now,
                }
                for each in counted
            ],
        )  # fmt: skip
    connection.execute(connectors.update().where(connectors.c.id == connector.id).values(measured_at=now))


def kept(connection: sa.Connection, scope: Scope = EVERYTHING) -> Sequence[Share]:
    """Return what was counted last for the units of the scope."""
    rows = connection.execute(
        sa.select(exchange_shares, connectors.c.name.label("connector"), connectors.c.kind, units.c.code, units.c.name)
        .join(connectors, connectors.c.id == exchange_shares.c.connector_id)
        .join(units, units.c.id == exchange_shares.c.unit_id)
        .where(connectors.c.active, units.c.path.startswith(scope.path, autoescape=True))
        .order_by(connectors.c.created_at, sa.func.length(units.c.path), units.c.code)
    )
    return [
        Share(
            row.connector_id, row.connector, Kind(row.kind), row.unit_id, row.code, row.name,
            Rate(row.statuses, row.dossiers), Rate(row.results_told, row.results), row.lacking, row.measured_at,
        )
        for row in rows
    ]  # fmt: skip


def together(shares: Sequence[Share]) -> tuple[Rate, Rate]:
    """Add the shares of several units: statuses and results."""
    statuses, told = Rate(0, 0), Rate(0, 0)
    for each in shares:
        statuses, told = statuses + each.statuses, told + each.results
    return statuses, told


def count(connection: sa.Connection, connector: Connector, now: datetime, scope: Scope = EVERYTHING) -> Sequence[Share]:
    """Count for the units that belong both to the connector and to the scope; reading is enough."""
    inside = sa.and_(
        units.c.path.startswith(connector.scope.path, autoescape=True),
        units.c.path.startswith(scope.path, autoescape=True),
    )
    statuses = _statuses(connection, connector.id, inside)
    told = _results(connection, connector.id, inside, now)
    lacking = _lacking(connection, connector.id, inside)
    rows = connection.execute(
        sa.select(units.c.id, units.c.code, units.c.name)
        .where(units.c.id.in_(sorted(statuses)))
        .order_by(sa.func.length(units.c.path), units.c.code)
    )
    return [
        Share(
            connector.id, connector.name, connector.kind, row.id, row.code, row.name, statuses[row.id],
            told.get(row.id, Rate(0, 0)), lacking.get(row.id, 0), now,
        )
        for row in rows
    ]  # fmt: skip


def _statuses(connection: sa.Connection, connector_id: str, inside: sa.ColumnElement[bool]) -> dict[str, Rate]:
    told = exchange_told
    in_step = sa.and_(
        told.c.status == dossiers.c.status,
        told.c.status_at.is_not_distinct_from(dossiers.c.status_at),
        told.c.progress_status == dossiers.c.status,
    )
    rows = connection.execute(
        sa.select(dossiers.c.unit_id, sa.func.sum(sa.case((in_step, 1), else_=0)), sa.func.count())
        .join(units, units.c.id == dossiers.c.unit_id)
        .join(told, sa.and_(told.c.connector_id == connector_id, told.c.dossier_id == dossiers.c.id), isouter=True)
        .where(inside)
        .group_by(dossiers.c.unit_id)
    )
    return {unit: Rate(int(n), of) for unit, n, of in rows.tuples()}


def _results(
    connection: sa.Connection, connector_id: str, inside: sa.ColumnElement[bool], now: datetime
) -> dict[str, Rate]:
    """Count the results that must be there, and those that are there and must not be: they are in step nowhere."""
    today = day_of(now)
    in_step = told_as_it_stands(connector_id, today)
    standing = sa.exists().where(stands(today)).correlate(results)
    rows = connection.execute(
        sa.select(dossiers.c.unit_id, sa.func.sum(sa.case((in_step, 1), else_=0)), sa.func.count())
        .select_from(results)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(inside, standing)
        .group_by(dossiers.c.unit_id)
    )
    found = {unit: Rate(int(n), of) for unit, n, of in rows.tuples()}
    left = connection.execute(
        sa.select(dossiers.c.unit_id, sa.func.count())
        .select_from(exchange_told_results)
        .join(results, results.c.id == exchange_told_results.c.result_id)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(inside, exchange_told_results.c.connector_id == connector_id, sa.not_(standing))
        .group_by(dossiers.c.unit_id)
    )
    for unit, n in left.tuples():
        found[unit] = found.get(unit, Rate(0, 0)) + Rate(0, n)
    return found


def _lacking(connection: sa.Connection, connector_id: str, inside: sa.ColumnElement[bool]) -> dict[str, int]:
    messages = exchange_messages
    rows = connection.execute(
        sa.select(dossiers.c.unit_id, sa.func.count())
        .select_from(messages)
        .join(dossiers, dossiers.c.id == messages.c.dossier_id)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(inside, messages.c.connector_id == connector_id, messages.c.lacks.is_not(None))
        .group_by(dossiers.c.unit_id)
    )
    return dict(rows.tuples().all())
