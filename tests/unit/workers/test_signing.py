"""An ordered signature is recorded, made, checked and only then released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import TimestampUnavailable
from digitize.lifecycle import ReadDone, State
from digitize.model import Kind, MediaType, Nature, Page, Reading, to_json
from digitize.sign.metadata import check_metadata
from digitize.sign.trust import TrustAnchors, load_trust
from storage import leases, registry
from storage.outbox import Lane
from storage.tables import revisions
from tests.faults.town import CLERK, UNIT, Town, now
from tests.pki.world import archive_page
from tests.unit.workers.conftest import Place
from workers.demo.pki import open_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority
from workers.keyring import Keyring
from workers.signing import Desk, sign_document

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@dataclass(slots=True)
class Office:
    """A place with a signing desk and a document whose capture was read."""

    place: Place
    desk: Desk
    document: str

    @property
    def town(self) -> Town:
        return self.place.town

    def sign(self, desk: Desk | None = None) -> None:
        sign_document(self.place.post, desk or self.desk, self.document)

    def outcomes(self) -> list[object]:
        return [row.outcome for row in self.town.attempts_of(self.document) if row.lane == "seal"]


@pytest.fixture
def office(place: Place) -> Office:
    pki = open_pki(place.town.keyring.parent)
    desk = Desk(
        Keyring(place.town.keyring),
        AuthorityInProcess(TimestampAuthority.open(pki.timestamp), now),
        load_trust(pki.trust),
        "SY",
    )
    return Office(place, desk, read_document(place))


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
        objects.get(found.metadata_key or ""), objects.get(found.metadata_signature_key or ""), office.desk.trust, now()
    )
    assert report.verdict == "valid"


class Absent(TimeStamper):
    """An authority that does not answer."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:  # noqa: ARG002  # its port
        raise TimestampUnavailable


class Watching(TimeStamper):
    """Looks at the registry at the moment at which the key has been used and nothing is finished yet."""

    def __init__(self, office: Office) -> None:  # noqa: D107  # a test's
        super().__init__()  # type: ignore[no-untyped-call]
        self.office = office
        self.seen: list[tuple[object, object]] = []

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        last = self.office.town.attempts_of(self.office.document)[-1]
        self.seen.append((last.signing_key, last.signed_object))
        behind = self.office.desk.timestamper
        assert behind is not None
        return await behind.async_request_tsa_response(req)


def with_timestamper(office: Office, timestamper: TimeStamper) -> Desk:
    return Desk(office.desk.keyring, timestamper, office.desk.trust, office.desk.copy_form)


def test_the_key_is_recorded_before_it_is_used(office: Office) -> None:
    office.town.order_capture(office.document)
    watching = Watching(office)
    office.sign(with_timestamper(office, watching))
    assert watching.seen == [(CLERK, None)]
    last = office.town.attempts_of(office.document)[-1]
    assert (last.signing_key, last.signed_object) == (CLERK, office.town.document(office.document).capture_key)


def test_without_a_timestamp_nothing_is_released_and_the_order_stands(office: Office) -> None:
    office.town.order_capture(office.document)
    office.sign(with_timestamper(office, Absent()))  # type: ignore[no-untyped-call]
    assert office.town.stands(office.document, State.CAPTURE_ORDERED)
    assert office.outcomes() == ["failed"]
    office.sign()
    assert office.town.stands(office.document, State.CAPTURE_SIGNED)


def test_without_a_key_the_order_goes_back_with_the_reason(office: Office, tmp_path: Path) -> None:
    office.town.order_capture(office.document)
    empty = tmp_path / "empty.json"
    empty.write_text('{"signers": {}}')
    office.sign(Desk(Keyring(empty), office.desk.timestamper, office.desk.trust, "SY"))
    found = office.town.document(office.document)
    assert found.state is State.TO_CHECK
    assert found.summary.problem == "Không thể ký: chưa có khóa ký cho người hoặc cơ quan này."
    assert found.signer is None


def test_what_our_own_verifier_does_not_trust_is_not_released(office: Office) -> None:
    office.town.order_capture(office.document)
    nobody = TrustAnchors(())
    office.sign(Desk(office.desk.keyring, office.desk.timestamper, nobody, "SY"))
    found = office.town.document(office.document)
    assert found.state is State.TO_CHECK
    assert found.capture_key is None
    assert office.town.attempts_of(office.document)[-1].signed_object is None


def test_two_workers_with_the_same_order_sign_once(office: Office) -> None:
    office.town.order_capture(office.document)
    second = Watching(office)

    class Meanwhile(Watching):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            office.sign(with_timestamper(office, second))
            return await super().async_request_tsa_response(req)

    office.sign(with_timestamper(office, Meanwhile(office)))
    assert second.seen == []
    assert office.outcomes() == ["done"]
    assert office.town.names_of_events(office.document).count("CaptureSigned") == 1


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
