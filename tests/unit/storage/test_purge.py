"""A purge takes away what may not be kept, and nothing that anybody else needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import State
from storage import history, purge, registry
from storage.registry import EVERYTHING
from storage.tables import captures, confirmed_data, event_private, previews, removals, revisions
from tests.registry.province import DEPUTY, SUPERVISOR, Province
from tests.registry.races import cut_off


def propose(province: Province, document: str, ground: str = "Luật Bảo vệ dữ liệu cá nhân, Điều 14") -> None:
    with province.database.write() as connection:
        purge.propose(connection, document, ground, "9/QĐ-UBND", SUPERVISOR, province.now, None)


def purge_now(province: Province, document: str) -> None:
    propose(province, document)
    with province.database.write() as connection:
        purge.approve(connection, document, DEPUTY, province.now, None)


def sweep(province: Province) -> int:
    later = datetime.now(UTC) + purge.IN_FLIGHT + timedelta(seconds=1)
    return purge.remove_due(province.database, province.objects, later)


def test_what_can_be_read_goes_and_the_tombstone_stays(province: Province) -> None:
    document = province.document(State.CONFIRMED)
    before = province.find(document)
    purge_now(province, document)
    found = province.find(document)
    assert (found.state, found.scan_key, found.digitization_code, found.summary.holder_name) == (
        State.PURGED, "", None, "",
    )  # fmt: skip
    with province.database.read() as connection:
        for table in (captures, previews, revisions, confirmed_data, event_private):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        assert history.broken_links(connection, document) == ()
        assert [entry.name for entry in history.entries(connection, document)][-2:] == ["PurgeProposed", "Purged"]
        assert [shown.id for shown in registry.listing(connection, EVERYTHING)] == [document]
    keys = [before.scan_key, before.reading_key, before.archive_key, before.capture_key, before.metadata_key]
    assert sweep(province) == 5
    assert not any(province.objects.exists(str(key)) for key in keys)
    assert sweep(province) == 0


def test_an_object_that_another_document_refers_to_stays(province: Province) -> None:
    document = province.receive(province.dossier(), b"one scan for two dossiers")
    other = province.receive(province.dossier(), b"one scan for two dossiers")
    province.advance(document, State.TO_CHECK)
    province.advance(other, State.TO_CHECK)
    purge_now(province, document)
    assert sweep(province) == 1
    kept = province.find(other)
    for key in (kept.scan_key, kept.reading_key, kept.archive_key):
        assert province.objects.exists(str(key))
    with province.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(removals)).scalar_one() == 0


def test_bytes_that_come_in_again_after_the_decision_are_not_taken_away(province: Province) -> None:
    dossier = province.dossier()
    document = province.advance(province.receive(dossier, b"scan"), State.TO_CHECK)
    purge_now(province, document)
    again = province.receive(dossier, b"scan")
    assert again != document
    sweep(province)
    assert province.objects.get(province.find(again).scan_key) == b"scan"


def test_an_object_just_put_waits_for_its_upload_and_is_looked_at_again(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    purge_now(province, document)
    assert purge.remove_due(province.database, province.objects, datetime.now(UTC)) == 0
    assert sweep(province) == 3


def test_one_person_alone_purges_nothing_and_a_ground_is_asked_for(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    with pytest.raises(Forbidden), province.database.write() as connection:
        purge.approve(connection, document, DEPUTY, province.now, None)
    with pytest.raises(InvalidInput):
        propose(province, document, " ")
    propose(province, document)
    with pytest.raises(Forbidden), province.database.write() as connection:
        purge.approve(connection, document, SUPERVISOR, province.now, None)
    assert sweep(province) == 0
    assert province.find(document).reading_key is not None


def test_a_purge_that_was_rolled_back_takes_nothing(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    propose(province, document)
    cut_off(province.database, lambda connection: purge.approve(connection, document, DEPUTY, province.now, None))
    assert sweep(province) == 0
    assert province.objects.exists(province.find(document).scan_key)


@pytest.mark.parametrize("state", [State.SEAL_ORDERED, State.SEALED, State.PUBLISHED])
def test_what_is_sealed_is_never_purged(province: Province, state: State) -> None:
    with pytest.raises(Forbidden):
        propose(province, province.document(state))
