"""A person confirms the data: what is kept, what is refused, and the codes that follow."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput
from digitize.lifecycle import Confirmed, MetadataCorrected, Moved, Record, Rescanned, Returned, State
from storage import confirmation, history, moving, registry
from storage.registry import EVERYTHING
from storage.tables import confirmed_data, documents, events
from tests.registry.province import CLERK, COLLEAGUE, FIELDS, KIND, OFFICER, SUPERVISOR, Province


def payload(province: Province, document: str, name: str) -> dict[str, object]:
    with province.database.read() as connection:
        return dict(
            connection.execute(
                sa.select(events.c.payload)
                .where(events.c.subject_id == document, events.c.name == name)
                .order_by(events.c.sequence.desc())
                .limit(1)
            ).scalar_one()
        )


def correct(province: Province, document: str, reason: str = "gõ sai số", **fields: str) -> Record:
    with province.database.write() as connection:
        return confirmation.correct(
            connection, province.objects, document, KIND, {**FIELDS, **fields}, reason, CLERK, province.now, None
        )


def test_the_confirmed_data_name_the_signed_capture_and_what_the_person_changed(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    capture_key = province.find(document).capture_key
    assert province.confirm(document).state is State.CONFIRMED
    found = province.find(document)
    told = payload(province, document, "Confirmed")
    assert (told["revision_key"], told["metadata_key"]) == (capture_key, found.metadata_key)
    assert told["changed"] == ["holder_birth_date", "holder_id", "holder_name", "issued_date", "organ_name"]
    kept = json.loads(province.objects.get(str(found.metadata_key)))
    assert kept["fields"] == dict(FIELDS)
    assert (kept["document"], kept["version"], kept["revision"]) == (document, 1, capture_key)
    assert (kept["kind_code"], kept["kind_name"], kept["confirmed_by"]) == (KIND, "Giấy khai sinh", CLERK.id)
    assert (found.summary.holder_name, found.summary.kind_confidence, found.summary.doubtful) == (
        FIELDS["holder_name"], 1.0, (),
    )  # fmt: skip


def test_the_same_data_make_another_object_each_time_so_that_its_hash_gives_nothing_away(province: Province) -> None:
    keys = set()
    for _ in range(2):
        document = province.document(State.CONFIRMED)
        kept = json.loads(province.objects.get(str(province.find(document).metadata_key)))
        assert len(kept["salt"]) == 64
        keys.add(kept["salt"])
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"number": " "}, "number"), ({"organ_name": ""}, "organ_name"), ({"holder_name": ""}, "holder_name"),
        ({"issued_date": "20/5/2021"}, "issued_date"), ({"issued_date": "2021-02-30"}, "issued_date"),
        ({"issued_date": "2021-06-02"}, "issued_date"), ({"holder_id": "12345678"}, "holder_id"),
        ({"holder_id": "00132100456x"}, "holder_id"), ({"holder_birth_date": "1/5/2021"}, "holder_birth_date"),
        ({"number": "x" * 61}, "number"), ({"mau_mat": "nâu"}, "mau_mat"), ({"subject": "a\x07b"}, "subject"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_right_is_named_and_its_value_is_not(
    province: Province, wrong: dict[str, str], named: str
) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    with pytest.raises(InvalidInput, match=named) as refused:
        province.confirm(document, {**FIELDS, **wrong})
    assert all(value not in refused.value.message for value in wrong.values() if value.strip())
    assert province.find(document).state is State.CAPTURE_SIGNED


def test_every_fault_is_named_at_once(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    with pytest.raises(InvalidInput) as refused:
        province.confirm(document, {"holder_id": "1"})
    for name in ("holder_id", "holder_name", "issued_date", "number", "organ_name"):
        assert f"({name})" in refused.value.detail


def test_what_the_machine_did_not_recognise_cannot_be_confirmed_as_such(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    for kind in ("khong_ro", "giay_la", ""):
        with pytest.raises(InvalidInput, match="loại giấy tờ"), province.database.write() as connection:
            confirmation.confirm(connection, province.objects, document, kind, FIELDS, CLERK, province.now, None)


def test_values_are_kept_in_normal_form_and_a_birth_date_may_be_a_year(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    province.confirm(document, {**FIELDS, "organ_name": " UBND  xã\nLam Sơn ", "holder_birth_date": "1957"})
    with province.database.read() as connection:
        kept = connection.execute(sa.select(confirmed_data.c.fields)).scalar_one()
    assert (kept["organ_name"], kept["holder_birth_date"]) == ("UBND xã Lam Sơn", "1957")
    assert "place" not in kept


def test_neither_an_older_version_nor_another_state_nor_office_is_confirmed(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    with pytest.raises(Conflict), province.database.write() as connection:
        confirmation.confirm(connection, province.objects, document, KIND, FIELDS, CLERK, province.now, 1)
    with pytest.raises(Forbidden):
        province.confirm(document, actor=OFFICER)
    with pytest.raises(Forbidden):
        province.confirm(province.document(State.TO_CHECK))


def test_the_codes_come_with_the_confirmation_and_the_number_of_the_person_stays_out_of_the_event(
    province: Province,
) -> None:
    document = province.document(State.CONFIRMED)
    found = province.find(document)
    assert found.digitization_code == "001321004567.KQ.G15.000031.12/2021.1"
    assert found.result_code == f"{found.dossier_code}-KQ(1)"
    assert found.doc_code == "H99.01_VB_000001_V1"
    assert set(payload(province, document, "Coded")) == {"result_code", "doc_code", "private"}


def test_with_four_eyes_the_codes_wait_for_the_second_person(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    with province.database.write() as connection:
        connection.execute(documents.update().values(four_eyes=True))
    assert province.confirm(document).state is State.TO_APPROVE
    assert province.find(document).doc_code is None
    for actor, expected in ((CLERK, Forbidden), (COLLEAGUE, None)):
        if expected:
            with pytest.raises(expected), province.database.write() as connection:
                confirmation.approve(connection, document, actor, province.now, None)
        else:
            with province.database.write() as connection:
                assert confirmation.approve(connection, document, actor, province.now, None).version == 7
    assert province.find(document).doc_code == "H99.01_VB_000001_V1"


def test_what_was_returned_keeps_its_number_and_a_new_scan_is_the_next_version_of_it(province: Province) -> None:
    document = province.document(State.CONFIRMED)
    province.record(document, Returned(actor=OFFICER, reason="sai số"))
    province.confirm(document, {**FIELDS, "number": "21/2021"})
    assert province.find(document).doc_code == "H99.01_VB_000001_V1"
    with province.database.write() as connection:
        again = Rescanned(actor=CLERK, scan_key=province.objects.put(b"again"))
        registry.rescan(connection, document, again, 5, province.now, version=None)
    province.advance(document, State.CONFIRMED)
    assert province.find(document).doc_code == "H99.01_VB_000001_V2"
    assert str(province.find(province.document(State.CONFIRMED)).doc_code).startswith("H99.01_VB_000002")


def test_a_moved_result_gets_the_codes_of_its_new_dossier(province: Province) -> None:
    document = province.document(State.CONFIRMED)
    province.record(document, Returned(actor=OFFICER, reason="nhầm hồ sơ"))
    right = province.dossier(province.other)
    with province.database.write() as connection:
        moving.move(connection, document, right.code, 1, "nhầm hồ sơ", CLERK, EVERYTHING, province.now, None)
    assert province.find(document).result_code is None
    province.confirm(document)
    found = province.find(document)
    assert (found.dossier_code, found.unit_id) == (right.code, province.other.id)
    assert (found.result_code, found.doc_code) == (f"{right.code}-KQ(1)", "H99.02_VB_000001_V1")
    assert payload(province, document, Moved.__name__)["to_result"] == right.results[0].id


def test_a_correction_is_a_new_version_beside_the_unchanged_file(province: Province) -> None:
    document = province.document(State.PUBLISHED)
    before = province.find(document)
    province.now += timedelta(days=1)
    assert correct(province, document, number="21/2021").metadata_version == 2
    after = province.find(document)
    assert (after.sealed_key, after.capture_key, after.doc_code) == (
        before.sealed_key, before.capture_key, before.doc_code,
    )  # fmt: skip
    assert after.metadata_key != before.metadata_key
    assert after.metadata_signature_key is None
    assert after.summary.number == "21/2021"
    assert payload(province, document, MetadataCorrected.__name__)["changed"] == ["number"]
    assert province.objects.exists(str(before.metadata_key))
    with province.database.read() as connection:
        kept = connection.execute(sa.select(confirmed_data.c.version, confirmed_data.c.reason)).all()
        assert history.broken_links(connection, document) == ()
    assert sorted(tuple(row) for row in kept) == [(1, None), (2, "gõ sai số")]


def test_a_correction_needs_a_reason_a_difference_and_a_sealed_result(province: Province) -> None:
    document = province.document(State.SEALED)
    with pytest.raises(InvalidInput, match="lý do"):
        correct(province, document, " ", number="1")
    with pytest.raises(Forbidden, match="giống hệt"):
        correct(province, document)
    with pytest.raises(Forbidden):
        correct(province, province.document(State.CONFIRMED), number="1")
    assert SUPERVISOR.office in MetadataCorrected.offices
    assert SUPERVISOR.office not in Confirmed.offices
