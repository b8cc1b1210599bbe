"""A commune: the door, the people before it, and the real workers behind it with real keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from httpx import Response

from digitize.lifecycle import State
from digitize.sign.trust import TrustAnchors, load_trust
from storage import history, registry
from storage.outbox import Lane
from storage.registry import Document
from storage.tables import outbox, people, sessions
from tests.door.plugin import Settled
from tests.door.town import ATTESTED, Clock, Town, confirmed_data, open_town, picture
from tests.unit.workers.test_signing import Silent
from workers.attempt import Post
from workers.compose import open_post
from workers.delivery import deliver_document
from workers.demo.pki import DevelopmentPki, make_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority
from workers.keyring import Keyring
from workers.reading import read_document
from workers.renewing import Archive
from workers.sandbox import Sandbox
from workers.signing import Desk, sign_document
from workers.timing import time_document


@dataclass(frozen=True, slots=True)
class Commune:
    """The door, the people before it, and the workers behind it."""

    town: Town
    post: Post
    desk: Desk
    archive: Archive
    pki: DevelopmentPki
    trust: TrustAnchors
    lanes: Mapping[Lane, Callable[[str], None]]

    def work(self) -> None:
        """Let the workers do all that waits for them."""
        while waiting := self._waiting():
            for document, lane in waiting:
                self.lanes[Lane(lane)](document)

    def _waiting(self) -> list[tuple[str, str]]:
        with self.post.storage.database.read() as connection:
            return list(connection.execute(sa.select(outbox.c.subject_id, outbox.c.lane)).tuples())

    def scan(self, dossier: str, mark: str = "") -> str:
        """Hand a scan of a dossier's first result in, and let it be read."""
        document = self.town.upload(self.town.visitor("canbo"), dossier, picture(mark or dossier), ordinal=1)
        self.work()
        return document

    def step(self, who: str, document: str, name: str, body: object = None) -> None:
        """Let a person take a step, and the workers what follows from it."""
        self.town.step(self.town.visitor(who), document, name, body)
        self.work()

    def sign(self, document: str) -> None:
        self.step("canbo", document, "capture-signature", ATTESTED)

    def confirm(self, document: str) -> None:
        self.step("canbo", document, "confirmation", confirmed_data())

    def seal(self, document: str) -> Response:
        answer: Response = self.town.visitor("vanthu").post("/api/v1/seal-orders", json={"documents": [document]})
        self.work()
        return answer

    def published(self, dossier: str, mark: str = "") -> str:
        """Bring a scan along the whole road."""
        document = self.scan(dossier, mark)
        self.sign(document)
        self.confirm(document)
        self.seal(document)
        assert self.find(document).state is State.PUBLISHED
        return document

    def find(self, document: str) -> Document:
        with self.post.storage.database.read() as connection:
            return registry.find(connection, document)

    def bytes_of(self, key: str | None) -> bytes:
        return self.post.storage.objects.get(key or "")

    def events(self, document: str) -> list[str]:
        with self.post.storage.database.read() as connection:
            assert history.broken_links(connection, document) == ()
            return [entry.name for entry in history.entries(connection, document)]


@contextmanager
def open_commune(settled: Settled, folder: Path, keys: Path, sandbox: Sandbox) -> Iterator[Commune]:
    """Put door and workers together over a copy of the settled registry.

    Args:
        settled: the registry.
        folder: where the copy goes.
        keys: home of the development PKI; one that is there is used again.
        sandbox: reads the scans.
    """
    now = datetime.now(UTC)
    town = open_town(shutil.copytree(settled.folder, folder), settled.tokens, Clock(now))
    with town.parts.storage.database.write() as connection:
        connection.execute(sessions.update().values(expires_at=now + timedelta(days=1), proved_at=now))
        clerks = connection.execute(sa.select(people.c.id, people.c.full_name)).tuples().all()
    unit = town.units["xa"]
    pki = make_pki(keys, clerks, [(unit.id, unit.name)], now)
    trust = load_trust(pki.trust)
    desk = Desk(Keyring(pki.keyring), "SY")
    archive = Archive(AuthorityInProcess(TimestampAuthority.open(pki.timestamp), town.clock), Silent(), trust)
    post = open_post(town.parts.settings)
    yield Commune(
        town, post, desk, archive, pki, trust,
        {
            Lane.READ: lambda document: read_document(post, sandbox, document),
            Lane.SEAL: lambda document: sign_document(post, desk, document),
            Lane.TIMESTAMP: lambda document: time_document(post, archive, document),
            Lane.DELIVER: lambda document: deliver_document(post, 0, document),
        },
    )  # fmt: skip
    post.storage.close()
    town.parts.storage.close()
