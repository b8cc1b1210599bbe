"""Backlogs and their items: begun from a manifest, paused, resumed, finished."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.backfill import Window, parse_window
from digitize.errors import Conflict, NotFound
from digitize.lifecycle import Actor
from storage.backfill.words import ItemState
from storage.registry import Scope
from storage.tables import backfill_items, backfills, people, takeovers, units
from storage.takeovers import Manifest


@dataclass(frozen=True, slots=True)
class Backfill:
    """A backlog."""

    id: str
    takeover: str
    manifest: Manifest
    window: Window | None
    """None: at any hour."""
    at_once: int
    """Documents of it that may wait for a reader together."""
    per_unit_at_once: int
    begun_at: datetime
    paused_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the manifest."""

    row: int
    unit_id: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a backlog may go."""

    window: Window | None
    at_once: int
    per_unit_at_once: int


def begin(connection: sa.Connection, takeover: str, pace: Pace, actor: Actor, now: datetime) -> Backfill:
    """Enter a backlog, or go on with the one of the same manifest: refused items wait again, its pace is the new one.

    A pause stays a pause.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    paced = {
        "open_window": None if pace.window is None else str(pace.window), "at_once": pace.at_once,
        "per_unit_at_once": pace.per_unit_at_once,
    }  # fmt: skip
    made = {"id": uuid.uuid4().hex[:12], "takeover_id": takeover, "begun_by": actor.id, "begun_at": now} | paced
    connection.execute(dialect.insert(backfills).values(made).on_conflict_do_nothing())
    mine = backfills.c.takeover_id == takeover
    found: str = connection.execute(sa.select(backfills.c.id).where(mine).with_for_update()).scalar_one()
    connection.execute(backfills.update().where(mine).values(**paced, finished_at=None))
    again = {"state": ItemState.WAITING.value, "fault": None, "ended_at": None}
    connection.execute(
        backfill_items.update()
        .where(backfill_items.c.backfill_id == found, backfill_items.c.state == ItemState.REFUSED.value)
        .values(again)
    )
    return find(connection, found)


def add_items(connection: sa.Connection, backfill: str, items: Sequence[Item]) -> None:
    """Enter items that wait, a few thousand at most; those that are in already stay as they are."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(backfill_items).on_conflict_do_nothing(),
        [
            {"backfill_id": backfill, "row": one.row, "unit_id": one.unit_id, "state": ItemState.WAITING.value}
            for one in items
        ],
    )


def find(connection: sa.Connection, backfill: str, *, hold: bool = False) -> Backfill:
    """Return a backlog; held, nobody pauses it until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(backfills, takeovers.c.manifest_sha256, takeovers.c.manifest_name)
        .join(takeovers, takeovers.c.id == backfills.c.takeover_id)
        .where(backfills.c.id == backfill)
    )
    row = connection.execute(query.with_for_update(of=backfills) if hold else query).one_or_none()
    if row is None:
        raise NotFound("đợt số hóa hàng loạt")
    window = None if row.open_window is None else parse_window(row.open_window)
    return Backfill(
        row.id, row.takeover_id, Manifest(row.manifest_sha256, row.manifest_name), window, row.at_once,
        row.per_unit_at_once, row.begun_at, row.paused_at, row.finished_at,
    )  # fmt: skip


def find_in(connection: sa.Connection, backfill: str | None, scope: Scope) -> Backfill:
    """Return a backlog that somebody of the scope began; without an id, the one that was begun last.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    found = connection.execute(
        sa.select(backfills.c.id)
        .join(people, people.c.id == backfills.c.begun_by)
        .join(units, units.c.id == people.c.unit_id)
        .where(
            units.c.path.startswith(scope.path, autoescape=True),
            sa.true() if backfill is None else backfills.c.id == backfill,
        )
        .order_by(backfills.c.begun_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("đợt số hóa hàng loạt", remedy="Hãy bắt đầu bằng: sohoa backfill run BẢNG_KÊ.")
    return find(connection, found)


def pause(connection: sa.Connection, backfill: str, actor: Actor, now: datetime) -> None:
    """Stop feeding, whoever feeds; what was fed in goes its way.

    Raises:
        NotFound: there is no such backlog.
        Conflict: it is finished.
    """
    present = find(connection, backfill, hold=True)
    if present.finished_at is not None:
        raise Conflict("đợt này đã xong", remedy="Không còn gì để tạm dừng.")
    if present.paused_at is None:
        _set(connection, backfill, paused_at=now, paused_by=actor.id)


def resume(connection: sa.Connection, backfill: str) -> None:
    """Go on feeding.

    Raises:
        NotFound: there is no such backlog.
    """
    find(connection, backfill, hold=True)
    _set(connection, backfill, paused_at=None, paused_by=None)


def finish(connection: sa.Connection, backfill: str, now: datetime) -> None:
    """Note that nothing waits any more."""
    _set(connection, backfill, finished_at=now)


def end_item(
    connection: sa.Connection,
    backfill: str,
    row: int,
    state: ItemState,
    now: datetime,
    *,
    document: str | None = None,
    fault: str | None = None,
) -> None:
    """Note what became of an item that waits; what another feeder has noted stays."""
    waits = backfill_items.c.state == ItemState.WAITING.value
    connection.execute(
        backfill_items.update()
        .where(backfill_items.c.backfill_id == backfill, backfill_items.c.row == row, waits)
        .values(state=state.value, document_id=document, fault=None if fault is None else fault[:500], ended_at=now)
    )


def _set(connection: sa.Connection, backfill: str, **values: object) -> None:
    connection.execute(backfills.update().where(backfills.c.id == backfill).values(**values))
