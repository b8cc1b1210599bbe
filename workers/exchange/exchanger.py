"""The exchange worker: a process of its own that reads the database alone; Redis only hears that it lives.

Each connector has a lane: one message after the other, and behind a circuit breaker, so that a portal that is dead or
slow holds up nobody but itself. Any number of these processes may run; any of them may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import signal
import ssl
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
import structlog
from circuitbreaker import CircuitBreaker

from digitize.errors import Misconfigured, NotFound, NotTaken, WorldAtFault
from storage.exchange import connectors, measuring, messages, reviewing
from storage.exchange.connectors import Connector
from storage.settings import Settings
from storage.webhooks.address import Guard
from workers import off_loop
from workers.attempt import Post
from workers.compose import open_post
from workers.exchange.calling import TOTAL_S, client
from workers.exchange.lane import Lane, Turn
from workers.exchange.portals import Portal, read_secret
from workers.journal import open_journal
from workers.posting import trusted_authorities
from workers.pulse import pulse
from workers.rounds import in_rounds

log = structlog.get_logger(__name__)

ROUND_S = 1.0
"""Seconds between two looks into the database."""

AT_ONCE = 32
"""Lanes and counts at the same time; nearly all of that time is waiting."""

TURN = 50
"""Dossiers, and requests of progress, of one connector until its lane looks at the connector anew."""

FAILURES = 3
"""So many outages in a row leave a portal in peace for a while."""

REST_S = 60
"""Seconds of peace; what is due meanwhile waits and loses none of its attempts."""

MEASURED_EVERY = timedelta(seconds=60)
"""How often the shares are counted, at most …"""

PATIENCE = 50
"""… and after a count nobody counts for so many times as long as it took."""

Found = TypeVar("Found")


class Exchanger:
    """Brings messages to portals."""

    def __init__(
        self,
        office: Post,
        settings: Settings,
        *,
        authorities: ssl.SSLContext | None = None,
        rest_s: float = REST_S,
        total_s: float = TOTAL_S,
    ) -> None:
        """Stand ready.

        Args:
            office: what every worker process stands on.
            settings: where secrets lie, where portals may, and where the public pages are.
            authorities: whose certificates portals may have.
            rest_s: seconds of peace for one that is away.
            total_s: seconds of patience for one request.
        """
        self._office = office
        self._settings = settings
        self._guard = Guard(settings.portals_inside)
        self._authorities = authorities or trusted_authorities()
        self._rest_s = rest_s
        self._total_s = total_s
        self._breakers: dict[str, CircuitBreaker] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sessions: dict[str, str] = {}
        self._counting_s: dict[str, float] = {}

    async def serve(self, stop: asyncio.Event) -> None:
        """Bring messages until asked to stop; then the lanes finish what they have in hand, or leave it."""
        await in_rounds(self.look, stop, ROUND_S, self._tasks.values)

    async def look(self) -> None:
        """Go on with the reviews, open the lanes of those for whom something is due, and count now and then.

        Raises:
            RegistryUnavailable: the database does not answer.
        """
        active = [each for each in await self._read(connectors.listing) if each.active]
        if not active:
            return
        await self._write(lambda connection: reviewing.begin_reviews(connection, self._office.clock()))
        for connector in active:
            if connector.reviewed_to is not None:
                await self._write(partial(self._review, connector_id=connector.id))
        for connector_id in await self._read(lambda connection: messages.due(connection, self._office.clock())):
            if not self._breaker(connector_id).opened:
                self._open(connector_id, partial(self._lane, connector_id))
        for connector in active:
            if self._count_due(connector):
                self._open(f"{connector.id}/count", partial(self._count, connector))

    async def idle(self) -> None:
        """Wait until every open lane is closed."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    def _review(self, connection: sa.Connection, connector_id: str) -> None:
        connector = connectors.find(connection, connector_id)
        if connector.reviewed_to is not None:
            reviewing.review(connection, connector, self._office.clock())

    def _open(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Let work of a name begin, unless it is under way or too much is."""
        if name in self._tasks or len(self._tasks) >= AT_ONCE:
            return
        task = asyncio.create_task(work())
        self._tasks[name] = task
        task.add_done_callback(partial(self._closed, name))

    def _closed(self, name: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(name, None)
        if task.cancelled():
            return
        fault = task.exception()
        if isinstance(fault, WorldAtFault):
            log.warning("lane_broken", connector=name, code=fault.code())
        elif fault is not None:
            log.error("bug", connector=name, kind=type(fault).__name__)

    async def _lane(self, connector_id: str) -> None:
        """Bring what is due to one portal, until it is away or others want their turn."""
        try:
            connector = await self._read(lambda connection: connectors.find(connection, connector_id))
            secret = read_secret(self._settings, connector)
        except NotFound:
            return
        except Misconfigured as fault:
            problem = fault.message
            await self._write(
                lambda connection: connectors.failed(connection, connector_id, problem, self._office.clock())
            )
            self._judge(connector_id, well=False)
            return
        async with client(self._authorities) as http:
            portal = Portal(connector, secret, http, self._guard, self._sessions, self._total_s)
            lane = Lane(self._office, connector, portal, self._settings.pages)
            for _ in range(TURN):
                turns = []
                for part in (lane.dossiers, lane.progress):
                    turns.append(await part())
                    if turns[-1] is not Turn.IDLE:
                        self._judge(connector_id, well=turns[-1] is Turn.DONE)
                    if turns[-1] is Turn.AWAY:
                        return
                if all(turn is Turn.IDLE for turn in turns):
                    return

    def _judge(self, connector_id: str, *, well: bool) -> None:
        """Let the breaker know how a turn ended."""
        with suppress(NotTaken), self._breaker(connector_id):
            if not well:
                raise NotTaken

    def _breaker(self, connector_id: str) -> CircuitBreaker:
        if connector_id not in self._breakers:
            self._breakers[connector_id] = CircuitBreaker(FAILURES, self._rest_s, NotTaken, name=connector_id)
        return self._breakers[connector_id]

    def _count_due(self, connector: Connector) -> bool:
        if connector.measured_at is None:
            return True
        patience = timedelta(seconds=PATIENCE * self._counting_s.get(connector.id, 0.0))
        return self._office.clock() - connector.measured_at >= max(MEASURED_EVERY, patience)

    async def _count(self, connector: Connector) -> None:
        began = time.monotonic()
        now = self._office.clock()
        counted = await self._read(lambda connection: measuring.count(connection, connector, now))
        await self._write(lambda connection: measuring.keep(connection, connector, counted, now))
        self._counting_s[connector.id] = time.monotonic() - began

    async def _read(self, ask: Callable[[sa.Connection], Found]) -> Found:
        return await off_loop.read(self._office.storage.database, ask)

    async def _write(self, act: Callable[[sa.Connection], Found]) -> Found:
        return await off_loop.write(self._office.storage.database, act)


def run(settings: Settings) -> None:
    """Bring messages until SIGTERM or SIGINT."""
    open_journal(settings.log_level)
    office = open_post(settings)
    exchanger = Exchanger(office, settings)
    log.info("exchange_open", holder=office.holder)
    try:
        with pulse(office.storage.queue, "exchange"):
            asyncio.run(_serve(exchanger))
    finally:
        office.storage.close()
    log.info("exchange_closed")


async def _serve(exchanger: Exchanger) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await exchanger.serve(stop)
