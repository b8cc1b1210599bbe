"""An ordered signature is recorded, made, checked and only then released."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import tsp, x509
from cryptography import x509 as certificates
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import RevocationUnavailable, TimestampUnavailable
from digitize.lifecycle import ReadDone, State
from digitize.model import Kind, MediaType, Nature, Page, Reading, from_json, to_json
from digitize.sign.metadata import check_metadata
from digitize.sign.revocation_source import Word
from digitize.sign.timing import UntimedSignature
from digitize.sign.trust import TrustAnchors, load_trust
from storage import leases, registry
from storage.outbox import Lane
from storage.tables import barred_certificates, documents, revisions, signing_keys
from tests.faults.town import CLERK, UNIT, Town, now
from tests.pki.issuers import Issuers
from tests.pki.world import archive_page
from tests.unit.workers.conftest import Place
from workers.demo.pki import open_pki
from workers.demo.revocation import revoke
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority
from workers.key_roll import KeyRoll, fingerprint_of
from workers.keyring import Keyring
from workers.renewing import Archive
from workers.signing import Desk, sign_document
from workers.timing import time_document

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


class Silent:
    """Nobody says anything about revocation."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        assert (certificate.issuer, now is None) == (issuer.subject, False)
        return None


@dataclass(slots=True)
class Office:
    """A place with a signing desk, a timestamp authority and a document whose capture was read."""

    place: Place
    desk: Desk
    archive: Archive
    document: str

    @property
    def town(self) -> Town:
        return self.place.town

    def use_key(self, desk: Desk | None = None) -> None:
        sign_document(self.place.post, desk or self.desk, self.document)

    def add_time(self, **changed: object) -> None:
        archive = replace(self.archive, **changed)  # type: ignore[arg-type]  # fields by name
        time_document(self.place.post, archive, self.document)

    def sign(self) -> None:
        self.use_key()
        self.add_time()

    def outcomes(self, lane: str) -> list[object]:
        return [row.outcome for row in self.town.attempts_of(self.document) if row.lane == lane]


@pytest.fixture
def office(place: Place) -> Office:
    pki = open_pki(place.town.keyring.parent)
    archive = Archive(AuthorityInProcess(TimestampAuthority.open(pki.timestamp), now), Silent(), load_trust(pki.trust))
    return Office(place, Desk(Keyring(place.town.keyring), "SY"), archive, read_document(place))


def read_document(place: Place) -> str:
    """A document as the reading lane leaves it."""
    document = place.town.hand_in(b"scan")
    reading = Reading(
        Nature.SCAN, MediaType.PDF, "0" * 64, (Page(1, 10, 10, 300, 0, 0.0, ()),), Kind("khong_ro", "Không rõ", 0.1),
        {}, (), None, "none",
    )  # fmt: skip
    objects = place.post.storage.objects
    keys = {"reading_key": objects.put(to_json(reading)), "archive_key": objects.put(archive_page())}
    with place.post.storage.database.write() as connection:
        lease = leases.claim(connection, document, Lane.READ, "r", place.clock(), place.post.lease_duration)
        event = ReadDone(actor=place.post.actor, **keys)
        registry.record(connection, document, event, place.clock(), lease=lease, changes=keys)
    return document


def test_a_capture_is_signed_then_sealed_and_each_revision_begins_with_the_one_before(office: Office) -> None:
    town, document = office.town, office.document
    town.order_capture(document)
    office.sign()
    town.confirm(document)
    town.order_seal([document])
    office.sign()
    found = town.document(document)
    objects = town.storage.objects
    archive, capture, sealed = (
        objects.get(key or "") for key in (found.archive_key, found.capture_key, found.sealed_key)
    )
    assert capture.startswith(archive)
    assert sealed.startswith(capture)
    assert found.state is State.SEALED
    with town.storage.database.read() as connection:
        rows = connection.execute(sa.select(revisions).order_by(revisions.c.number)).all()
    assert [(row.role, row.key, row.verdict) for row in rows] == [
        ("clerk", found.capture_key, "valid"), ("agency", found.sealed_key, "valid"),
    ]  # fmt: skip
    report = check_metadata(
        objects.get(found.metadata_key or ""),
        objects.get(found.metadata_signature_key or ""),
        office.archive.trust,
        now(),
    )
    assert report.verdict == "valid"


class Absent(TimeStamper):
    """An authority that does not answer."""

    def __init__(self) -> None:  # noqa: D107  # a test's
        super().__init__()  # type: ignore[no-untyped-call]

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:  # noqa: ARG002  # its port
        raise TimestampUnavailable


class Watched(Keyring):
    """Looks at the registry at the moment at which the key is about to be used."""

    def __init__(self, path: Path, meanwhile: Callable[[], None]) -> None:  # noqa: D107  # a test's
        super().__init__(path)
        self._meanwhile = meanwhile
        self.lent = 0

    def signer(self, key_id: str) -> Signer:
        found = super().signer(key_id)
        self.lent += 1
        return _Hooked(found, self._meanwhile)


class _Hooked(Signer):
    """The signer, with a look around before it signs."""

    def __init__(self, behind: Signer, meanwhile: Callable[[], None]) -> None:  # a test's
        super().__init__(
            prefer_pss=behind.prefer_pss, signing_cert=behind.signing_cert, cert_registry=behind.cert_registry
        )
        self._behind = behind
        self._meanwhile = meanwhile

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if not dry_run:
            self._meanwhile()
        return await self._behind.async_sign_raw(data, digest_algorithm, dry_run)


def test_the_key_is_recorded_before_it_is_used_and_the_signature_before_it_is_stored(office: Office) -> None:
    office.town.order_capture(office.document)
    seen: list[tuple[object, object]] = []

    def look() -> None:
        last = office.town.attempts_of(office.document)[-1]
        seen.append((last.signing_key, last.signed_object))

    office.use_key(Desk(Watched(office.town.keyring, look), "SY"))
    assert seen == [(CLERK, None)]
    last = office.town.attempts_of(office.document)[-1]
    untimed = office.town.document(office.document).making.untimed_key
    assert (last.signing_key, last.signed_object) == (CLERK, untimed)
    assert office.town.stands(office.document, State.CAPTURE_TIMING)


def test_a_signature_without_its_timestamp_is_not_released_and_waits_in_the_open(office: Office) -> None:
    office.town.order_capture(office.document)
    office.use_key()
    for _ in range(3):
        office.add_time(timestamper=Absent())
    found = office.town.document(office.document)
    assert (found.state, found.capture_key) == (State.CAPTURE_TIMING, None)
    assert office.outcomes("seal") == ["done"]
    assert office.outcomes("timestamp") == ["failed"] * 3
    office.add_time()
    assert office.town.stands(office.document, State.CAPTURE_SIGNED)
    assert [row.signing_key for row in office.town.attempts_of(office.document) if row.signing_key] == [CLERK]


def test_a_key_that_signs_is_told_of_and_a_barred_one_signs_nothing(office: Office) -> None:
    database = office.place.post.storage.database
    desk = Desk(Keyring(office.town.keyring), "SY", roll=KeyRoll(database, office.place.clock))
    with database.read() as connection:
        assert not connection.execute(sa.select(signing_keys)).all()
    office.town.order_capture(office.document)
    with database.write() as connection:
        own = Keyring(office.town.keyring).signer(CLERK).signing_cert
        assert own is not None
        barred = {"fingerprint": fingerprint_of(own), "holder_id": CLERK, "barred_at": office.place.clock()}
        connection.execute(barred_certificates.insert().values(barred))
    office.use_key(desk)
    found = office.town.document(office.document)
    assert (found.state, "đã ngừng dùng" in found.summary.problem) == (State.TO_CHECK, True)
    with database.write() as connection:
        (row,) = connection.execute(sa.select(signing_keys)).all()
        assert (row.holder_id, row.adapter, row.fingerprint) == (CLERK, "pkcs12", barred["fingerprint"])
        connection.execute(barred_certificates.delete())
    office.town.order_capture(office.document)
    office.use_key(desk)
    assert office.town.stands(office.document, State.CAPTURE_TIMING)


def test_without_a_key_the_order_goes_back_with_the_reason(office: Office, tmp_path: Path) -> None:
    office.town.order_capture(office.document)
    empty = tmp_path / "empty.json"
    empty.write_text('{"signers": {}}')
    office.use_key(Desk(Keyring(empty), "SY"))
    found = office.town.document(office.document)
    assert found.state is State.TO_CHECK
    assert found.summary.problem == "Không thể ký: chưa có khóa ký cho người hoặc cơ quan này."
    assert found.signer is None


def test_a_revoked_certificate_is_refused_before_its_key_is_used(office: Office, tmp_path: Path) -> None:
    pki = open_pki(shutil.copytree(office.town.keyring.parent, tmp_path / "pki"))
    office.town.order_capture(office.document)
    clerk = office.desk.signer(CLERK, now()).signing_cert
    assert clerk is not None
    revoke(pki.folder, certificates.load_der_x509_certificate(clerk.dump()), now() - timedelta(hours=1))
    asked = replace(office.desk, revocation=Issuers(pki))
    office.use_key(asked)
    found = office.town.document(office.document)
    assert found.state is State.TO_CHECK
    assert "đã bị thu hồi ngày" in found.summary.problem
    assert [row.signing_key for row in office.town.attempts_of(office.document) if row.signing_key] == []
    assert asked.signer(UNIT, now()).signing_cert is not None, "the office was not revoked"


class Away:
    """An issuer that does not answer."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        raise RevocationUnavailable(f"{certificate.serial_number} {issuer.serial_number} {now}")


def test_an_issuer_that_keeps_silent_refuses_nothing(office: Office) -> None:
    office.town.order_capture(office.document)
    office.use_key(replace(office.desk, revocation=Away()))
    assert office.town.stands(office.document, State.CAPTURE_TIMING)


def test_what_our_own_verifier_does_not_trust_is_not_released(office: Office) -> None:
    office.town.order_capture(office.document)
    office.use_key()
    office.add_time(trust=TrustAnchors(()))
    found = office.town.document(office.document)
    assert (found.state, found.capture_key, found.making.untimed_key) == (State.TO_CHECK, None, None)
    assert office.town.attempts_of(office.document)[-1].signed_object is None


def test_two_workers_with_the_same_order_sign_once(office: Office) -> None:
    office.town.order_capture(office.document)
    second = Watched(office.town.keyring, lambda: None)
    office.use_key(Desk(Watched(office.town.keyring, lambda: office.use_key(Desk(second, "SY"))), "SY"))
    assert second.lent == 0
    assert office.outcomes("seal") == ["done"]
    assert office.town.names_of_events(office.document).count("CaptureKeyUsed") == 1


def test_a_timestamp_larger_than_its_place_has_the_file_signed_once_more_and_not_twice(office: Office) -> None:
    office.town.order_capture(office.document)
    office.use_key()
    objects = office.place.post.storage.objects
    for state, place in ((State.CAPTURE_ORDERED, True), (State.TO_CHECK, False)):
        shrink(office)
        office.add_time()
        found = office.town.document(office.document)
        assert found.state is state
        assert (found.making.place_bytes is not None) is place
        office.use_key()
    assert "chỗ dành sẵn" in found.summary.problem
    assert office.town.names_of_events(office.document).count("PlaceTooSmall") == 1
    assert objects.exists(found.archive_key or "")


def shrink(office: Office) -> None:
    """Leave less room for the signature than its timestamp takes, as an authority with a longer chain would."""
    objects = office.place.post.storage.objects
    untimed = from_json(objects.get(office.town.document(office.document).making.untimed_key or ""), UntimedSignature)
    small = replace(untimed, end=untimed.start + 2 * len(untimed.cms) + 4)
    with office.place.post.storage.database.write() as connection:
        connection.execute(documents.update().values(untimed_key=objects.put(to_json(small))))


def test_a_seal_names_the_office_and_a_capture_its_clerk(office: Office) -> None:
    town, document = office.town, office.document
    town.order_capture(document)
    office.sign()
    town.confirm(document)
    town.order_seal([document])
    office.sign()
    keys = [row.signing_key for row in town.attempts_of(document) if row.lane == "seal"]
    assert keys == [CLERK, UNIT]


def test_signing_times_are_kept_with_the_revision(office: Office) -> None:
    office.town.order_capture(office.document)
    office.sign()
    with office.town.storage.database.read() as connection:
        row = connection.execute(sa.select(revisions)).one()
    assert row.level == "B-T"
    assert isinstance(row.signed_at, datetime)
    assert abs((row.signed_at - now()).total_seconds()) < 60
