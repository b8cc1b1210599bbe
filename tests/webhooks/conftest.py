"""A sender in a province whose partner receives on the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import redis

from storage import announcements, clients
from storage.connect import Storage
from storage.queue import Queue
from storage.units import Unit
from storage.webhooks import endpoints, messages
from storage.webhooks.address import Guard
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.keys import EndpointKeys, KeySource
from storage.webhooks.messages import Message, MessageState
from tests.registry.province import Province
from tests.webhooks.receiver import Receiver, receiving
from workers.attempt import Post
from workers.metrics import open_meter
from workers.notify import Sender
from workers.posting import trusted_authorities

LOOPBACK = (ip_network("127.0.0.0/8"),)
PAGES = "https://so-hoa.example"

_authorities = cache(trusted_authorities)


@dataclass(slots=True)
class Yard:
    """What a sender stands on, and the clock that a test may put forward."""

    province: Province
    folder: Path
    receiver: Receiver
    keys: KeySource = field(default_factory=lambda: KeySource((b"k" * 48,)))
    ahead: timedelta = field(default=timedelta())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sender(self, guard: Guard | None = None, **options: Any) -> Sender:  # noqa: ANN401  # of the sender
        storage = Storage(self.province.database, self.province.objects, Queue(redis.Redis(port=1)))
        office = Post(storage, self.now, "may-gui", timedelta(seconds=30), open_meter(self.folder))
        known = {"authorities": _authorities()} | options
        return Sender(office, self.keys, guard or Guard(LOOPBACK), PAGES, **known)

    def endpoint(
        self,
        url: str | None = None,
        topics: tuple[str, ...] = (announcements.PUBLISHED, announcements.REVOKED),
        unit: Unit | None = None,
        scopes: tuple[str, ...] = ("results:read", "copies:read"),
    ) -> Endpoint:
        """Enter a system and its endpoint."""
        with self.province.database.write() as connection:
            client, _ = clients.add_client(
                connection, name="Một cửa", unit_id=(unit or self.province.commune).id, scopes=scopes
            )
            return endpoints.register(
                connection, client_id=client.id, unit_id=None, url=url or self.receiver.url(), topics=topics,
                scope=client.scope, created_by=client.id, now=self.now(),
            )  # fmt: skip

    def announce(self, topic: str = announcements.PUBLISHED, unit: Unit | None = None) -> str:
        """Let something happen to a new document; return its id."""
        document = self.province.receive(self.province.dossier(unit))
        with self.province.database.write() as connection:
            announcements.put(connection, document, topic, self.now())
        return document

    def messages(self, state: MessageState | None = None) -> tuple[Message, ...]:
        with self.province.database.read() as connection:
            return messages.listing(connection, None, state)

    def only(self) -> Message:
        (message,) = self.messages()
        return message

    def find(self, endpoint: Endpoint) -> Endpoint:
        with self.province.database.read() as connection:
            return endpoints.find(connection, endpoint.id)

    def shown(self, endpoint: Endpoint) -> EndpointKeys:
        """The keys that the partner was shown last."""
        return self.keys.current(endpoint.id, self.find(endpoint).generation)


def bring(*senders: Sender) -> None:
    """Let senders look once, all at the same time, and finish what they began."""

    async def work() -> None:
        await asyncio.gather(*(sender.look() for sender in senders))
        await asyncio.gather(*(sender.idle() for sender in senders))

    asyncio.run(work())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


@pytest.fixture
def yard(province: Province, figures: Path, receiver: Receiver) -> Yard:
    return Yard(province, figures, receiver)
