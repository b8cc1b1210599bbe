"""Dossiers come in: the same again is the same, what differs is an event; bulk obeys the rules of the single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from digitize.dossiers.deciding import Outcome, Telling
from digitize.dossiers.told import NewComponent, NewDossier, NewResult
from digitize.errors import Conflict, InvalidInput, NotFound
from storage import dossiers
from storage.dossiers import Answer, Dossier, entering, writing
from storage.dossiers.events import DossierEvent, history, record
from storage.registry import EVERYTHING
from storage.tables import dossier_events, tallies
from storage.tables import dossiers as dossier_table
from storage.tables import results as result_table
from storage.tallies import count_many
from tests.registry.province import ISSUED, Province

SOURCE, OTHER = "mot-cua", "he-thong-khac"
RECEIVED = date(2021, 5, 10)


def new(province: Province, code: str = "H99.01-210520-0001", **facts: Any) -> NewDossier:  # noqa: ANN401
    base = NewDossier(
        code, province.commune.id, "1.001193", "Đăng ký khai sinh", holder_name="Trần Thị Bưởi", received_on=RECEIVED,
        status=2, status_at=province.now, due_at=province.now + timedelta(days=5),
        results=(NewResult("Giấy khai sinh", ISSUED),),
    )  # fmt: skip
    return replace(base, **facts)


def tell(
    province: Province, *told: NewDossier, source: str = SOURCE, told_at: datetime | None = None
) -> Sequence[Answer]:
    telling = Telling(source, told_at or province.now, "can-bo", province.now)
    with province.database.write() as connection:
        return dossiers.enter(connection, told, telling, EVERYTHING)


def outcome(province: Province, told: NewDossier, **how: Any) -> Outcome:  # noqa: ANN401
    (answer,) = tell(province, told, **how)
    return answer.outcome


def find(province: Province, code: str = "H99.01-210520-0001") -> Dossier:
    with province.database.read() as connection:
        return dossiers.find_by_code(connection, code, EVERYTHING)


def happened(province: Province) -> list[tuple[str, dict[str, Any]]]:
    with province.database.read() as connection:
        return [(one.name.value, one.details) for one in history(connection, find(province).id)]


def test_what_is_told_again_is_the_same_and_leaves_no_event(province: Province) -> None:
    assert outcome(province, new(province)) is Outcome.CREATED
    before = find(province)
    assert outcome(province, new(province)) is Outcome.SAME
    assert outcome(province, new(province, holder_name=None, results=())) is Outcome.SAME
    assert find(province) == before
    assert [name for name, _ in happened(province)] == ["Entered"]


def test_what_differs_is_amended_with_the_old_and_the_new_value(province: Province) -> None:
    tell(province, new(province))
    assert outcome(province, new(province, holder_name="Trần Thị Bười")) is Outcome.AMENDED
    assert happened(province)[-1] == ("Amended", {"changes": {"holder_name": ["Trần Thị Bưởi", "Trần Thị Bười"]}})
    assert (find(province).holder_name, find(province).version) == ("Trần Thị Bười", 2)


def test_an_older_telling_does_not_overwrite_a_newer_one_even_where_the_newer_one_said_the_same(
    province: Province,
) -> None:
    tell(province, new(province))
    tell(province, new(province), told_at=province.now + timedelta(days=3))
    late = new(province, holder_name="Khác")
    assert outcome(province, late, told_at=province.now + timedelta(days=2)) is Outcome.OLDER
    assert find(province).holder_name == "Trần Thị Bưởi"


def test_another_source_may_say_the_same_but_changes_nothing(province: Province) -> None:
    tell(province, new(province))
    assert outcome(province, new(province), source=OTHER) is Outcome.SAME
    assert outcome(province, new(province, holder_name="Khác"), source=OTHER) is Outcome.REFUSED
    assert outcome(province, new(province, unit_id=province.other.id)) is Outcome.REFUSED


def test_a_state_change_carries_its_times_and_an_impossible_one_is_refused(province: Province) -> None:
    tell(province, new(province))
    done = province.now + timedelta(days=6)
    assert outcome(province, new(province, status=9, status_at=done)) is Outcome.AMENDED
    found = find(province)
    assert (found.status, found.finished_at, found.resolved_on) == (9, done, done.date())
    tell(province, new(province, status=10, status_at=done + timedelta(days=1)))
    found = find(province)
    assert (found.finished_at, found.returned_at) == (done, done + timedelta(days=1))
    (refused,) = tell(province, new(province, status=4, status_at=done + timedelta(days=2)))
    assert refused.outcome is Outcome.REFUSED
    assert "10 (Đã trả kết quả)" in str(refused.fault)
    assert outcome(province, new(province, status=4, status_at=done)) is Outcome.OLDER
    assert find(province).status == 10


def test_due_dates_and_payments_have_events_of_their_own(province: Province) -> None:
    tell(province, new(province))
    tell(province, new(province, due_at=province.now + timedelta(days=9), fee_vnd=50_000, paid_how=3))
    (_, moved), (_, paid) = happened(province)[-2:]
    assert [name for name, _ in happened(province)][1:] == ["DueMoved", "Paid"]
    assert moved["before"] < moved["due_at"]
    assert (paid["fee_vnd"], paid["paid_how"], paid["before"]) == (50_000, 3, {"fee_vnd": None, "paid_how": None})


def test_results_go_on_counting_and_one_that_is_not_told_any_more_stays(province: Province) -> None:
    first = NewResult("Giấy khai sinh", ISSUED)
    tell(province, new(province, results=(first, NewResult("Trích lục", ISSUED))))
    tell(province, new(province, results=(first,)))
    tell(province, new(province, results=(first, NewResult("Trích lục", ISSUED), NewResult("Biên lai", ISSUED))))
    assert [one.code for one in find(province).results] == [f"H99.01-210520-0001-KQ({n})" for n in (1, 2, 3)]
    with province.database.write() as connection:
        dossiers.cancel_result(
            connection, "H99.01-210520-0001", 3, ISSUED, "cấp nhầm", actor="a", scope=EVERYTHING, now=province.now
        )
        found = dossiers.add_result(
            connection, "H99.01-210520-0001", first, actor="a", scope=EVERYTHING, now=province.now
        )
    assert [one.ordinal for one in found.results] == [1, 2, 3, 4]
    assert [name for name, _ in happened(province)] == ["Entered", "ResultAdded", "ResultCancelled", "ResultAdded"]


def test_a_result_without_a_day_is_known_again_by_the_sources_id_and_gets_the_day_that_was_confirmed(
    province: Province,
) -> None:
    guess = NewResult("Giấy khai sinh", ISSUED, source_ref="G-1", day_guessed=True)
    tell(province, new(province, results=(guess,)))
    (result,) = find(province).results
    assert result.from_upload
    with province.database.write() as connection:
        connection.execute(result_table.update().values(issued_on=date(2021, 4, 2)))
    assert outcome(province, new(province, results=(guess,))) is Outcome.SAME
    assert [one.issued_on for one in find(province).results] == [date(2021, 4, 2)]


def test_what_a_source_claims_of_scanning_is_kept_and_never_becomes_a_fact(province: Province) -> None:
    claimed = NewComponent("Tờ khai", "TP1", source_ref="T-1", claims={"DuocSoHoa": 1, "DuocTaiSuDung": 1})
    tell(province, new(province, components=(claimed,)))
    (component,) = find(province).components
    assert (component.scanned_at, component.reused_result_id, component.from_personal_store) == (None, None, None)
    with province.database.write() as connection:
        scanned = dossiers.component_scanned(
            connection, "H99.01-210520-0001", 1, "a" * 64, actor="a", scope=EVERYTHING, now=province.now
        )
    assert scanned.components[0].scanned_at == province.now
    assert happened(province)[-1][0] == "ComponentScanned"
    tell(province, new(province, components=(replace(claimed, removed=True),)))
    assert find(province).components[0].removed_at == province.now


def test_a_change_by_hand_names_the_version_that_was_seen(province: Province) -> None:
    tell(province, new(province))
    how: dict[str, Any] = {"actor": "a", "scope": EVERYTHING, "now": province.now}
    with province.database.write() as connection:
        assert dossiers.change(connection, "H99.01-210520-0001", version=1, status=4, **how).status == 4
    with pytest.raises(Conflict), province.database.write() as connection:
        dossiers.change(connection, "H99.01-210520-0001", version=1, status=5, **how)
    with pytest.raises(Conflict), province.database.write() as connection:
        dossiers.change(connection, "H99.01-210520-0001", status=1, **how)
    late = province.now + timedelta(days=1)
    with pytest.raises(InvalidInput), province.database.write() as connection:
        dossiers.change(connection, "H99.01-210520-0001", status=5, status_at=late, **how)
    with pytest.raises(NotFound), province.database.write() as connection:
        dossiers.change(connection, "H99.01-210520-0009", status=5, **how)


def test_telling_others_of_a_dossier_is_an_event_and_no_change_of_it(province: Province) -> None:
    tell(province, new(province))
    with province.database.write() as connection:
        dossier = find_id(connection)
        assert record(connection, dossier, DossierEvent.SYNCED_DOSSIER, province.now, "may", to="dvcqg") == 2
        assert record(connection, dossier, DossierEvent.COMPONENT_REUSED, province.now, "may") == 3
    assert find(province).version == 2


def find_id(connection: sa.Connection) -> str:
    return str(connection.execute(sa.select(dossier_table.c.id)).scalar_one())


def test_in_a_batch_a_bad_one_stops_nothing_else_and_a_code_told_twice_is_told_twice(province: Province) -> None:
    answers = tell(
        province, new(province), new(province, procedure_code=" "), new(province, "A-1", unit_id="không có"),
        new(province, holder_name="Khác"), new(province, "A-2"),
    )  # fmt: skip
    assert [answer.outcome.value for answer in answers] == ["created", "refused", "refused", "amended", "created"]
    assert all(len(answer.fault.message) > 10 for answer in answers if answer.fault is not None)


def many(province: Province, count: int = writing.WORTH_A_COPY + 10) -> list[NewDossier]:
    return [
        new(
            province, f"H99.01-210520-{n:05d}", status=1 + n % 10, channel=1 + n % 3, fee_vnd=n * 1000 or None,
            claims={"HoSoCoThanhPhanSoHoa": n}, holder_name="Lò\tVăn\\N" if n % 2 else None,
            components=(NewComponent("Tờ khai", claims={"DuocSoHoa": "1"}),),
        )
        for n in range(count)
    ]  # fmt: skip


def test_a_thousand_at_once_leave_the_rows_that_one_after_the_other_would(province: Province) -> None:
    told = many(province)
    with province.database.write() as connection:
        telling = Telling(SOURCE, province.now, "can-bo", province.now)
        trial = connection.begin_nested()
        for one in told:
            dossiers.enter(connection, [one], telling, EVERYTHING)
        singly = counted(connection)
        trial.rollback()
        dossiers.enter(connection, told, telling, EVERYTHING)
        assert counted(connection) == singly
    assert [answer.outcome for answer in tell(province, *told)] == [Outcome.SAME] * len(told)
    odd = find(province, "H99.01-210520-00001")
    assert (odd.holder_name, odd.fee_vnd, odd.channel) == ("Lò\tVăn\\N", 1000, 2)


def counted(connection: sa.Connection) -> list[list[Any]]:
    """Return what was written, without ids and in an order of its own."""
    left_out = ("id", "dossier_id")
    return [
        sorted(
            str([(name, value) for name, value in row.items() if name not in left_out])
            for row in connection.execute(sa.select(table)).mappings()
        )
        for table in (dossier_table, result_table, dossier_events, tallies)
    ]


def test_what_was_counted_as_it_came_in_is_what_counting_anew_gives(province: Province) -> None:
    tell(province, *many(province))
    with province.database.write() as connection:
        before = counted(connection)
        ids = connection.execute(sa.select(dossier_table.c.id)).scalars().all()
        count_many(connection, dossier_ids=ids)
        assert counted(connection) == before
        assert before[3]


def test_a_dossier_that_somebody_else_enters_meanwhile_is_compared_anew(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(province, new(province))
    real, blind = entering.standing_of, [True]
    monkeypatch.setattr(
        entering, "standing_of", lambda connection, codes: {} if blind and blind.pop() else real(connection, codes)
    )
    answers = tell(province, new(province), *many(province)[2:])
    assert answers[0].outcome is Outcome.SAME
    assert {answer.outcome for answer in answers[1:]} == {Outcome.CREATED}
