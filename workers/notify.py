"""The sender of webhooks: a process of its own that reads the database alone; Redis only hears that it lives.

Each endpoint has a lane: one message after the other, and behind a circuit breaker, so that a receiver that is dead or
slow holds up nobody but itself. Any number of senders may run; any of them may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import httpx
import sqlalchemy as sa
import structlog
from circuitbreaker import CircuitBreaker

from digitize.errors import NotFound, NotTaken, WorldAtFault
from storage.settings import Settings
from storage.webhooks import dispatch, endpoints, messages
from storage.webhooks.address import Guard
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.keys import KeySource, open_keys
from storage.webhooks.messages import Attempt, Message
from workers import off_loop
from workers.attempt import Post
from workers.compose import open_post
from workers.journal import open_journal
from workers.posting import client, post, trusted_authorities
from workers.pulse import pulse
from workers.rounds import in_rounds
from workers.webhook_signature import signed_headers

log = structlog.get_logger(__name__)

ROUND_S = 0.5
"""Seconds between two looks into the database."""

AT_ONCE = 16
"""Endpoints that are served at the same time; nearly all of that time is waiting."""

TURN = 50
"""Messages of one endpoint until others have their turn."""

FAILURES = 3
"""So many failures in a row leave an endpoint in peace for a while."""

REST_S = 60
"""Seconds of peace; what is due meanwhile waits and loses none of its attempts."""

Found = TypeVar("Found")


class Sender:
    """Brings messages to endpoints."""

    def __init__(
        self,
        office: Post,
        keys: KeySource,
        guard: Guard,
        pages: str,
        *,
        authorities: ssl.SSLContext | None = None,
        rest_s: float = REST_S,
    ) -> None:
        """Stand ready.

        Args:
            office: what every worker process stands on.
            keys: with which messages are signed.
            guard: says where messages may go.
            pages: where the service is found, for the links.
            authorities: whose certificates receivers may have.
            rest_s: seconds of peace for one that fails.
        """
        self._office = office
        self._keys = keys
        self._guard = guard
        self._pages = pages
        self._authorities = authorities or trusted_authorities()
        self._rest_s = rest_s
        self._breakers: dict[str, CircuitBreaker] = {}
        self._lanes: dict[str, asyncio.Task[None]] = {}

    async def serve(self, stop: asyncio.Event) -> None:
        """Bring messages until asked to stop; then the lanes finish what they have in hand, or leave it."""
        await in_rounds(self.look, stop, ROUND_S, self._lanes.values)

    async def look(self) -> None:
        """Turn what was announced into messages, and open the lanes of those for whom something is due.

        Raises:
            RegistryUnavailable: the database does not answer.
        """
        while await self._read(dispatch.anything_new):
            await self._write(lambda connection: dispatch.dispatch(connection, self._pages, self._office.clock()))
        for endpoint_id in await self._read(lambda connection: messages.due(connection, self._office.clock())):
            if len(self._lanes) >= AT_ONCE:
                return
            if endpoint_id not in self._lanes and not self._breaker(endpoint_id).opened:
                lane = asyncio.create_task(self._lane(endpoint_id))
                self._lanes[endpoint_id] = lane
                lane.add_done_callback(partial(self._closed, endpoint_id))

    async def idle(self) -> None:
        """Wait until every open lane is closed."""
        while self._lanes:
            await asyncio.wait(self._lanes.values())

    def _closed(self, endpoint_id: str, lane: asyncio.Task[None]) -> None:
        self._lanes.pop(endpoint_id, None)
        if lane.cancelled():
            return
        fault = lane.exception()
        if isinstance(fault, WorldAtFault):
            log.warning("lane_broken", endpoint=endpoint_id, code=fault.code())
        elif fault is not None:
            log.error("bug", endpoint=endpoint_id, kind=type(fault).__name__)

    async def _lane(self, endpoint_id: str) -> None:
        """Bring what is due to one endpoint, until it fails or others want their turn."""
        with suppress(NotFound):
            async with client(self._authorities) as http:
                for _ in range(TURN):
                    endpoint = await self._read(lambda connection: endpoints.find(connection, endpoint_id))
                    message = await self._write(
                        lambda connection: messages.claim(connection, endpoint_id, self._office.clock())
                    )
                    if message is None or not await self._bring(http, endpoint, message):
                        return

    async def _bring(self, http: httpx.AsyncClient, endpoint: Endpoint, message: Message) -> bool:
        """Send a message once and write down what came of it; tell whether it was taken."""
        now = self._office.clock()
        keys = self._keys.signing(endpoint.id, endpoint.generations(now))
        headers = signed_headers(message.id, message.body, keys, now)
        attempt = await post(http, self._guard, endpoint.url, message.body, headers, now)
        await self._write(lambda connection: messages.record(connection, message, attempt))
        return self._taken(endpoint, message, attempt)

    def _taken(self, endpoint: Endpoint, message: Message, attempt: Attempt) -> bool:
        """Count an attempt, and let the breaker know of it."""
        taken = attempt.error is None
        self._office.meter.webhooks.labels("delivered" if taken else "failed").inc()
        log.info(
            "delivered" if taken else "not_taken", endpoint=endpoint.id, message=message.id, topic=message.topic,
            status=attempt.status, ms=attempt.ms,
        )  # fmt: skip
        # One that answers 4xx is well; it does not want this message.
        well = attempt.status is not None and attempt.status < 500 and attempt.status != 429
        with suppress(NotTaken), self._breaker(endpoint.id):
            if not well:
                raise NotTaken
        return taken

    def _breaker(self, endpoint_id: str) -> CircuitBreaker:
        if endpoint_id not in self._breakers:
            self._breakers[endpoint_id] = CircuitBreaker(FAILURES, self._rest_s, NotTaken, name=endpoint_id)
        return self._breakers[endpoint_id]

    async def _read(self, ask: Callable[[sa.Connection], Found]) -> Found:
        return await off_loop.read(self._office.storage.database, ask)

    async def _write(self, act: Callable[[sa.Connection], Found]) -> Found:
        return await off_loop.write(self._office.storage.database, act)


def run(settings: Settings) -> None:
    """Bring messages until SIGTERM or SIGINT.

    Raises:
        Misconfigured: there is no key to sign with.
    """
    open_journal(settings.log_level)
    office = open_post(settings)
    sender = Sender(office, open_keys(settings), Guard(settings.inside), settings.pages)
    log.info("notify_open", holder=office.holder)
    try:
        with pulse(office.storage.queue, "notify"):
            asyncio.run(_serve(sender))
    finally:
        office.storage.close()
    log.info("notify_closed")


async def _serve(sender: Sender) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await sender.serve(stop)
