"""A commune that certifies copies: the door, a certifier with authority and book, and the real workers behind it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx import Response

from digitize.sign.trust import TrustAnchors, load_trust
from storage import certifications, history
from storage.certifications import Copy
from storage.outbox import Lane
from storage.tables import outbox, people, sessions
from tests.door.plugin import Settled
from tests.door.town import Clock, Town, open_town, picture
from tests.pki.issuers import Issuers
from workers.attempt import Post
from workers.compose import open_post
from workers.copies.delivering import Counter, deliver_copy
from workers.copies.mail import Postman
from workers.copies.qr_key import load_qr_key
from workers.copies.reading import read_copy
from workers.copies.signing import CertifyingDesk, sign_copy
from workers.copies.timing import time_copy
from workers.demo.pki import DevelopmentPki, make_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority
from workers.keyring import Keyring
from workers.renewing import Archive
from workers.sandbox import Sandbox

CERTIFIER, OFFICER = "lanhdao", "vanthu"
PAGES = "https://chungthuc.example.vn"
DIPLOMA = {
    "title": "Bằng tốt nghiệp trung học phổ thông", "pages": 1, "quantity": 2, "number": "B 123/2020",
    "issued_on": "2020-06-30", "issuer": "Sở Giáo dục và Đào tạo",
}  # fmt: skip
OFFICE = {
    "person": CERTIFIER, "title": "Chủ tịch Ủy ban nhân dân xã", "basis": "office",
    "legal_basis": "Quyết định 1/QĐ-UBND ngày 01/7/2025", "starts_at": "2010-07-01T00:00:00+07:00",
}  # fmt: skip
REQUESTER = {"full_name": "Lò Thị Bưởi", "id_number": "001321004567", "email": "buoi@thu.vn"}


@dataclass(slots=True)
class Bureau:
    """The people at the desk, over HTTP, and the workers, in this process."""

    town: Town
    post: Post
    pki: DevelopmentPki
    trust: TrustAnchors
    lanes: dict[Lane, Callable[[str], None]]
    desk: CertifyingDesk
    archive: Archive
    book: str = ""
    authority: str = ""
    asleep: set[Lane] = field(default_factory=set)
    """Lanes that do not work for the moment."""

    def work(self) -> None:
        """Let the workers do all that waits for them."""
        tried: set[tuple[str, str, int]] = set()
        while waiting := [each for each in self._waiting() if each not in tried and Lane(each[1]) not in self.asleep]:
            for copy, lane, version in waiting:
                tried.add((copy, lane, version))
                self.lanes[Lane(lane)](copy)

    def _waiting(self) -> list[tuple[str, str, int]]:
        with self.post.storage.database.read() as connection:
            return list(connection.execute(sa.select(outbox.c.subject_id, outbox.c.lane, outbox.c.version)).tuples())

    def person(self, who: str = CERTIFIER) -> TestClient:
        """A person's browser, without redirects followed."""
        return self.town.visitor(who)

    def prove(self) -> None:
        """Let everybody have given their password just now."""
        with self.town.parts.storage.database.write() as connection:
            connection.execute(sessions.update().values(proved_at=self.town.clock()))

    def open(self, *originals: Mapping[str, object], who: str = CERTIFIER, **more: object) -> dict[str, Any]:
        """Open a visit."""
        body = {"requester": REQUESTER, "originals": list(originals or (DIPLOMA,)), **more}
        return must(self.person(who).post("/api/v1/certifications", json=body))

    def capture(
        self, copy: str, who: str = CERTIFIER, scan: bytes | None = None, form: Mapping[str, str] | None = None
    ) -> Response:
        """Capture the original at the desk, and let it be read."""
        fields = {"captured_at": self.town.clock().isoformat(), "device": "máy chụp số 1", **(form or {})}
        answer = self.person(who).post(
            f"/api/v1/copies/{copy}/capture",
            files={"file": ("chụp.jpg", scan or picture(copy))},
            data=fields,
            headers={"If-Match": "*"},
        )
        self.work()
        return answer

    def step(self, copy: str, name: str, body: object = None, who: str = CERTIFIER) -> Response:
        """Take a step, and let the workers do what follows."""
        answer = self.person(who).post(f"/api/v1/copies/{copy}/{name}", json=body, headers={"If-Match": "*"})
        self.work()
        return answer

    def seal(self, *copies: str) -> dict[str, Any]:
        """Press the seal."""
        answer = self.person(OFFICER).post("/api/v1/seal-orders", json={"documents": list(copies)})
        self.work()
        return must(answer)

    def issued(self, original: Mapping[str, object] = DIPLOMA) -> str:
        """Bring one original along the whole road; return the id of its copy."""
        copy: str = self.open(original)["copies"][0]["id"]
        must(self.capture(copy))
        must(self.step(copy, "attestation", {"compared": True}))
        self.seal(copy)
        assert self.shown(copy)["state"] == "issued", self.shown(copy)
        return copy

    def shown(self, copy: str, who: str = CERTIFIER) -> dict[str, Any]:
        """The copy as the API shows it."""
        return must(self.person(who).get(f"/api/v1/copies/{copy}"))

    def file(self, copy: str, name: str = "sealed") -> bytes:
        """A file of the copy."""
        answer = self.person().get(f"/api/v1/copies/{copy}/files/{name}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def find(self, copy: str) -> Copy:
        """The copy as the registry has it."""
        with self.post.storage.database.read() as connection:
            return certifications.find(connection, copy)

    def events(self, copy: str) -> list[str]:
        """Names of its events; the chain is whole."""
        with self.post.storage.database.read() as connection:
            assert history.broken_links(connection, copy) == ()
            return [entry.name for entry in history.entries(connection, copy)]


def desk_ids(town: Town) -> Mapping[str, str]:
    """Set a desk up through the door and open a visit; return the ids that addresses name."""
    unit, chairman = town.units["xa"], town.visitor(CERTIFIER)
    authority = must(town.visitor("quantri").post("/api/v1/authorities", json=OFFICE | {"unit": unit.code}))["id"]
    book = must(chairman.post("/api/v1/books", json={}))["id"]
    visit = must(chairman.post("/api/v1/certifications", json={"requester": REQUESTER, "originals": [DIPLOMA]}))
    copy = visit["copies"][0]
    return {
        "authority_id": authority, "book_id": book, "certification_id": visit["id"], "copy_id": copy["id"],
        "code": copy["verification_code"],
    }  # fmt: skip


def must(answer: Response) -> dict[str, Any]:
    """The body of an answer that must be good."""
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body


@contextmanager
def open_bureau(settled: Settled, folder: Path, keys: Path, sandbox: Sandbox, smtp_port: int) -> Iterator[Bureau]:
    """Set the commune up: authority and book come in through the door."""
    now = datetime.now(UTC)
    town = open_town(
        shutil.copytree(settled.folder, folder / "data"), settled.tokens, Clock(now), public_url=PAGES, link_days=7
    )
    with town.parts.storage.database.write() as connection:
        connection.execute(sessions.update().values(expires_at=now + timedelta(days=9), proved_at=now))
        persons = connection.execute(sa.select(people.c.id, people.c.full_name)).tuples().all()
    unit = town.units["xa"]
    pki = make_pki(keys, persons, [(unit.id, unit.name)], now)
    trust = load_trust(pki.trust)
    stamps = AuthorityInProcess(TimestampAuthority.open(pki.timestamp), town.clock)
    post = open_post(town.parts.settings)
    post = Post(post.storage, town.clock, post.holder, post.lease_duration, post.meter)
    issuers = Issuers(pki)
    desk = CertifyingDesk(Keyring(pki.keyring), load_qr_key(pki.qr_key), PAGES, revocation=issuers)
    counter = Counter(Postman("127.0.0.1", smtp_port, "none", "so@example.vn"), PAGES, timedelta(days=7))
    archive = Archive(stamps, issuers, trust)
    lanes: dict[Lane, Callable[[str], None]] = {
        Lane.READ: lambda copy: read_copy(post, sandbox, copy),
        Lane.SEAL: lambda copy: sign_copy(post, desk, copy),
        Lane.TIMESTAMP: lambda copy: time_copy(post, archive, copy),
        Lane.DELIVER: lambda copy: deliver_copy(post, counter, copy),
    }
    bureau = Bureau(town, post, pki, trust, lanes, desk, archive)
    granted = bureau.person("quantri").post("/api/v1/authorities", json=OFFICE | {"unit": unit.code})
    bureau.authority = must(granted)["id"]
    bureau.book = must(bureau.person().post("/api/v1/books", json={}))["id"]
    yield bureau
    post.storage.close()
    town.parts.storage.close()
