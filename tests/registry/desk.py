"""A desk that certifies copies, and the road of a copy by the functions that the service uses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from digitize.attest.authority import Authority, Basis
from digitize.attest.lifecycle import (
    Archived,
    AttestKeyUsed,
    CertifierSigned,
    CopyEvent,
    CopyRecord,
    CopyState,
    Sealed,
    SealKeyUsed,
)
from digitize.attest.numbering import Numbering
from digitize.attest.visit import Act, CertificationOrder, Original, Requester
from digitize.lifecycle import Actor, Office
from storage import authorities, certifications, leases, people, register, sealing
from storage.certifications import COPY_LANES, Certification, Copy, DeskCapture
from storage.leases import Lease
from storage.register import BookKind, RegisterBook
from storage.registry import Scope
from storage.units import Unit
from tests.registry.province import LEASE, OFFICER, SUPERVISOR, WORKER, Province

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, 09:00 in Vietnam."""
REQUESTER = Requester("Trần Thị Bưởi", "001321004567", email="buoi@thu.vn")
DIPLOMA = Original("Bằng tốt nghiệp", pages=1, quantity=2, number="B 123/2020", issued_on=date(2020, 6, 30))
KIND = BookKind.ELECTRONIC_COPIES


@dataclass(slots=True)
class Desk:
    """A unit with a certifier who holds an authority by office, and an open book."""

    province: Province
    unit: Unit
    certifier: Actor
    authority: Authority
    book: RegisterBook
    visits: list[str] = field(default_factory=list)

    @classmethod
    def set_up(cls, province: Province, unit: Unit, name: str = "chu-tich") -> Desk:
        """Enter the certifier, the authority and the book; the clock stands in the morning of a working day."""
        province.now = MORNING
        with province.database.write() as connection:
            person = people.add_person(
                connection, username=f"{name}-{unit.code}", full_name="Lê Văn Sim", office=Office.SUPERVISOR,
                unit_id=unit.id, password="mat-khau-dai-12",
            )  # fmt: skip
            authority = authorities.grant(connection, by_office(person.id, unit.id), SUPERVISOR, MORNING)
            book = register.open_book(connection, unit.id, KIND, SUPERVISOR, MORNING)
        return cls(province, unit, Actor(person.id, Office.CERTIFIER), authority, book)

    def visit(self, *originals: Original) -> Certification:
        """Open a visit."""
        order = CertificationOrder(self.unit.id, REQUESTER, originals or (DIPLOMA,), self.province.now)
        with self.province.database.write() as connection:
            return certifications.open_visit(
                connection, order, certifier=self.certifier.id, actor=self.certifier, now=self.province.now
            )

    def opened(self, *originals: Original) -> str:
        """Open a visit; return the id of its first copy."""
        visit = self.visit(*originals)
        with self.province.database.read() as connection:
            return certifications.of_visit(connection, visit.id)[0].id

    def find(self, copy: str) -> Copy:
        """Return the copy as it stands."""
        with self.province.database.read() as connection:
            return certifications.find(connection, copy)

    def capture(self, copy: str, content: bytes | None = None, **changes: Any) -> CopyRecord:  # noqa: ANN401
        """Capture the original at the desk."""
        key = self.province.objects.put(content or uuid.uuid4().bytes)
        handed: dict[str, Any] = {"captured_at": self.province.now, "device": "may-anh-1", "at_desk": True} | changes
        actor = handed.pop("actor", self.certifier)
        reason = handed.pop("reason", "")
        with self.province.database.write() as connection:
            return certifications.capture(
                connection, copy, DeskCapture(key, 9, **handed), actor, self.province.now, reason=reason
            )

    def record(self, copy: str, event: CopyEvent, **extra: Any) -> CopyRecord:  # noqa: ANN401
        """Apply an event; a worker's with a lease of its own unless one is given."""
        if event.actor.office is Office.WORKER and "lease" not in extra:
            extra["lease"] = self.claim(copy)
        with self.province.database.write() as connection:
            return certifications.record(connection, copy, event, self.province.now, **extra)

    def claim(self, copy: str, holder: str = "may-1") -> Lease | None:
        """Take the work that the copy waits for."""
        lane = COPY_LANES[self.find(copy).state]
        with self.province.database.write() as connection:
            return leases.claim(connection, copy, lane, holder, self.province.now, LEASE)

    def read(self, copy: str) -> CopyRecord:
        """Read the capture."""
        key = self.province.objects.put(b"archive " + copy.encode())
        event = Archived(actor=WORKER, reading_key=key, archive_key=key)
        return self.record(copy, event, changes={"reading_key": key, "archive_key": key, "captured_pages": 1})

    def order(self, copy: str, actor: Actor | None = None) -> CopyRecord:
        """Compare and order the attestation."""
        with self.province.database.write() as connection:
            return certifications.order_attestation(
                connection, copy, actor or self.certifier, self.province.now, compared=True
            )

    def number(self, copy: str, lease: Lease | None = None) -> Numbering:
        """Take the number."""
        with self.province.database.write() as connection:
            return register.take_number(connection, copy, WORKER, self.province.now, lease=lease)

    def void(self, copy: str, reason: str = "người yêu cầu thôi") -> CopyRecord:
        """Give the act up."""
        with self.province.database.write() as connection:
            return register.void(connection, copy, reason, self.certifier, self.province.now)

    def copy(self, state: CopyState, original: Original = DIPLOMA) -> str:
        """Bring a new copy along the straight road as far as the state."""
        copy = self.opened(original)
        for reached, step in (
            (CopyState.OPENED, self.capture), (CopyState.CAPTURED, self.read), (CopyState.TO_COMPARE, self.order),
            (CopyState.ATTEST_ORDERED, self._attest), (CopyState.ATTEST_TIMING, self._time_attestation),
            (CopyState.CERTIFIER_SIGNED, self._order_seal), (CopyState.SEAL_ORDERED, self._seal),
            (CopyState.SEAL_TIMING, self._time_seal), (CopyState.SEALED, self._issue),
        ):  # fmt: skip
            if self.find(copy).state is state:
                return copy
            assert self.find(copy).state is reached
            step(copy)
        assert self.find(copy).state is state
        return copy

    def _attest(self, copy: str) -> None:
        lease = self.claim(copy)
        self.number(copy, lease)
        key = self.province.objects.put(b"untimed " + copy.encode())
        used = AttestKeyUsed(actor=WORKER, untimed_key=key, signer="Sim", signed_at=self.province.now.isoformat())
        self.record(copy, used, lease=lease, changes={"untimed_key": key})

    def _time_attestation(self, copy: str) -> None:
        key = self.province.objects.put(b"signed " + copy.encode())
        signed_at = self.find(copy).record.key_used_at or ""
        signed = CertifierSigned(actor=WORKER, revision_key=key, signer="Sim", signed_at=signed_at, level="B-T")
        self.record(copy, signed, changes={"signed_key": key})

    def _order_seal(self, copy: str) -> None:
        with self.province.database.write() as connection:
            scope = Scope(self.unit.path)
            assert sealing.order_seal(connection, [copy], OFFICER, scope, self.province.now).accepted == (copy,)

    def _seal(self, copy: str) -> None:
        key = self.province.objects.put(b"untimed seal " + copy.encode())
        used = SealKeyUsed(actor=WORKER, untimed_key=key, signer="UBND", signed_at=self.province.now.isoformat())
        self.record(copy, used, changes={"untimed_key": key})

    def _time_seal(self, copy: str) -> None:
        key = self.province.objects.put(b"sealed " + copy.encode())
        now = self.province.now
        sealed = Sealed(actor=WORKER, revision_key=key, signer="UBND", signed_at=now.isoformat(), level="B-LT")
        self.record(copy, sealed, changes={"sealed_key": key, "sealed_at": now})

    def _issue(self, copy: str) -> None:
        lease = self.claim(copy)
        assert lease is not None
        with self.province.database.write() as connection:
            certifications.issue(connection, copy, "link", WORKER, self.province.now, lease)


def by_office(person: str, unit: str) -> Authority:
    """Make the authority of a chairman."""
    return Authority(
        id="", person=person, title="Chủ tịch Ủy ban nhân dân xã", unit=unit, acts=frozenset({Act.CERTIFY_COPY}),
        basis=Basis.OFFICE, legal_basis="Quyết định 1/QĐ ngày 01/7/2025", starts_at=datetime(2025, 7, 1, tzinfo=UTC),
    )  # fmt: skip
