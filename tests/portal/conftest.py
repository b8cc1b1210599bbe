"""A province whose dossiers are told to a portal on the loopback, and a clock that tests put forward."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa

from digitize.exchange.rules import Kind, Service
from digitize.lifecycle import State
from digitize.targets import Rate
from storage import dossiers
from storage.connect import Storage
from storage.database import Database
from storage.dossiers import Dossier, NewResult
from storage.exchange import connectors, measuring, messages
from storage.exchange.connectors import Connector
from storage.exchange.messages import Listed, MessageState
from storage.objects_folder import FolderStore
from storage.queue import Queue
from storage.registry import EVERYTHING
from storage.settings import Settings
from storage.tables import documents, exchange_messages, results
from storage.tables import dossiers as dossier_rows
from storage.units import Unit
from tests.portal.simulator import PASSWORD, Portal, standing
from tests.registry.province import Province
from workers.attempt import Post
from workers.exchange.exchanger import Exchanger
from workers.metrics import open_meter
from workers.posting import trusted_authorities

PAGES = "https://so-hoa.example"
TYPE = "KQ.G15.000031"

_authorities = cache(trusted_authorities)


@dataclass(slots=True)
class Yard:
    """What the exchange worker stands on."""

    province: Province
    folder: Path
    portal: Portal
    entered: dict[str, Dossier] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.province.now

    def forward(self, by: timedelta) -> None:
        self.province.now += by

    def settings(self) -> Settings:
        folder = self.folder / "connectors"
        folder.mkdir(exist_ok=True)
        (folder / "cong").write_text(f"{PASSWORD}\n", encoding="utf-8")
        return Settings(data=self.folder, exchange_networks="127.0.0.0/8", public_url=PAGES)

    def connect(
        self,
        kind: Kind = Kind.DVCQG,
        portal: Portal | None = None,
        unit: Unit | None = None,
        **options: Any,  # noqa: ANN401  # of the connector
    ) -> Connector:
        """Enter a connector."""
        url = (portal or self.portal).url
        told = {"madonvi": "000.00.00.H99", "username": "tinh", "secret_file": "cong"} | options
        if kind is Kind.LGSP:
            told["token_url"] = f"{url}/token"
        with self.province.database.write() as connection:
            return connectors.connect(
                connection, kind=kind, name="Cổng thử", unit_id=(unit or self.province.top).id, url=url, options=told,
                created_by="quản trị", now=self.now,
            )  # fmt: skip

    def dossier(self, status: int | None = 2, results: int = 0, typed: bool = True, **changes: Any) -> Dossier:  # noqa: ANN401  # facts
        """Enter a dossier with all that a portal requires."""
        told: dict[str, Any] = {
            "field_code": "HT", "holder_type": 1, "channel": 1, "holder_id": "001099012345",
            "received_on": date(2021, 5, 10), "resolved_on": None, "status": status, "status_at": self.now,
        }  # fmt: skip
        own = tuple(
            NewResult(f"Giấy khai sinh {n}", date(2021, 5, 20), result_type_code=TYPE if typed else None)
            for n in range(results)
        )
        made = self.province.dossier(results=own, **(told | changes))
        self.entered[made.code] = made
        return made

    def move(self, dossier: Dossier, status: int) -> None:
        """Let a dossier take a status."""
        with self.province.database.write() as connection:
            dossiers.change(
                connection, dossier.code, actor="một cửa", scope=EVERYTHING, now=self.now, status=status,
                status_at=self.now,
            )  # fmt: skip

    def publish(self, dossier: Dossier) -> str:
        """Bring a result of a dossier along the road to its publication."""
        return self.province.document(State.PUBLISHED, dossier=dossier)

    def exchanger(self, **options: Any) -> Exchanger:  # noqa: ANN401  # of the exchanger
        storage = Storage(self.province.database, self.province.objects, Queue(redis.Redis(port=1)))
        meter = open_meter(self.folder / "figures")
        office = Post(storage, lambda: self.province.now, "may-dong-bo", timedelta(seconds=30), meter)
        known = {"authorities": _authorities(), "rest_s": 0.001, "total_s": 0.5} | options
        return Exchanger(office, self.settings(), **known)

    def settle(self, rounds: int = 400) -> None:
        """Work, and let time go by while something waits, until nothing waits any more."""
        exchanger = self.exchanger()
        for _ in range(rounds):
            bring(exchanger)
            waiting = self.next_at()
            if waiting is None:
                return
            self.forward(max(timedelta(milliseconds=1), waiting - self.now + timedelta(milliseconds=1)))
        raise AssertionError([each for each in self.messages() if each.message.state is MessageState.WAITING])

    def next_at(self) -> datetime | None:
        """When something is due next; None: nothing waits."""
        with self.province.database.read() as connection:
            if any(each.reviewed_to is not None for each in connectors.listing(connection)):
                return self.now
            waiting = connection.execute(sa.select(exchange_messages).where(exchange_messages.c.state == "waiting"))
            moments = [max(each.next_at, each.held_until or each.next_at) for each in waiting]
        return min(moments, default=None)

    def messages(self, state: MessageState | None = None) -> list[Listed]:
        with self.province.database.read() as connection:
            return self._messages(connection, state)

    def message(self, dossier: Dossier, service: Service = Service.DOSSIER) -> messages.Message:
        return next(
            each.message
            for each in self.messages()
            if each.dossier_code == dossier.code and each.message.service is service
        )

    def statuses(self) -> Mapping[str, str]:
        """The status of each dossier, as the register has it."""
        with self.province.database.read() as connection:
            rows = connection.execute(sa.select(dossier_rows.c.code, dossier_rows.c.status))
            return {code: str(status) for code, status in rows.tuples()}

    def results(self) -> Mapping[str, tuple[str, str]]:
        """Type and link of each result that the portal must know, as the register has it."""
        rows = (
            sa.select(dossier_rows.c.code, results.c.ordinal, results.c.id, results.c.result_type_code)
            .join(results, results.c.dossier_id == dossier_rows.c.id)
            .join(documents, documents.c.result_id == results.c.id)
            .where(documents.c.published_at.is_not(None), documents.c.ended_at.is_(None))
        )
        with self.province.database.read() as connection:
            return {
                f"{code}-KQ({n})": (type_code, f"{PAGES}/ket-qua/{result_id}")
                for code, n, result_id, type_code in connection.execute(rows).tuples()
            }

    def share(self) -> tuple[Rate, Rate]:
        """Statuses and results in step, of all units together."""
        with self.province.database.read() as connection:
            return measuring.together(measuring.share(connection, EVERYTHING, self.now))

    def _messages(self, connection: sa.Connection, state: MessageState | None = None) -> list[Listed]:
        return [
            each
            for connector in connectors.listing(connection)
            for each in messages.listing(connection, connector.id, state, limit=1000)
        ]


def bring(*exchangers: Exchanger) -> None:
    """Let exchange workers look once, all at the same time, and finish what they began."""

    async def work() -> None:
        await asyncio.gather(*(each.look() for each in exchangers))
        await asyncio.gather(*(each.idle() for each in exchangers))

    asyncio.run(work())


@pytest.fixture
def portal() -> Iterator[Portal]:
    with standing() as opened:
        yield opened


@pytest.fixture
def every_yard(province: Province, tmp_path: Path, portal: Portal) -> Yard:
    """On either database: for what depends on how one locks, counts and puts in place."""
    return Yard(province, tmp_path, portal)


@pytest.fixture
def yard(sqlite_database: Database, tmp_path: Path, portal: Portal) -> Yard:
    return Yard(Province.found(sqlite_database, FolderStore(tmp_path / "objects")), tmp_path, portal)
