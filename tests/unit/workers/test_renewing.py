"""The proof of a released file is renewed under a lease: a new object, an event, no other state; the old file stays."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import TimestampUnavailable
from digitize.lifecycle import Actor, DataSealOrdered, Office, State
from digitize.model import Verdict
from digitize.sign.verify import verify
from storage import outbox, registry, signature_health
from storage.audit import audit
from storage.history import entries
from storage.known_files import what_is
from storage.objects import key_of
from storage.outbox import Lane
from storage.tables import attempts as tried
from storage.tables import signature_health as signature_rows
from tests.faults.town import now
from tests.pki.issuers import lasting_stamper
from tests.unit.workers.conftest import Place
from tests.unit.workers.test_signing import Office as Signing
from tests.unit.workers.test_signing import Silent, office  # noqa: F401 - a fixture
from workers.cli.program import run
from workers.delivery import deliver_document
from workers.guarded_timestamper import GuardedTimeStamper
from workers.renewing import Archive, examine, order_renewal
from workers.timing import time_document

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@dataclass(slots=True)
class Keeper:
    """A place with a published document and what renews it."""

    signing: Signing
    archive: Archive

    @property
    def place(self) -> Place:
        return self.signing.place

    @property
    def document(self) -> str:
        return self.signing.document

    def sealed(self) -> bytes:
        return self.place.post.storage.objects.get(self.signing.town.document(self.document).sealed_key or "")

    def renew(self, archive: Archive | None = None) -> None:
        time_document(self.place.post, archive or self.archive, self.document)

    def history(self) -> list[str]:
        with self.place.post.storage.database.read() as connection:
            return [each.name for each in entries(connection, self.document)]


@pytest.fixture
def keeper(office: Signing) -> Keeper:  # noqa: F811 - the fixture above
    town, document = office.town, office.document
    town.order_capture(document)
    office.sign()
    town.confirm(document)
    town.order_seal([document])
    office.sign()
    deliver_document(office.place.post, 0, document)
    return Keeper(office, Archive(lasting_stamper(town.keyring.parent, 9, now), Silent(), office.archive.trust))


def test_a_renewal_is_a_new_object_around_the_old_one_and_an_event(keeper: Keeper) -> None:
    before, key = keeper.sealed(), keeper.signing.town.document(keeper.document).sealed_key
    assert order_renewal(keeper.place.post, keeper.document)
    keeper.renew()
    after = keeper.sealed()
    assert after.startswith(before)
    assert len(after) > len(before)
    assert keeper.signing.town.document(keeper.document).state is State.PUBLISHED
    assert keeper.history()[-1] == "Renewed"
    assert keeper.place.post.storage.objects.get(key or "") == before
    assert verify(after, keeper.archive.trust, now()).verdict is Verdict.VALID
    with keeper.place.post.storage.database.read() as connection:
        assert not outbox.lanes_of(connection, keeper.document)


def test_the_calendar_knows_what_fades_and_forgets_it_when_it_is_renewed(keeper: Keeper) -> None:
    post, soon = keeper.place.post, now() + timedelta(days=4 * 365)
    with post.storage.database.write() as connection:
        connection.execute(signature_rows.delete())
    assert examine(post, keeper.archive, 10) == 1, "what was released by an older program"
    assert examine(post, keeper.archive, 10) == 0, "once is enough"
    with post.storage.database.read() as connection:
        assert [each.subject for each in signature_health.fading(connection, soon)] == [keeper.document]
        assert [each.files for each in signature_health.months(connection, soon)] == [1]
        assert not signature_health.fading(connection, now() + timedelta(days=365))
    order_renewal(post, keeper.document)
    keeper.renew()
    with post.storage.database.read() as connection:
        assert not signature_health.fading(connection, soon)
        assert not signature_health.unexamined(connection, 10)


def test_whoever_holds_a_file_of_any_renewal_is_told_what_it_is(keeper: Keeper) -> None:
    post, held = keeper.place.post, [keeper.sealed()]
    for years in (9, 10):
        assert order_renewal(post, keeper.document)
        keeper.renew(replace(keeper.archive, timestamper=lasting_stamper(keeper.place.town.keyring.parent, years, now)))
        held.append(keeper.sealed())
    assert len({len(pdf) for pdf in held}) == 3
    with post.storage.database.read() as connection:
        for pdf in held:
            known = what_is(connection, key_of(pdf))
            assert known is not None
            assert "bản đã công bố" in known.clause
    assert not [
        each
        for each in audit(post.storage.database, lambda _token, _digest: pytest.fail("there is no head")).findings
        if each.table in {"documents", "renewals"}
    ]


class Away(TimeStamper):
    """An authority that does not answer."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        raise TimestampUnavailable(f"{len(req.dump())} byte")


def test_a_renewal_that_meets_no_authority_waits_and_goes_on(keeper: Keeper) -> None:
    order_renewal(keeper.place.post, keeper.document)
    keeper.renew(replace(keeper.archive, timestamper=Away()))  # type: ignore[no-untyped-call]
    assert "Renewed" not in keeper.history()
    assert order_renewal(keeper.place.post, keeper.document), "it is still entered as work"
    keeper.renew()
    assert keeper.history()[-1] == "Renewed"


def test_a_timestamp_that_holds_no_longer_than_the_last_is_not_taken_and_not_tried_again(keeper: Keeper) -> None:
    before = keeper.sealed()
    order_renewal(keeper.place.post, keeper.document)
    keeper.renew(replace(keeper.archive, timestamper=keeper.signing.archive.timestamper))
    assert keeper.sealed() == before
    with keeper.place.post.storage.database.read() as connection:
        assert not outbox.lanes_of(connection, keeper.document)
        assert "không bền hơn" in signature_health.last_fault(connection, keeper.document)


class Interrupted(TimeStamper):
    """An authority during whose answer a person orders something else."""

    def __init__(self, keeper: Keeper) -> None:  # noqa: D107 - a test's
        super().__init__()  # type: ignore[no-untyped-call]
        self._keeper = keeper

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        post, document = self._keeper.place.post, self._keeper.document
        event = DataSealOrdered(actor=Actor("officer", Office.OFFICER), order="o", office_key="u")
        with post.storage.database.write() as connection:
            after = registry.record(connection, document, event, now())
            outbox.put(connection, document, Lane.SEAL, after.version, now())
        behind = self._keeper.archive.timestamper
        assert behind is not None
        return await behind.async_request_tsa_response(req)


def test_what_a_person_orders_during_a_renewal_is_not_lost(keeper: Keeper) -> None:
    order_renewal(keeper.place.post, keeper.document)
    keeper.renew(replace(keeper.archive, timestamper=Interrupted(keeper)))
    assert keeper.history()[-2:] == ["DataSealOrdered", "Renewed"]
    with keeper.place.post.storage.database.read() as connection:
        assert outbox.lanes_of(connection, keeper.document) == {Lane.SEAL}
    assert not order_renewal(keeper.place.post, keeper.document), "it waits for something else now"


def test_the_commands_show_the_calendar_and_the_cost(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = keeper.place.post.storage.database.engine.url
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path))
    monkeypatch.setenv("SOHOA_DATABASE_URL", registry.render_as_string(hide_password=False))
    monkeypatch.setenv("SOHOA_TRUST", str(keeper.signing.town.keyring.parent / "trust"))
    capsys.readouterr()
    assert run(["signatures", "--months", "48", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [each["files"] for each in shown["months"]] == [1]
    assert shown["complete"]
    assert run(["signatures"]) == 0
    assert "không chữ ký nào hết hạn" in capsys.readouterr().out
    assert run(["renew", "--within", "1500", "--dry-run", "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)
    assert (cost["timestamps"], cost["seconds"]) == (1, [2.0, 131.0])
    assert run(["renew", "--within", "1500", "--dry-run"]) == 0
    assert "Cần 1 dấu thời gian" in capsys.readouterr().out
    assert run(["renew", "--within", "1500"]) == 1, "this place has no timestamp authority"
    assert "SOHOA_TSA_URL" in capsys.readouterr().err


def test_while_the_authority_is_left_in_peace_the_queue_is_told_of_nothing_that_waits_for_it(keeper: Keeper) -> None:
    order_renewal(keeper.place.post, keeper.document)
    away = GuardedTimeStamper(Away(), failures=1, pause_s=30)  # type: ignore[no-untyped-call]
    guarded = replace(keeper.archive, timestamper=away)
    keeper.renew(guarded)  # fails, and is the last one to ask for a while
    assert 0 < away.rests_s <= 30
    keeper.renew(guarded)  # is sent away
    with keeper.place.post.storage.database.read() as connection:
        due = [len(outbox.due(connection, now() + timedelta(seconds=after))) for after in (0, 25, 35)]
        attempts = connection.execute(sa.select(sa.func.count()).where(tried.c.code == "timestamp_unavailable"))
        assert (due, attempts.scalar_one()) == ([0, 0, 1], 1)
