"""A commune with a clerk and an officer who do their part, whatever dies around them, and the proof at the end."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont

from digitize.errors import WorldAtFault
from digitize.lifecycle import Actor, CaptureOrdered, Office, State
from digitize.model import Role, Verdict
from digitize.sign.trust import load_trust
from digitize.sign.verify import verify
from storage import confirmation, history, passwords, registry, sealing
from storage.connect import Storage, open_storage
from storage.database import Database
from storage.migrate import migrate
from storage.registry import Document, Scope
from storage.settings import Settings
from storage.tables import attempts, documents, dossiers, events, outbox, people, results, revisions, subjects, units
from workers.demo.pki import make_pki

UNIT, CLERK, OFFICER = "xa-hoa-binh", "nguoi-quet", "van-thu"
CLERK_NAME, UNIT_NAME = "Nguyễn Thị Hương", "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH"
PASSWORD = "mat-khau-thu-nghiem"
FONT = "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"

PATIENCE_S = 90.0
"""What issue 2 gives the service to finish by itself after a part has come back, seconds."""


def now() -> datetime:
    return datetime.now(UTC)


def scan_of(number: int, lines: int = 3) -> bytes:
    """A small page, 150 dpi, gray, quickly read; another number is another scan."""
    page = Image.new("L", (874, 1240), 250)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 28)
    for line in range(lines):
        text = f"Quyết định số {number}, điều {line + 1}: giao cho công chức văn phòng."
        pen.text((80, 100 + 75 * line), text, font=font, fill=20)
    held = io.BytesIO()
    page.save(held, "PNG", dpi=(150, 150))
    return held.getvalue()


def until(told: Callable[[], object], within_s: float = PATIENCE_S, every_s: float = 0.05) -> None:
    """Wait until it is so; what is unavailable meanwhile is not so yet."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if told():
                return
        except WorldAtFault:
            pass
        time.sleep(every_s)
    raise AssertionError(f"not so within {within_s:.0f} s")


@dataclass(frozen=True, slots=True)
class Town:
    """Acts for the people; the work between their acts is the service's."""

    storage: Storage
    trust: Path
    keyring: Path
    qr_key: Path

    @classmethod
    def found(cls, settings: Settings, keys: Path, database: Database | None = None) -> Town:
        """Make registry and people, and their keys in that folder unless they are there.

        Args:
            settings: of the service.
            keys: folder of the development PKI.
            database: the registry that the settings name, if it is open already.
        """
        storage = open_storage(settings)
        if database is not None:
            storage = replace(storage, database=database)
        migrate(storage.database)
        pki = make_pki(keys, [(CLERK, CLERK_NAME)], [(UNIT, UNIT_NAME)], now())
        with storage.database.write() as connection:
            connection.execute(
                units.insert().values(
                    id=UNIT,
                    code="H01.23",
                    name=UNIT_NAME,
                    level="xa",
                    path=f"/{UNIT}/",
                    four_eyes=False,
                    valid_from=date(2020, 1, 1),
                )
            )
            for person, name, office in ((CLERK, CLERK_NAME, Office.CLERK), (OFFICER, "Trần Văn Thư", Office.OFFICER)):
                connection.execute(
                    people.insert().values(
                        id=person,
                        username=person,
                        full_name=name,
                        office=office.value,
                        unit_id=UNIT,
                        password_hash=passwords.hashed(PASSWORD),
                        active=True,
                    )
                )
        return cls(storage, pki.trust, pki.keyring, pki.qr_key)

    def hand_in(self, scan: bytes) -> str:
        """What the API does with a scan of a new result."""
        key = self.storage.objects.put(scan)
        _, result = self.open_dossier()
        with self.storage.database.write() as connection:
            return registry.receive(
                connection, result_id=result, scan_key=key, size_bytes=len(scan), actor=Actor(CLERK, Office.CLERK),
                now=now(),
            ).document  # fmt: skip

    def open_dossier(self) -> tuple[str, str]:
        """Enter a dossier with one result; give the dossier's code and the result's id."""
        dossier, result = uuid4().hex, uuid4().hex
        with self.storage.database.write() as connection:
            connection.execute(
                dossiers.insert().values(
                    id=dossier,
                    code=dossier[:20],
                    unit_id=UNIT,
                    procedure_code="1.001193",
                    procedure_name="Thử",
                    created_by=CLERK,
                    created_at=now(),
                )
            )
            connection.execute(
                results.insert().values(
                    id=result, dossier_id=dossier, ordinal=1, unit_id=UNIT, title="Kết quả", issued_on=date(2021, 1, 1)
                )
            )
        return dossier[:20], result

    def document(self, document: str) -> Document:
        with self.storage.database.read() as connection:
            return registry.find(connection, document)

    def stands(self, document: str, *states: State) -> bool:
        return self.document(document).state in states

    def order_capture(self, document: str) -> None:
        with self.storage.database.write() as connection:
            event = CaptureOrdered(actor=Actor(CLERK, Office.CLERK), signer=CLERK)
            registry.record(connection, document, event, now(), changes={"signer": CLERK})

    def confirm(self, document: str) -> None:
        with self.storage.database.write() as connection:
            confirmation.confirm(
                connection, self.storage.objects, document, "quyet_dinh",
                {"number": "12/QĐ-UBND", "issued_date": "2021-10-05", "organ_name": UNIT_NAME, "subject": "Giao việc"},
                Actor(CLERK, Office.CLERK), now(), None,
            )  # fmt: skip

    def order_seal(self, asked: Sequence[str]) -> None:
        with self.storage.database.write() as connection:
            order = sealing.order_seal(connection, asked, Actor(OFFICER, Office.OFFICER), Scope(f"/{UNIT}/"), now())
            assert order.refused == ()

    def finish(self, asked: Sequence[str], within_s: float = PATIENCE_S) -> None:
        """Do the people's part until every document is published."""
        until(lambda: {self._advance(document) for document in asked} == {State.PUBLISHED}, within_s, 0.1)

    def _advance(self, document: str) -> State:
        state = self.document(document).state
        if state is State.TO_CHECK:
            self.order_capture(document)
        elif state is State.CAPTURE_SIGNED:
            self.confirm(document)
        elif state is State.CONFIRMED:
            self.order_seal([document])
        return state

    def attempts_of(self, document: str) -> list[sa.Row[tuple[object, ...]]]:
        with self.storage.database.read() as connection:
            rows = connection.execute(
                sa.select(attempts).where(attempts.c.subject_id == document).order_by(attempts.c.number)
            )
            return list(rows)

    def names_of_events(self, document: str) -> list[str]:
        with self.storage.database.read() as connection:
            return [entry.name for entry in history.entries(connection, document)]

    def prove(self, asked: Sequence[str]) -> None:
        """Nothing lost, nothing doubled, no number used twice, no document stuck, every chain whole."""
        until(lambda: self._nothing_waits(asked), 10)
        with self.storage.database.read() as connection:
            for document in asked:
                assert history.broken_links(connection, document) == ()
            codes = connection.execute(sa.select(documents.c.doc_code)).scalars().all()
        given = [code for code in codes if code is not None]
        assert len(set(given)) == len(given)
        for document in asked:
            told = Counter(self.names_of_events(document))
            for name in ("Received", "ReadDone", "CaptureSigned", "Confirmed", "Coded", "Sealed", "Published"):
                assert told[name] == 1, (document, name, told)
            numbers = [attempt.number for attempt in self.attempts_of(document)]
            assert numbers == list(range(1, len(numbers) + 1))
            self._prove_files(document)

    def _nothing_waits(self, asked: Sequence[str]) -> bool:
        with self.storage.database.read() as connection:
            waiting = connection.execute(sa.select(outbox.c.subject_id).where(outbox.c.subject_id.in_(asked))).all()
            held = connection.execute(
                sa.select(subjects.c.id).where(subjects.c.id.in_(asked), subjects.c.lease_holder.is_not(None))
            ).all()
        return not waiting and not held

    def _prove_files(self, document: str) -> None:
        found = self.document(document)
        objects = self.storage.objects
        archive, capture, sealed = (
            objects.get(key or "") for key in (found.archive_key, found.capture_key, found.sealed_key)
        )
        assert capture.startswith(archive)
        assert sealed.startswith(capture)
        report = verify(sealed, load_trust(self.trust), now())
        assert report.verdict is Verdict.VALID, report
        assert [each.role for each in report.signatures] == [Role.CLERK, Role.AGENCY]
        for key in (found.scan_key, found.reading_key, found.metadata_key, found.metadata_signature_key):
            assert objects.exists(key or "")
        with self.storage.database.read() as connection:
            released = connection.execute(
                sa.select(revisions.c.key).where(revisions.c.document_id == document).order_by(revisions.c.number)
            ).scalars()
            assert list(released) == [found.capture_key, found.sealed_key]
            discarded = connection.execute(
                sa.select(events.c.payload).where(
                    events.c.subject_id == document, events.c.name == "SignedFileDiscarded"
                )
            ).scalars()
            assert {found.capture_key, found.sealed_key}.isdisjoint(payload["object_key"] for payload in discarded)
