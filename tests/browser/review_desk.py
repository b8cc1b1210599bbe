"""A clerk's desk and all behind it: the door over HTTP, workers with real keys, the signing agent at the machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pyotp
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page

from api.auth import cookie_name
from digitize.errors import KeyUnavailable
from digitize.lifecycle import Office
from digitize.model import Reading
from digitize.sign.keys import open_pkcs12
from storage import logins, people
from storage.outbox import Lane
from storage.second_factor import one_time_codes
from storage.tables import documents, outbox, sessions
from storage.tables import people as everybody
from tests.browser.plugin import DESK, serve
from tests.door.commune import Commune, open_commune
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, draft, open_town
from tests.pki.world import archive_page
from workers.agent_listener import Listener, Pairing
from workers.agent_server import listening
from workers.sandbox import Sandbox


@dataclass(slots=True)
class ReviewDesk:
    """The commune, its address, and whose token is plugged in."""

    commune: Commune
    town: Town
    address: str
    browser: Browser
    port: int
    """Where the agent of this machine listens, when it runs."""
    tokens: Mapping[str, str]
    """Of sessions, by username; one more clerk works in the commune."""
    numbers: int = 0

    def document(self, reading: Reading | None = None) -> str:
        """Hand a scan in and read it: with two doubted fields, unless told otherwise."""
        self.numbers += 1
        self.town.clock.advance(timedelta(milliseconds=1))
        code = f"000.11.31.H99-210312-{self.numbers:04d}"
        self.town.dossier(code)
        document = self.commune.town.upload(self.commune.town.visitor("canbo"), code)
        self.commune.town.read(document, reading)
        archive = self.town.parts.storage.objects.put(archive_page())
        with self.town.parts.storage.database.write() as connection:
            connection.execute(documents.update().where(documents.c.id == document).values(archive_key=archive))
        return document

    def context(self, username: str = "canbo", **options: object) -> BrowserContext:
        """Open a browser in which a person is logged in."""
        context = self.browser.new_context(locale="vi-VN", base_url=self.address, viewport=DESK, **options)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        name = cookie_name(self.town.parts.settings)
        context.add_cookies([{"name": name, "value": self.tokens[username], "url": self.address}])
        return context

    @contextmanager
    def page(self, username: str = "canbo") -> Iterator[Page]:
        """Open a page; whatever its scripts complain of fails the test."""
        context = self.context(username)
        page = context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        yield page
        context.close()
        assert broken == []

    def let_proof_grow_old(self, username: str) -> None:
        """Let it be long ago that a person gave their password; the clock stays, since timestamps are of today."""
        long_ago = self.town.clock() - timedelta(hours=1)
        with self.town.parts.storage.database.write() as connection:
            connection.execute(
                sessions.update()
                .where(sessions.c.person_id == self._id(connection, username))
                .values(proved_at=long_ago)
            )

    def authenticator(self, username: str) -> pyotp.TOTP:
        """Give a person an app that makes codes."""
        with self.town.parts.storage.database.write() as connection:
            person = people.find_person(connection, self._id(connection, username))
            settings, now = self.town.parts.settings, self.town.clock()
            begun = one_time_codes.begin(connection, settings, person, now)
            app, before = pyotp.TOTP(begun.secret), now - timedelta(seconds=30)
            one_time_codes.confirm(connection, settings, person.id, begun.factor_id, app.at(before), now)
        return app

    @staticmethod
    def _id(connection: sa.Connection, username: str) -> str:
        found: str = connection.execute(sa.select(everybody.c.id).where(everybody.c.username == username)).scalar_one()
        return found

    @contextmanager
    def agent(self, username: str, *, plugged: bool = True) -> Iterator[Pairing]:
        """Run the reference agent with a person's key in place of a token."""
        with self.town.parts.storage.database.read() as connection:
            holder = self._id(connection, username)
        keys = {"vanthu": self.town.units["xa"].id}
        with ThreadPoolExecutor(1) as aside:
            signer = aside.submit(open_pkcs12, *self.commune.pki.signers[keys.get(username, holder)].read()).result()
        pairing = Pairing()
        listener = Listener(self.address, lambda: signer, pairing, lambda _: None)
        with listening(listener if plugged else replace(listener, open_token=_unplugged), self.port):
            yield pairing


def _unplugged() -> NoReturn:
    raise KeyUnavailable("không thấy thiết bị")


def sure() -> Reading:
    """Return a reading in which nothing is doubted."""
    read = draft()
    fields = {name: replace(each, doubtful=False, alternatives=()) for name, each in read.fields.items()}
    return replace(read, fields=fields | {"holder_id": replace(fields["number"], value="001099012345", box=None)})


@contextmanager
def open_desk(settled: Settled, folder: Path, browser: Browser) -> Iterator[ReviewDesk]:
    """Put the desk together; workers of the signing lanes run until it is closed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ExitStack() as stack, ThreadPoolExecutor(1) as aside:
        # Keys are made by a loop of their own, and Playwright's loop runs in this thread.
        opening = open_commune(settled, folder / "data", folder / "keys", Sandbox())
        commune = aside.submit(stack.enter_context, opening).result()
        clock, data = commune.town.clock, commune.town.parts.settings.data
        town = open_town(data, commune.town.tokens, clock, secure_cookies=False, agent_port=port)
        with serve(town.app) as address, _working(commune):
            yield ReviewDesk(commune, town, address, browser, port, {**commune.town.tokens, **_colleague(town)})


def _colleague(town: Town) -> Mapping[str, str]:
    name = "dongnghiep"
    with town.parts.storage.database.write() as connection:
        people.add_person(
            connection, username=name, full_name="Ngô Văn Bạn", office=Office.CLERK, unit_id=town.units["xa"].id,
            password=PASSWORD,
        )  # fmt: skip
        token, _ = logins.log_in(connection, name, PASSWORD, town.clock(), town.parts.settings)
    return {name: token}


@contextmanager
def _working(commune: Commune) -> Iterator[None]:
    over = threading.Event()
    lanes = (Lane.SEAL.value, Lane.TIMESTAMP.value)

    def work() -> None:
        while not over.wait(0.15):
            with commune.post.storage.database.read() as connection:
                waiting = connection.execute(
                    sa.select(outbox.c.subject_id, outbox.c.lane).where(outbox.c.lane.in_(lanes))
                ).all()
            for row in waiting:
                commune.lanes[Lane(row.lane)](row.subject_id)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join(20)
