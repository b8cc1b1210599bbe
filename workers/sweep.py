"""The sweep: tells the queue what is due and repairs what a death, an outage or a lost hint left behind.

One process, one round a half second. It trusts the registry alone; Redis may be emptied at any moment. Any number of
sweeps may run at once: every repair is a transaction that looks again, and a hint told twice is a hint.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import FrameType
from typing import Protocol

import sqlalchemy as sa
import structlog

from digitize.errors import QueueUnavailable, WorldAtFault
from digitize.lifecycle import Actor
from storage import certifications, heads, leases, outbox, registry, spreadsheets, verifying
from storage.heads import HeadMaker
from storage.leases import Stray
from storage.outbox import Hint, Lane
from storage.settings import Settings
from storage.subjects import SubjectKind
from workers.attempt import Post
from workers.compose import open_post
from workers.journal import open_journal
from workers.making_heads import make_heads
from workers.tidying import spared, tidy

log = structlog.get_logger(__name__)

ROUND_S = 0.5
"""Seconds between two rounds; a finished step waits half of it, on average, for the next one."""

BACK_OFF_S = 1.0
"""Seconds between two rounds while the database or Redis is away."""

STORED_LATE = timedelta(minutes=10)
"""A worker that was asleep when it lost its lease may still store its file when it wakes; later it is no stray but an
orphan, which :mod:`storage.orphans` collects."""

COUNT_EVERY_S = 5.0
"""Seconds between two counts of the backlog."""

_DISCARD: Mapping[SubjectKind, Callable[[sa.Connection, Stray, Actor, datetime], bool]] = {
    SubjectKind.DOCUMENT: registry.discard,
    SubjectKind.COPY: certifications.discard,
}
"""How each kind writes the end of a stray signed file into its history; False: the file was released after all."""


def run(settings: Settings) -> None:
    """Sweep until SIGTERM or SIGINT."""
    open_journal(settings.log_level)
    post = open_post(settings)
    stop = threading.Event()

    def ask(_signum: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    log.info("sweep_open", holder=post.holder)
    try:
        _sweep(post, stop, settings.tidy_s)
    finally:
        post.storage.close()
    log.info("sweep_closed")


def _sweep(post: Post, stop: threading.Event, tidy_s: float) -> None:
    away = ""
    counted = tidied = float("-inf")
    maker = HeadMaker(post.storage.database)
    while not stop.is_set():
        try:
            sweep_once(post)
            if time.monotonic() - counted >= COUNT_EVERY_S:
                counted = time.monotonic()
                _count(post)
            if time.monotonic() - tidied >= tidy_s:
                tidied = time.monotonic()
                tidy(post)
            make_heads(post, maker)
        except WorldAtFault as error:
            # A long outage is two lines in the log, not one a second.
            if away != error.code():
                away = error.code()
                log.warning("away", code=away)
            stop.wait(BACK_OFF_S)
        else:
            if away:
                log.info("back", code=away)
                away = ""
            stop.wait(ROUND_S)


def sweep_once(post: Post) -> None:
    """Make one round.

    Raises:
        WorldAtFault: the database or Redis does not answer; what was repaired until then stays repaired.
    """
    free_silent(post)
    tell_due(post)
    mark_strays(post)
    post.storage.queue.report("sweep")


def free_silent(post: Post) -> None:
    """Give away the work of those who fell silent."""
    with post.storage.database.write() as connection:
        freed = leases.expire(connection, post.clock())
    if freed:
        post.meter.swept.labels("expired").inc(freed)
        log.warning("leases_expired", count=freed)


def mark_strays(post: Post) -> None:
    """Write the end of signed files that lost their race into the history; they are kept and never released.

    Raises:
        StoreUnavailable: nobody knows which of them were stored.
    """
    with post.storage.database.read() as connection:
        found = leases.strays(connection)
    for stray in found:
        stored = post.storage.objects.exists(stray.key)
        if not stored and post.clock() - stray.ended_at < STORED_LATE:
            continue
        with spared(stray.subject), post.storage.database.write() as connection:
            if stored:
                _discard(post, connection, stray)
            else:
                leases.forget_unstored(connection, stray.subject, stray.attempt)


def _discard(post: Post, connection: sa.Connection, stray: Stray) -> None:
    if stray not in leases.strays(connection):
        return
    leases.mark_discarded(connection, stray.subject, stray.attempt)
    if _DISCARD[SubjectKind(stray.kind)](connection, stray, post.actor, post.clock()):
        post.meter.swept.labels("stray").inc()
        log.warning("stray_marked", subject=stray.subject, attempt=stray.attempt, object=stray.key)


class _Due(Protocol):
    """Where rows wait of which the queue must be told: the outbox, waiting files, heads."""

    def due(self, connection: sa.Connection, now: datetime, limit: int = ...) -> Sequence[Hint]:
        """Return what the queue must be told now."""

    def sent(self, connection: sa.Connection, hints: Sequence[Hint], now: datetime) -> None:
        """Remember when the queue was told."""

    def unsent(self, connection: sa.Connection, hints: Sequence[Hint]) -> None:
        """The queue could not be told after all."""


def tell_due(post: Post) -> None:
    """Tell the queue what is due: work on subjects, files that wait for an answer, heads without a timestamp.

    A row is marked before the queue is told: a worker may be done, and the next step due, before this returns.

    Raises:
        QueueUnavailable: Redis does not answer; the rows are due again at once.
    """
    _tell(post, outbox)
    _tell(post, verifying.FILES)
    _tell(post, spreadsheets.FILES)
    _tell(post, heads)


def _tell(post: Post, rows: _Due) -> None:
    now = post.clock()
    with post.storage.database.read() as connection:
        if not rows.due(connection, now, limit=1):
            return
    post.storage.queue.depth()
    with post.storage.database.write() as connection:
        hints = rows.due(connection, now)
        rows.sent(connection, hints, now)
    try:
        post.storage.queue.tell(hints)
    except QueueUnavailable:
        with post.storage.database.write() as connection:
            rows.unsent(connection, hints)
        raise
    post.meter.swept.labels("told").inc(len(hints))


def _count(post: Post) -> None:
    with post.storage.database.read() as connection:
        backlog = {
            **outbox.backlog(connection),
            Lane.VERIFY: verifying.FILES.waiting(connection),
            Lane.TABLE: spreadsheets.FILES.waiting(connection),
        }
    for lane, count in backlog.items():
        post.meter.backlog.labels(lane.value).set(count)
