"""Feeds a backlog into the ordinary route, one file at a time, and never ahead of live work.

Readers take documents in the order in which they came. So a file is fed in only while nothing live waits for a reader
and fewer of the backlog do than there are readers: whoever hands a scan in meanwhile waits for what is being read, and
for nothing that was queued before it. What the feeder decides it decides anew before each file, from the database, and
once more in the transaction that enters it: a pause holds at once, and a feeder may die anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from digitize.backfill import next_unit
from digitize.errors import WorldAtFault
from storage import backfill
from storage.backfill import Backfill, Item, ItemState, Pace
from storage.takeovers import Outcome, Taken
from workers import takeover
from workers.takeover import Done, Hand, Opened

POLL_S = 1.0
"""Between two looks while nothing may be fed in."""
LONG_POLL_S = 20.0
"""The same while the hours are closed, a pause holds or a part of the service is away."""


_TOGETHER = 2000
"""Items that enter in one transaction: nobody's scan waits for a whole manifest."""


class Step(StrEnum):
    """What a feeder did, or why it did nothing."""

    FED = "fed"
    REFUSED = "refused"
    NO_ROOM = "no_room"
    """Live work waits, or enough of the backlog does."""
    CLOSED = "closed"
    PAUSED = "paused"
    AWAY = "away"
    """A part of the service does not answer."""
    DONE = "done"
    """Nothing waits any more."""


@dataclass(frozen=True, slots=True)
class Fed:
    """One step."""

    step: Step
    done: Done | None = None
    """What became of a file; None: none was touched."""
    problem: WorldAtFault | None = None
    opens_at: datetime | None = None


class _Hindered(Exception):  # nothing is wrong: the world changed while a file was looked at
    """The file may not be fed in after all."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.value)
        self.step = step


def begin(opened: Opened, pace: Pace, hand: Hand) -> Backfill:
    """Enter a backlog, or go on with the one of this manifest."""
    items = [Item(piece.row, piece.dossier.unit_id) for piece in opened.pieces]
    run = takeover.begin(opened, hand)
    with hand.storage.database.write() as connection:
        backlog = backfill.begin(connection, run, pace, hand.actor, hand.clock())
    for start in range(0, len(items), _TOGETHER):
        with hand.storage.database.write() as connection:
            backfill.add_items(connection, backlog.id, items[start : start + _TOGETHER])
    return backlog


class Feeder:
    """Feeds one backlog."""

    def __init__(self, opened: Opened, backlog: Backfill, hand: Hand) -> None:
        """Remember what to feed; how far it is stands in the database."""
        self._opened = opened
        self._backlog = backlog
        self._hand = hand
        self._pieces = {piece.row: piece for piece in opened.pieces}

    def now(self) -> datetime:
        """Return the present moment."""
        return self._hand.clock()

    def step(self) -> Fed:
        """Feed in one file, if one may be.

        Raises:
            WorldAtFault: a part of the service does not answer; nothing is lost, try again.
        """
        now = self._hand.clock()
        with self._hand.storage.database.read() as connection:
            hindrance = self._hindrance(connection, backfill.find(connection, self._backlog.id), now)
            turns = backfill.turns(connection, self._backlog.id, now)
            turn = next_unit(turns, self._backlog.per_unit_at_once)
            row = None if turn is None else backfill.waiting_row(connection, self._backlog.id, turn.unit_id)
        if not any(each.waiting for each in turns):
            with self._hand.storage.database.write() as connection:
                backfill.finish(connection, self._backlog.id, now)
            return Fed(Step.DONE)
        if hindrance is not None:
            opens = self._backlog.window.opens_next(now) if hindrance is Step.CLOSED and self._backlog.window else None
            return Fed(hindrance, opens_at=opens)
        return Fed(Step.NO_ROOM) if row is None else self._feed(row)

    def _feed(self, row: int) -> Fed:
        piece = self._pieces.get(row)
        if piece is None:
            # The manifest is the same, what it names is not: a unit was abolished, or lies outside the scope now.
            self._refuse(row, "dòng này của bảng kê nay không dùng được; hãy xem takeover plan")
            return Fed(Step.REFUSED)

        def enter(connection: sa.Connection, taken: Taken) -> None:
            now = self._hand.clock()
            backlog = backfill.find(connection, self._backlog.id, hold=True)
            hindrance = self._hindrance(connection, backlog, now, joined=taken.outcome is Outcome.ENTERED)
            if hindrance is not None:
                raise _Hindered(hindrance)
            state = ItemState.ENTERED if taken.outcome is Outcome.ENTERED else ItemState.KNOWN
            backfill.end_item(connection, backlog.id, row, state, now, document=taken.document)

        try:
            done = takeover.take_over(self._opened, self._backlog.takeover, piece, self._hand, also=enter)
        except _Hindered as hindered:
            return Fed(hindered.step)
        if done.problem is not None:
            self._refuse(row, done.problem.message)
            return Fed(Step.REFUSED, done)
        return Fed(Step.FED, done)

    def _refuse(self, row: int, fault: str) -> None:
        with self._hand.storage.database.write() as connection:
            backfill.end_item(connection, self._backlog.id, row, ItemState.REFUSED, self._hand.clock(), fault=fault)

    @staticmethod
    def _hindrance(connection: sa.Connection, backlog: Backfill, now: datetime, *, joined: bool = False) -> Step | None:
        """Tell what forbids to feed in one more; ``joined``: it stands among those that wait already, as live work."""
        if backlog.paused_at is not None:
            return Step.PAUSED
        if backlog.window is not None and not backlog.window.is_open(now):
            return Step.CLOSED
        waiting = backfill.load(connection, now)
        if joined:
            waiting = replace(waiting, live=waiting.live - 1)
        return None if waiting.has_room(backlog.at_once) else Step.NO_ROOM


def feed(feeder: Feeder, wait: Callable[[float], None]) -> Iterator[Fed]:
    """Feed until nothing waits; each change of what holds it up is told once.

    Args:
        feeder: of a backlog.
        wait: lets so many seconds pass.
    """
    last: Step | None = None
    while True:
        try:
            fed = feeder.step()
        except WorldAtFault as problem:
            fed = Fed(Step.AWAY, problem=problem)
        if fed.done is not None or fed.step is not last:
            yield fed
        last = fed.step
        match fed.step:
            case Step.DONE:
                return
            case Step.FED | Step.REFUSED:
                continue
            case Step.NO_ROOM:
                wait(POLL_S)
            case _:
                wait(LONG_POLL_S if fed.opens_at is None else _until(fed.opens_at, feeder.now()))


def _until(moment: datetime, now: datetime) -> float:
    return max(POLL_S, min(LONG_POLL_S, (moment - now) / timedelta(seconds=1)))
