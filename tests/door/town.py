"""A small town with a real door: SQLite, a folder of objects, units and people, and what workers would record."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw, ImageFont

from api.app import assemble
from api.auth import Right, cookie_name
from api.degraded import Mode, Watch
from api.parts import Parts
from digitize.lifecycle import (
    Actor,
    CaptureKeyUsed,
    CaptureSigned,
    Event,
    FileRefused,
    Office,
    Published,
    ReadDone,
    Sealed,
    SealKeyUsed,
    SecrecyFound,
)
from digitize.model import (
    Box,
    Field,
    Finding,
    Kind,
    MediaType,
    Nature,
    Page,
    Reading,
    Severity,
    to_json,
)
from digitize.targets import Level
from storage import clients, leases, logins, people, registry, units
from storage.connect import open_storage
from storage.database import Database
from storage.dossiers import NewDossier, NewResult, create
from storage.outbox import Lane
from storage.registry import EVERYTHING, NOTHING_MADE, Summary
from storage.settings import Settings
from storage.tables import previews, revisions, sessions
from storage.units import Unit

PASSWORD = "mật khẩu đủ dài"
NOON = datetime(2021, 11, 22, 5, 0, tzinfo=UTC)
WORKER = Actor("máy đọc số 1", Office.WORKER)
PAGE_WIDTH, PAGE_HEIGHT = 827, 1169
"""A4 at 100 dpi."""

_FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf", 17)

LINES: tuple[tuple[str, int, int], ...] = (
    ("ỦY BAN NHÂN DÂN XÃ SUỐI NGÀN", 70, 60),
    ("Số: 15/QĐ-UBND", 120, 110),
    ("Suối Ngàn, ngày 12 tháng 3 năm 2021", 420, 110),
    ("QUYẾT ĐỊNH", 340, 200),
    ("Về việc trợ cấp xã hội hàng tháng cho ông Lò Văn Mẫu", 140, 240),
    ("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI NGÀN", 230, 310),
    ("Điều 1. Trợ cấp hàng tháng cho ông Lò Văn Mẫu.", 90, 400),
    ("CHỦ TỊCH", 560, 800),
    ("Mai Thị Thử", 545, 960),
)
"""What stands on the paper, with the place of each line's left top."""


@dataclass(slots=True)
class Clock:
    """A clock that stands until somebody moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        self.now += step


@dataclass(slots=True)
class Town:
    """The parts behind the door, the people before it, and what workers would do."""

    parts: Parts
    app: FastAPI
    clock: Clock
    units: Mapping[str, Unit]
    """By a short word: ``tinh``, ``huyen``, ``xa``, ``xa khác``."""
    tokens: Mapping[str, str]
    """Of a session that each person began at noon, by username: hashing a password for every test takes too long."""

    def visitor(self, username: str | None = None) -> TestClient:
        """Return a browser without redirects followed; logged in when a name is given."""
        client = TestClient(self.app, base_url="https://testserver", follow_redirects=False)
        if username is not None:
            client.cookies.set(cookie_name(self.parts.settings), self.tokens[username])
        return client

    def renew_sessions(self) -> None:
        """Let everybody's session last another day."""
        with self.parts.storage.database.write() as connection:
            connection.execute(sessions.update().values(expires_at=self.clock() + timedelta(days=1)))

    def system(self, *scopes: str, unit: str = "xa") -> TestClient:
        """Return a system's client with a token of these scopes."""
        with self.parts.storage.database.write() as connection:
            client, secret = clients.add_client(
                connection, name="Một cửa", unit_id=self.units[unit].id, scopes=scopes or tuple(Right)
            )
            token = clients.grant(connection, client.id, secret, (), self.clock(), 60)
        system = self.visitor()
        system.headers["Authorization"] = f"Bearer {token}"
        return system

    def dossier(self, code: str, *, unit: str = "xa", results: int = 1) -> None:
        """Enter a dossier."""
        new = NewDossier(
            code=code, unit_id=self.units[unit].id, procedure_code="1.001776", procedure_name="Trợ cấp hàng tháng",
            holder_name="Lò Văn Mẫu", holder_id="001099012345", received_on=date(2021, 3, 1),
            resolved_on=date(2021, 3, 12),
            results=tuple(NewResult(f"Quyết định {n}", date(2021, 3, 12)) for n in range(1, results + 1)),
        )  # fmt: skip
        with self.parts.storage.database.write() as connection:
            create(connection, new, created_by="một cửa", scope=EVERYTHING, now=self.clock())

    def upload(
        self, client: TestClient, code: str, scan: bytes | None = None, *, ordinal: int | None = None, **headers: str
    ) -> str:
        """Hand a scan in; return the document's id."""
        answer = client.post(
            f"/api/v1/dossiers/{code}/results",
            files={"file": ("quét.jpg", scan or picture(code))},
            data={} if ordinal is None else {"ordinal": str(ordinal)},
            headers=headers,
        )
        assert answer.status_code == 202, answer.text
        document: str = answer.json()["id"]
        return document

    def read(self, document: str, reading: Reading | None = None) -> None:
        """Let the reading worker finish, with this draft."""
        found = reading or draft()
        objects = self.parts.storage.objects
        reading_key, archive_key = objects.put(to_json(found)), objects.put(b"%PDF-1.7 archive " + document.encode())
        summary = Summary(
            kind_code=found.kind.code, kind_confidence=found.kind.confidence,
            number=found.fields["number"].value, issued_date=found.fields["issued_date"].value,
            holder_name=found.fields["holder_name"].value, subject=found.fields["subject"].value,
            pages=len(found.pages),
            doubtful=tuple(name for name, each in found.fields.items() if each.doubtful),
            findings=tuple(finding.code for finding in found.findings),
        )  # fmt: skip
        changes = {"reading_key": reading_key, "archive_key": archive_key, "summary": asdict(summary)}

        def show(connection: sa.Connection) -> None:
            for page in found.pages:
                connection.execute(
                    previews.insert().values(
                        document_id=document, capture=1, page=page.number, key=objects.put(picture("")), scale=1.0
                    )
                )

        event = ReadDone(actor=WORKER, reading_key=reading_key, archive_key=archive_key)
        self._work(document, Lane.READ, event, changes, show)

    def refuse(self, document: str) -> None:
        """Let the reading worker refuse the file."""
        message = "Tệp bị cắt cụt hoặc hỏng, không đọc được trọn vẹn."
        event = FileRefused(actor=WORKER, code="damaged_file", message=message)
        self._work(document, Lane.READ, event, {"summary": asdict(Summary(problem=message))})

    def quarantine(self, document: str) -> None:
        """Let the reading worker find a secrecy mark."""
        changes = {"summary": asdict(Summary(problem="Có dấu “MẬT”."))}
        self._work(document, Lane.READ, SecrecyFound(actor=WORKER, mark="MẬT"), changes)

    def sign_capture(self, document: str) -> None:
        """Let the workers sign what the clerk ordered."""
        untimed = self.parts.storage.objects.put(b"untimed capture " + document.encode())
        used = CaptureKeyUsed(actor=WORKER, untimed_key=untimed)
        self._work(document, Lane.SEAL, used, {"untimed_key": untimed})
        key = self.parts.storage.objects.put(b"%PDF-1.7 revision 1 " + document.encode())
        event = CaptureSigned(
            actor=WORKER, revision_key=key, signer="Trần Thị Số", signed_at=self.clock().isoformat(), level="B-T"
        )
        self._work(
            document,
            Lane.TIMESTAMP,
            event,
            {"capture_key": key, **NOTHING_MADE},
            self._revision(document, 1, key, "clerk", "Trần Thị Số"),
        )

    def seal(self, document: str) -> None:
        """Let the workers seal what the officer ordered."""
        untimed = {
            "untimed_key": self.parts.storage.objects.put(b"untimed seal " + document.encode()),
            "untimed_data_key": self.parts.storage.objects.put(b"untimed data " + document.encode()),
        }
        self._work(document, Lane.SEAL, SealKeyUsed(actor=WORKER, **untimed), untimed)
        key = self.parts.storage.objects.put(b"%PDF-1.7 revision 2 " + document.encode())
        metadata_signature_key = self.parts.storage.objects.put(b"CMS " + document.encode())
        event = Sealed(
            actor=WORKER, revision_key=key, metadata_signature_key=metadata_signature_key,
            signer="Ủy ban nhân dân xã Suối Ngàn", signed_at=self.clock().isoformat(), level="B-LT",
        )  # fmt: skip
        changes = {"sealed_key": key, "metadata_signature_key": metadata_signature_key, "sealed_at": self.clock()}
        changes |= NOTHING_MADE
        after = self._revision(document, 2, key, "agency", "Ủy ban nhân dân xã Suối Ngàn")
        self._work(document, Lane.TIMESTAMP, event, changes, after)

    def publish(self, document: str) -> None:
        """Let the delivering worker publish."""
        self._work(document, Lane.DELIVER, Published(actor=WORKER), {"published_at": self.clock()})

    def to(self, document: str, state: str) -> None:
        """Bring a received document to a state of the straight road, with people and workers at their steps."""
        clerk, officer = self.visitor("canbo"), self.visitor("vanthu")
        for reached, step in (
            ("to_check", lambda: self.read(document)),
            ("capture_ordered", lambda: self.step(clerk, document, "capture-signature", ATTESTED)),
            ("capture_signed", lambda: self.sign_capture(document)),
            ("confirmed", lambda: self.step(clerk, document, "confirmation", confirmed_data())),
            ("seal_ordered", lambda: officer.post("/api/v1/seal-orders", json={"documents": [document]})),
            ("sealed", lambda: self.seal(document)),
            ("published", lambda: self.publish(document)),
        ):
            step()
            if reached == state:
                return
        raise AssertionError(state)

    def step(self, client: TestClient, document: str, name: str, body: object = None) -> None:
        """Take a step that must succeed."""
        etag = client.get(f"/api/v1/documents/{document}").headers["etag"]
        answer = client.post(f"/api/v1/documents/{document}/{name}", json=body, headers={"If-Match": etag})
        assert answer.is_success, answer.text

    def _work(
        self,
        document: str,
        lane: Lane,
        event: Event,
        changes: Mapping[str, object],
        more: Callable[[sa.Connection], None] = lambda _: None,
    ) -> None:
        now = self.clock()
        with self.parts.storage.database.write() as connection:
            lease = leases.claim(connection, document, lane, "máy đọc số 1", now, timedelta(seconds=30))
            assert lease is not None
            registry.record(connection, document, event, now, lease=lease, changes=changes)
            more(connection)

    def _revision(
        self, document: str, number: int, key: str, role: str, signer: str
    ) -> Callable[[sa.Connection], None]:
        def enter(connection: sa.Connection) -> None:
            connection.execute(
                revisions.insert().values(
                    document_id=document,
                    capture=1,
                    number=number,
                    key=key,
                    role=role,
                    signer=signer,
                    signed_at=self.clock(),
                    level="B-T",
                    verdict="valid",
                )
            )

        return enter


ATTESTED = {"complete": True, "in_order": True, "legible": True}


def confirmed_data() -> dict[str, object]:
    """Return what a clerk confirms of the draft."""
    fields = {name: each.value for name, each in draft().fields.items()}
    return {"kind": "quyet_dinh", "fields": fields | {"holder_id": "001099012345"}}


def draft() -> Reading:
    """Return a machine's draft of the paper that :func:`picture` draws."""

    def found(line: int, value: str, confidence: float, *alternatives: str) -> Field:
        text, left, top = LINES[line]
        box = Box(left - 6, top - 5, left + int(_FONT.getlength(text)) + 6, top + 24)
        return Field(value, confidence, 1, box, doubtful=bool(alternatives), alternatives=alternatives)

    fields = {
        "number": found(1, "15/QĐ-UBND", 0.62, "16/QĐ-UBND", "15/QD-UBND"),
        "issued_date": found(2, "2021-03-12", 0.97),
        "place": found(2, "Suối Ngàn", 0.96),
        "organ_name": found(0, "Ủy ban nhân dân xã Suối Ngàn", 0.98),
        "subject": found(4, "Về việc trợ cấp xã hội hàng tháng cho ông Lò Văn Mẫu", 0.93),
        "signer_name": found(8, "Mai Thị Thử", 0.95),
        "signer_title": found(7, "Chủ tịch", 0.97),
        "holder_name": found(6, "Lò Văn Mẫu", 0.71, "Lò Văn Mậu"),
    }
    finding = Finding(
        "low_resolution", Severity.WARNING, 1, "Trang quét ở 100 dpi, dưới 200 dpi: hãy xem kỹ chữ nhỏ trước khi ký."
    )
    page = Page(1, PAGE_WIDTH, PAGE_HEIGHT, 100, 0, 0.0, ())
    kind = Kind("quyet_dinh", "Quyết định", 0.98, ("dòng tên loại “QUYẾT ĐỊNH”", "ký hiệu “QĐ”"))
    return Reading(Nature.SCAN, MediaType.JPEG, "0" * 64, (page,), kind, fields, (finding,), None, "tesserocr 5.5 vie")


def picture(mark: str) -> bytes:
    """Draw the paper as a JPEG; the mark at its foot makes the bytes of each differ."""
    image = Image.new("RGB", (PAGE_WIDTH, PAGE_HEIGHT), "#fdfcf8")
    pen = ImageDraw.Draw(image)
    for text, left, top in LINES:
        pen.text((left, top), text, fill="#1b1b1b", font=_FONT)
    pen.text((70, 1110), mark, fill="#808080", font=_FONT)
    told = io.BytesIO()
    image.save(told, "JPEG", quality=80)
    return told.getvalue()


def settle(parts: Parts) -> Mapping[str, str]:
    """Enter units and people, and give each a session; return its token by username."""
    tokens: dict[str, str] = {}
    with parts.storage.database.write() as connection:

        def unit(code: str, name: str, level: Level, parent: Unit | None) -> Unit:
            parent_id = parent.id if parent else None
            return units.add_unit(
                connection, code=code, name=name, level=level, parent_id=parent_id, valid_from=date(2010, 1, 1)
            )

        province = unit("000.00.00.H99", "Ủy ban nhân dân tỉnh Lam Vân", Level.TINH, None)
        district = unit("000.00.31.H99", "Ủy ban nhân dân huyện Mây Trắng", Level.HUYEN, province)
        commune = unit("000.11.31.H99", "Ủy ban nhân dân xã Suối Ngàn", Level.XA, district)
        other = unit("000.12.31.H99", "Ủy ban nhân dân xã Đồi Gió", Level.XA, district)
        for username, name, office, where in (
            ("canbo", "Trần Thị Số", Office.CLERK, commune),
            ("vanthu", "Lê Văn Dấu", Office.OFFICER, commune),
            ("lanhdao", "Phạm Thị Duyệt", Office.SUPERVISOR, commune),
            ("lanhdao2", "Vũ Văn Hai", Office.SUPERVISOR, commune),
            ("quantri", "Đỗ Văn Giữ", Office.ADMINISTRATOR, province),
            ("nguoila", "Hồ Thị Khác", Office.CLERK, other),
        ):
            people.add_person(
                connection, username=username, full_name=name, office=office, unit_id=where.id, password=PASSWORD
            )
            tokens[username], _ = logins.log_in(connection, username, PASSWORD, NOON, parts.settings)
    return tokens


class Unwatched(Watch):
    """Tells of nothing that is away: the tests play the workers, so there are no processes to look for."""

    def __call__(self) -> tuple[Mode, ...]:
        return ()


def open_town(
    folder: Path,
    tokens: Mapping[str, str],
    clock: Clock | None = None,
    database: Database | None = None,
    **settings: object,
) -> Town:
    """Put the parts together over a data folder whose registry is migrated and settled.

    Args:
        folder: of the data.
        tokens: of a session of each person, by username.
        clock: one that stands at noon unless given.
        database: the registry of that folder, if it is open already.
        settings: that differ.
    """
    chosen = Settings.model_validate({"data": folder, "demonstration": True} | settings)
    moment = clock or Clock()
    storage = open_storage(chosen)
    parts = Parts(chosen, storage if database is None else replace(storage, database=database), moment)
    with parts.storage.database.read() as connection:
        found = {unit.code: unit for unit in units.subtree(connection, EVERYTHING)}
    by_name = {"tinh": "000.00.00.H99", "huyen": "000.00.31.H99", "xa": "000.11.31.H99", "xa khác": "000.12.31.H99"}
    app = assemble(parts)
    app.state.watch = Unwatched(parts)
    return Town(parts, app, moment, {name: found[code] for name, code in by_name.items()}, tokens)
