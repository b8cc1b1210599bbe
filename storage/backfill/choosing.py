"""Whether the readers have room for one more of a backlog, and whose it is."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.backfill import Load, UnitTurn
from storage.backfill.words import ItemState
from storage.outbox import Lane
from storage.tables import backfill_items, outbox, units

_FED = (ItemState.ENTERED.value, ItemState.KNOWN.value, ItemState.REFUSED.value)


def load(connection: sa.Connection, now: datetime) -> Load:
    """Count what waits for a reader now, of any backlog and of nobody's; what waits for a later retry does not."""
    backlog = sa.exists().where(backfill_items.c.document_id == outbox.c.subject_id)
    live, in_flight = connection.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((~backlog, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((backlog, 1), else_=0)), 0),
        ).where(outbox.c.lane == Lane.READ.value, outbox.c.due_at <= now)
    ).one()
    return Load(live, in_flight)


def turns(connection: sa.Connection, backfill: str, now: datetime) -> tuple[UnitTurn, ...]:
    """Tell where each unit of a backlog stands."""
    counted = connection.execute(
        sa.select(
            units.c.id, units.c.code,
            sa.func.sum(sa.case((backfill_items.c.state == ItemState.WAITING.value, 1), else_=0)).label("waiting"),
            sa.func.sum(sa.case((backfill_items.c.state.in_(_FED), 1), else_=0)).label("fed"),
        )
        .join(units, units.c.id == backfill_items.c.unit_id)
        .where(backfill_items.c.backfill_id == backfill)
        .group_by(units.c.id, units.c.code)
    ).all()  # fmt: skip
    flying = dict(
        connection.execute(
            sa.select(backfill_items.c.unit_id, sa.func.count())
            .join(outbox, outbox.c.subject_id == backfill_items.c.document_id)
            .where(backfill_items.c.backfill_id == backfill, outbox.c.lane == Lane.READ.value, outbox.c.due_at <= now)
            .group_by(backfill_items.c.unit_id)
        )
        .tuples()
        .all()
    )
    return tuple(UnitTurn(row.id, row.code, row.waiting, row.fed, flying.get(row.id, 0)) for row in counted)


def waiting_row(connection: sa.Connection, backfill: str, unit_id: str) -> int | None:
    """Return the first row of a unit that waits."""
    return connection.execute(
        sa.select(backfill_items.c.row)
        .where(
            backfill_items.c.backfill_id == backfill,
            backfill_items.c.unit_id == unit_id,
            backfill_items.c.state == ItemState.WAITING.value,
        )
        .order_by(backfill_items.c.row)
        .limit(1)
    ).scalar_one_or_none()
