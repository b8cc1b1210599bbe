"""The register of dossiers, results and units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.lifecycle import State, Withdrawn
from digitize.targets import Level
from storage import dossiers, units
from storage.dossiers import Dossier, NewDossier, NewResult
from storage.registry import EVERYTHING, Scope
from tests.registry.province import CLERK, FIELDS, ISSUED, Province


def new(province: Province) -> NewDossier:
    return NewDossier(
        "H99.01-210520-0001", province.commune.id, "1.001193", "Đăng ký khai sinh", "Trần Thị Bưởi", "001321004567",
        date(2021, 5, 10), ISSUED, (NewResult("Giấy khai sinh", ISSUED), NewResult("Trích lục", ISSUED)),
    )  # fmt: skip


def create(province: Province, wanted: NewDossier, scope: Scope = EVERYTHING) -> Dossier:
    with province.database.write() as connection:
        return dossiers.create(connection, wanted, created_by="mot-cua", scope=scope, now=province.now)


def result_for_upload(province: Province, dossier: Dossier, ordinal: int | None = None) -> int:
    with province.database.write() as connection:
        found = dossiers.result_for_upload(connection, dossier, ordinal, actor="can-bo", now=province.now)
        present = dossiers.find_by_code(connection, dossier.code, EVERYTHING).results
    return next(result.ordinal for result in present if result.id == found)


def test_a_dossier_comes_back_with_its_results_in_order(province: Province) -> None:
    created = create(province, new(province))
    with province.database.read() as connection:
        assert dossiers.find_by_code(connection, created.code, province.commune.scope) == created
    assert [result.code for result in created.results] == [
        "H99.01-210520-0001-KQ(1)",
        "H99.01-210520-0001-KQ(2)",
    ]
    assert created.unit_code == "H99.01"


def test_the_same_dossier_sent_again_is_the_same_and_another_units_with_its_code_a_conflict(province: Province) -> None:
    wanted = new(province)
    created = create(province, wanted)
    assert create(province, wanted) == created
    with pytest.raises(Conflict):
        create(province, replace(wanted, unit_id=province.other.id))


def test_a_dossier_stays_the_same_for_its_sender_after_a_further_result_was_entered(province: Province) -> None:
    created = create(province, replace(new(province), results=()))
    province.receive(created, b"scan")
    assert create(province, replace(new(province), results=())).id == created.id


def test_a_unit_or_a_dossier_outside_the_scope_is_not_found(province: Province) -> None:
    with pytest.raises(NotFound):
        create(province, new(province), province.other.scope)
    created = create(province, new(province))
    with province.database.read() as connection, pytest.raises(NotFound):
        dossiers.find_by_code(connection, created.code, province.other.scope)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""}, {"code": "có dấu"}, {"code": "a b"}, {"code": "x" * 65}, {"code": "../../etc"},
        {"procedure_code": " "}, {"procedure_name": ""}, {"resolved_on": date(2021, 5, 9)},
        {"results": (NewResult(" ", ISSUED),)}, {"results": (NewResult("x", ISSUED, valid_until=date(2021, 5, 19)),)},
    ],
)  # fmt: skip
def test_a_dossier_that_cannot_be_right_is_refused_with_a_sentence(
    province: Province, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        create(province, replace(new(province), **wrong))  # type: ignore[arg-type]
    assert len(refused.value.detail) > 10


def test_an_upload_without_a_number_takes_the_first_result_that_waits_for_its_scan(province: Province) -> None:
    dossier = create(province, new(province))
    assert result_for_upload(province, dossier) == 1
    first = province.receive(dossier)
    assert result_for_upload(province, dossier) == 2
    assert result_for_upload(province, dossier, 1) == 1
    with pytest.raises(NotFound):
        result_for_upload(province, dossier, 3)
    province.record(province.advance(first, State.TO_CHECK), Withdrawn(actor=CLERK, reason="nhầm"))
    assert result_for_upload(province, dossier) == 1


def test_when_all_results_have_their_document_a_further_one_is_entered_and_says_that_its_day_is_a_guess(
    province: Province,
) -> None:
    dossier = province.dossier(results=1)
    province.receive(dossier)
    further = province.find(province.receive(dossier))
    assert further.ordinal == 2
    with province.database.read() as connection:
        results = dossiers.find_by_code(connection, dossier.code, EVERYTHING).results
    assert [(result.ordinal, result.from_upload, result.issued_on) for result in results] == [
        (1, False, ISSUED),
        (2, True, ISSUED),
    ]


def test_the_confirmed_day_replaces_the_guess_and_never_the_day_of_the_register(province: Province) -> None:
    known, unknown = province.dossier(results=1), province.dossier(results=0, resolved_on=None)
    for dossier in (known, unknown):
        document = province.document(State.CAPTURE_SIGNED, dossier=dossier)
        province.confirm(document, {**FIELDS, "issued_date": "2021-04-02"})
    with province.database.read() as connection:
        days = [dossiers.find_by_code(connection, each.code, EVERYTHING).results[0] for each in (known, unknown)]
    assert [(day.issued_on, day.kind_code) for day in days] == [(ISSUED, None), (date(2021, 4, 2), "giay_khai_sinh")]


def test_units_form_a_tree_and_a_scope_is_a_subtree(province: Province) -> None:
    with province.database.read() as connection:
        names = [unit.code for unit in units.subtree(connection, EVERYTHING)]
        assert names == ["H99", "H99.01", "H99.02"]
        assert [unit.code for unit in units.subtree(connection, province.commune.scope)] == ["H99.01"]
        assert units.find_by_code(connection, "H99.02", province.top.scope) == province.other
        with pytest.raises(NotFound):
            units.find_unit(connection, province.top.id, province.commune.scope)


@pytest.mark.parametrize(
    ("code", "name", "parent", "expected"),
    [
        ("h99.03", "x", None, InvalidInput), ("H99_03", "x", None, InvalidInput), ("H" * 14, "x", None, InvalidInput),
        ("H99.03", " ", None, InvalidInput), ("H99.01", "x", None, Conflict), ("H99.03", "x", "không có", NotFound),
    ],
)  # fmt: skip
def test_units_that_cannot_be_entered(
    province: Province, code: str, name: str, parent: str | None, expected: type[Exception]
) -> None:
    with pytest.raises(expected), province.database.write() as connection:
        units.add_unit(
            connection, code=code, name=name, level=Level.XA, parent_id=parent, valid_from=date(2020, 1, 1)
        )  # fmt: skip
