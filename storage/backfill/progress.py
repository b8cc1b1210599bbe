"""How far a backlog is, how fast it goes, and when it may be through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.backfill import Window
from storage.backfill.choosing import turns
from storage.backfill.keeping import Backfill
from storage.backfill.words import ItemState
from storage.tables import backfill_items, documents

PACE_OF = timedelta(hours=1)
"""How far back the pace is taken from."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a backlog stands."""

    items: Mapping[ItemState, int]
    states: Mapping[str, int]
    """Its documents by their state."""
    in_flight: int
    """Documents that wait for a reader."""
    per_hour: float | None
    """Items fed in, over the last hour in which any was; None: too few to tell."""
    through_at: datetime | None
    """When nothing will wait any more, at that pace and within its hours; None: không rõ."""
    faults: Mapping[int, str]
    """Why items were refused, by row; the first hundred."""

    @property
    def total(self) -> int:
        """All items."""
        return sum(self.items.values())


def progress(connection: sa.Connection, backfill: Backfill, now: datetime) -> Progress:
    """Count a backlog."""
    mine = backfill_items.c.backfill_id == backfill.id
    counted = dict(
        connection.execute(
            sa.select(backfill_items.c.state, sa.func.count()).where(mine).group_by(backfill_items.c.state)
        )
        .tuples()
        .all()
    )
    items = {state: counted.get(state.value, 0) for state in ItemState}
    states = dict(
        connection.execute(
            sa.select(documents.c.state, sa.func.count())
            .join(backfill_items, backfill_items.c.document_id == documents.c.id)
            .where(mine)
            .group_by(documents.c.state)
        )
        .tuples()
        .all()
    )
    faults = connection.execute(
        sa.select(backfill_items.c.row, backfill_items.c.fault)
        .where(mine, backfill_items.c.state == ItemState.REFUSED.value)
        .order_by(backfill_items.c.row)
        .limit(100)
    )
    per_hour = _pace(connection, backfill)
    waiting = items[ItemState.WAITING]
    stopped = backfill.paused_at is not None
    through = None if per_hour is None or stopped else _through(waiting / per_hour, backfill.window, now)
    flying = sum(turn.in_flight for turn in turns(connection, backfill.id, now))
    return Progress(items, states, flying, per_hour, through if waiting else None, dict(faults.tuples().all()))


def _pace(connection: sa.Connection, backfill: Backfill) -> float | None:
    """Return items an hour over the hour that ends with the last one: pauses and closed hours slow nothing."""
    mine = backfill_items.c.backfill_id == backfill.id
    last: datetime | None = connection.execute(sa.select(sa.func.max(backfill_items.c.ended_at)).where(mine)).scalar()
    if last is None:
        return None
    first, count = connection.execute(
        sa.select(sa.func.min(backfill_items.c.ended_at), sa.func.count()).where(
            mine, backfill_items.c.ended_at >= last - PACE_OF
        )
    ).one()
    seconds = (last - first).total_seconds()
    return None if count < 2 or seconds <= 0 else (count - 1) * 3600 / seconds


def _through(hours: float, window: Window | None, now: datetime) -> datetime:
    if window is None:
        return now + timedelta(hours=hours)
    # Whole days of its hours first, then what is left from when it opens; an open window's rest is not counted apart.
    days, rest = divmod(hours, window.hours)
    return window.opens_next(now) + timedelta(days=days, hours=rest)
