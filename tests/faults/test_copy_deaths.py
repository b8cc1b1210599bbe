"""The sealing worker is killed around the number of a certified copy: the same number goes on, nothing is doubled."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from digitize.attest.authority import Authority, Basis
from digitize.attest.lifecycle import CopyState
from digitize.attest.visit import Act, CertificationOrder, Original, Requester
from digitize.lifecycle import Actor, Office
from digitize.model import Role, Verdict
from digitize.sign.trust import load_trust
from digitize.sign.verify import verify
from storage import authorities, certifications, history, passwords, register
from storage.certifications import Copy, DeskCapture
from storage.database import Database
from storage.register import BookKind
from storage.tables import attempts, copies, people, register_entries
from tests.faults.conftest import OnPostgres
from tests.faults.town import PASSWORD, PATIENCE_S, UNIT, Town, now, scan_of, until
from workers.demo.pki import make_pki

CHAIRMAN = Actor("chu-tich", Office.CERTIFIER)
NAME = "Lê Văn Sim"


@dataclass(frozen=True, slots=True)
class Desk:
    """The certifier of the town; the work between their acts is the service's."""

    town: Town

    def set_up(self) -> None:
        """Enter the certifier with key, authority and book, unless they are there."""
        make_pki(self.town.keyring.parent, [(CHAIRMAN.id, NAME)], [], now())
        with self.town.storage.database.write() as connection:
            if connection.execute(sa.select(people.c.id).where(people.c.id == CHAIRMAN.id)).first() is not None:
                return
            connection.execute(
                people.insert().values(
                    id=CHAIRMAN.id,
                    username=CHAIRMAN.id,
                    full_name=NAME,
                    office=Office.SUPERVISOR.value,
                    unit_id=UNIT,
                    password_hash=passwords.hashed(PASSWORD),
                    active=True,
                )
            )
            authority = Authority(
                id="", person=CHAIRMAN.id, title="Chủ tịch", unit=UNIT, acts=frozenset({Act.CERTIFY_COPY}),
                basis=Basis.OFFICE, legal_basis="Quyết định 1/QĐ", starts_at=datetime(2025, 7, 1, tzinfo=UTC),
            )  # fmt: skip
            authorities.grant(connection, authority, CHAIRMAN, now())
            register.open_book(connection, UNIT, BookKind.ELECTRONIC_COPIES, CHAIRMAN, now())

    def compared(self, scan: bytes) -> str:
        """Open a visit, capture its original, and wait until it was read."""
        order = CertificationOrder(UNIT, Requester("Lò Thị Bưởi"), (Original("Bằng tốt nghiệp", pages=1),), now())
        key = self.town.storage.objects.put(scan)
        with self.town.storage.database.write() as connection:
            visit = certifications.open_visit(connection, order, certifier=CHAIRMAN.id, actor=CHAIRMAN, now=now())
            copy = certifications.of_visit(connection, visit.id)[0].id
            handed = DeskCapture(key, len(scan), now(), "máy chụp", at_desk=True)
            certifications.capture(connection, copy, handed, CHAIRMAN, now())
        until(lambda: self.find(copy).state is CopyState.TO_COMPARE)
        return copy

    def order(self, copy: str) -> None:
        with self.town.storage.database.write() as connection:
            certifications.order_attestation(connection, copy, CHAIRMAN, now(), compared=True)

    def find(self, copy: str) -> Copy:
        with self.town.storage.database.read() as connection:
            return certifications.find(connection, copy)

    def stands(self, copy: str, state: CopyState) -> bool:
        return self.find(copy).state is state

    def prove(self, copy: str, number: int) -> None:
        """One number, one signature of each, one copy that is valid; the register has neither gap nor repetition."""
        with self.town.storage.database.read() as connection:
            told = Counter(entry.name for entry in history.entries(connection, copy))
            assert history.broken_links(connection, copy) == ()
            assert register.faults(connection) == ()
            serials = connection.execute(
                sa.select(register_entries.c.serial).where(register_entries.c.copy_id == copy)
            ).scalars()
            assert list(serials) == [number]
        for name in ("Numbered", "AttestKeyUsed", "CertifierSigned", "SealKeyUsed", "Sealed", "Delivered"):
            assert told[name] == 1, (name, told)
        found, objects = self.find(copy), self.town.storage.objects
        attested, signed, sealed = (
            objects.get(key or "") for key in (found.attested_key, found.signed_key, found.sealed_key)
        )
        assert signed.startswith(attested)
        assert sealed.startswith(signed)
        report = verify(sealed, load_trust(self.town.trust), now())
        assert report.verdict is Verdict.VALID, report
        assert [each.role for each in report.signatures] == [Role.CERTIFIER, Role.AGENCY]


@pytest.fixture
def desk(on_postgres: OnPostgres) -> Desk:
    made = Desk(on_postgres.running.town)
    made.set_up()
    return made


def test_a_seal_worker_killed_between_the_number_and_the_signature(on_postgres: OnPostgres, desk: Desk) -> None:
    copy = desk.compared(scan_of(901))
    worker = on_postgres.running.pid("seal")
    desk.order(copy)
    until(lambda: desk.find(copy).numbering is not None, every_s=0.002)
    os.kill(worker, signal.SIGKILL)
    numbering = desk.find(copy).numbering
    assert numbering is not None
    assert desk.stands(copy, CopyState.ATTEST_ORDERED)
    assert [row.signing_key for row in desk.town.attempts_of(copy) if row.lane == "seal"] == [None]
    _finish(desk, copy)
    assert desk.find(copy).numbering == numbering
    desk.prove(copy, numbering.serial)
    assert [row.outcome for row in desk.town.attempts_of(copy) if row.lane == "seal"] == ["lost", "done", "done"]


def test_a_seal_worker_killed_between_the_signature_and_its_commit(on_postgres: OnPostgres, desk: Desk) -> None:
    """The row of the copy is held from the moment at which the key was named; the worker is killed while it waits."""
    copy = desk.compared(scan_of(902))
    worker = on_postgres.running.pid("seal")
    database = Database(on_postgres.url)
    with database.engine.connect() as holder:
        desk.order(copy)
        until(_named(desk, copy, "signing_key"), every_s=0.002)
        holder.execute(sa.select(copies.c.id).where(copies.c.id == copy).with_for_update())
        until(_named(desk, copy, "signed_object"), every_s=0.01)
        attempted = _last_seal(desk, copy)
        assert attempted is not None
        stray = str(attempted.signed_object)
        until(lambda: desk.town.storage.objects.exists(stray))
        assert desk.stands(copy, CopyState.ATTEST_ORDERED)
        os.kill(worker, signal.SIGKILL)
        holder.rollback()
    database.close()
    _finish(desk, copy)
    until(lambda: "SignedFileDiscarded" in desk.town.names_of_events(copy), PATIENCE_S)
    numbering = desk.find(copy).numbering
    assert numbering is not None
    desk.prove(copy, numbering.serial)
    assert desk.town.storage.objects.exists(stray)


def _finish(desk: Desk, copy: str) -> None:
    until(lambda: desk.stands(copy, CopyState.CERTIFIER_SIGNED))
    desk.town.order_seal([copy])
    until(lambda: desk.stands(copy, CopyState.ISSUED))


def _named(desk: Desk, copy: str, column: str) -> Callable[[], object]:
    return lambda: getattr(_last_seal(desk, copy), column, None)


def _last_seal(desk: Desk, copy: str) -> sa.Row[tuple[object, ...]] | None:
    with desk.town.storage.database.read() as connection:
        return connection.execute(
            sa.select(attempts)
            .where(attempts.c.subject_id == copy, attempts.c.lane == "seal")
            .order_by(attempts.c.number.desc())
            .limit(1)
        ).one_or_none()
