"""A province with two communes, and the road of a document through them by the functions that the service uses."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from digitize.lifecycle import (
    Actor,
    CaptureKeyUsed,
    CaptureOrdered,
    CaptureSigned,
    Event,
    Office,
    Published,
    ReadDone,
    Record,
    Sealed,
    SealKeyUsed,
    State,
)
from digitize.model import Field, Kind, MediaType, Nature, Reading, to_json
from digitize.targets import Level
from storage import confirmation, dossiers, leases, registry, sealing, units
from storage.database import Database
from storage.dossiers import Dossier, NewDossier, NewResult
from storage.leases import Lease
from storage.objects_folder import FolderStore
from storage.registry import EVERYTHING, LANES, NOTHING_MADE, Document, Scope
from storage.units import Unit

CLERK = Actor("can-bo", Office.CLERK)
COLLEAGUE = Actor("dong-nghiep", Office.CLERK)
OFFICER = Actor("van-thu", Office.OFFICER)
SUPERVISOR = Actor("lanh-dao", Office.SUPERVISOR)
DEPUTY = Actor("pho-lanh-dao", Office.SUPERVISOR)
WORKER = Actor("may", Office.WORKER)

START = datetime(2021, 6, 1, 8, 0, tzinfo=UTC)
ISSUED = date(2021, 5, 20)
LEASE = timedelta(seconds=30)
KIND = "giay_khai_sinh"
FIELDS: Mapping[str, str] = {
    "number": "12/2021",
    "issued_date": "2021-05-20",
    "organ_name": "UBND xã Lam Sơn",
    "holder_name": "Trần Thị Bưởi",
    "holder_id": "001321004567",
    "holder_birth_date": "2021-05-01",
}
READING = Reading(
    nature=Nature.SCAN,
    media_type=MediaType.PNG,
    source_sha256="0" * 64,
    pages=(),
    kind=Kind(KIND, "Giấy khai sinh", 0.9),
    fields={
        "number": Field("12/2021", 0.9, 1, None, doubtful=False),
        "holder_name": Field("Trần Thị Bươi", 0.4, 1, None, doubtful=True),
    },
    findings=(),
    secrecy=None,
    engine="test",
)


@dataclass
class Province:
    """Offices, a store, and a clock that tests set."""

    database: Database
    objects: FolderStore
    top: Unit
    commune: Unit
    other: Unit
    """A second commune, where the first sees nothing."""
    now: datetime = START
    _numbers: int = field(default=0, repr=False)

    @classmethod
    def found(cls, database: Database, objects: FolderStore) -> Province:
        """Enter the units."""
        since = date(2020, 1, 1)
        with database.write() as connection:
            top = units.add_unit(
                connection, code="H99", name="Tỉnh", level=Level.TINH, parent_id=None, valid_from=since
            )
            commune, other = [
                units.add_unit(connection, code=code, name=code, level=Level.XA, parent_id=top.id, valid_from=since)
                for code in ("H99.01", "H99.02")
            ]
        return cls(database, objects, top, commune, other)

    def dossier(
        self,
        unit: Unit | None = None,
        results: int | tuple[NewResult, ...] = 1,
        **changes: Any,  # noqa: ANN401  # fields of NewDossier
    ) -> Dossier:
        """Enter a resolved dossier with so many results, or with these."""
        self._numbers += 1
        if isinstance(results, int):
            results = tuple(NewResult(f"Giấy khai sinh {number}", ISSUED) for number in range(results))
        new = NewDossier(
            code=f"H99.01-210520-{self._numbers:04d}",
            unit_id=(unit or self.commune).id,
            procedure_code="1.001193",
            procedure_name="Đăng ký khai sinh",
            holder_name="Trần Thị Bưởi",
            resolved_on=ISSUED,
            results=results,
        )
        with self.database.write() as connection:
            return dossiers.create(
                connection, replace(new, **changes), created_by="test", scope=EVERYTHING, now=self.now
            )

    def receive(self, dossier: Dossier, scan: bytes | None = None, ordinal: int | None = None) -> str:
        """Take a scan in; return the document's id."""
        content = scan or uuid.uuid4().bytes
        key = self.objects.put(content)
        with self.database.write() as connection:
            result = dossiers.result_for_upload(
                connection, dossier, ordinal, actor=CLERK.id, now=self.now, scan_key=key
            )
            return registry.receive(
                connection, result_id=result, scan_key=key, size_bytes=len(content), actor=CLERK, now=self.now
            ).document

    def find(self, document: str) -> Document:
        """Return the document as it stands."""
        with self.database.read() as connection:
            return registry.find(connection, document)

    def claim(self, document: str, holder: str = "may-1") -> Lease | None:
        """Take the work that the document waits for."""
        with self.database.write() as connection:
            return leases.claim(connection, document, LANES[self.find(document).state], holder, self.now, LEASE)

    def record(self, document: str, event: Event, **extra: Any) -> Record:  # noqa: ANN401
        """Apply an event; a worker's with a lease of its own unless one is given."""
        if event.actor.office is Office.WORKER and "lease" not in extra:
            extra["lease"] = self.claim(document)
        with self.database.write() as connection:
            return registry.record(connection, document, event, self.now, **extra)

    def confirm(self, document: str, fields: Mapping[str, str] = FIELDS, actor: Actor = CLERK) -> Record:
        """Confirm the data of a signed capture."""
        with self.database.write() as connection:
            return confirmation.confirm(connection, self.objects, document, KIND, fields, actor, self.now, None)

    def document(self, state: State, unit: Unit | None = None, dossier: Dossier | None = None) -> str:
        """Bring a new document along the straight road as far as the state."""
        document = self.receive(dossier or self.dossier(unit))
        return self.advance(document, state)

    def advance(self, document: str, state: State) -> str:
        """Bring a document along the straight road as far as the state."""
        for reached, step in (
            (State.RECEIVED, self._read), (State.TO_CHECK, self._order_capture),
            (State.CAPTURE_ORDERED, self._use_key), (State.CAPTURE_TIMING, self._sign_capture),
            (State.CAPTURE_SIGNED, self.confirm),
            (State.CONFIRMED, self._order_seal),
            (State.SEAL_ORDERED, self._use_office_key), (State.SEAL_TIMING, self._seal), (State.SEALED, self._publish),
        ):  # fmt: skip
            if self.find(document).state is state:
                return document
            if self.find(document).state is reached:
                step(document)
        assert self.find(document).state is state
        return document

    def _read(self, document: str) -> None:
        reading, archive = self.objects.put(to_json(READING)), self.objects.put(b"archive " + document.encode())
        self.record(
            document,
            ReadDone(actor=WORKER, reading_key=reading, archive_key=archive),
            changes={"reading_key": reading, "archive_key": archive},
        )

    def _order_capture(self, document: str) -> None:
        self.record(document, CaptureOrdered(actor=CLERK, signer=CLERK.id), changes={"signer": CLERK.id})

    def _use_key(self, document: str) -> None:
        key = self.objects.put(b"untimed capture " + document.encode())
        self.record(document, CaptureKeyUsed(actor=WORKER, untimed_key=key), changes={"untimed_key": key})

    def _use_office_key(self, document: str) -> None:
        keys = {
            "untimed_key": self.objects.put(b"untimed seal " + document.encode()),
            "untimed_data_key": self.objects.put(b"untimed data " + document.encode()),
        }
        self.record(document, SealKeyUsed(actor=WORKER, **keys), changes=keys)

    def _sign_capture(self, document: str) -> None:
        key = self.objects.put(b"capture " + document.encode())
        signed = CaptureSigned(
            actor=WORKER, revision_key=key, signer="Cán bộ", signed_at=self.now.isoformat(), level="B-T"
        )
        self.record(document, signed, changes={"capture_key": key, **NOTHING_MADE})

    def _order_seal(self, document: str) -> None:
        with self.database.write() as connection:
            own = Scope(registry.find(connection, document).unit_path)
            order = sealing.order_seal(connection, [document], OFFICER, own, self.now)
        assert order.accepted == (document,)

    def _seal(self, document: str) -> None:
        key, signature = self.objects.put(b"sealed " + document.encode()), self.objects.put(b"p7s " + document.encode())
        sealed = Sealed(
            actor=WORKER, revision_key=key, metadata_signature_key=signature, signer="UBND",
            signed_at=self.now.isoformat(), level="B-LT",
        )  # fmt: skip
        changes = {"sealed_key": key, "metadata_signature_key": signature, "sealed_at": self.now, **NOTHING_MADE}
        self.record(document, sealed, changes=changes)

    def _publish(self, document: str) -> None:
        self.record(document, Published(actor=WORKER), changes={"published_at": self.now})
