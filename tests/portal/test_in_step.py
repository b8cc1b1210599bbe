"""After any outage the portal has 100 % of the dossiers, statuses and results, as they stand (seeds/004; QĐ 468)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.dossiers.told import NewComponent
from digitize.dossiers.words import DossierEvent
from digitize.exchange.rules import Kind, Service
from digitize.lifecycle import Actor, Office
from storage import dossiers, ending
from storage.dossiers.events import history
from storage.exchange import messages, replay, reviewing, telling
from storage.exchange.messages import HOLD, MessageState
from storage.registry import EVERYTHING
from storage.tables import connectors, exchange_messages
from tests.portal.conftest import Yard, bring
from tests.portal.simulator import Fault, standing

SUPERVISOR = Actor("lanh-dao", Office.SUPERVISOR)


def all_in_step(yard: Yard) -> None:
    """The portal's memory equals the register's, and the measured share says so."""
    assert yard.portal.statuses() == yard.statuses()
    assert yard.portal.results() == yard.results()
    for code, status in yard.statuses().items():
        assert yard.portal.arrivals[code][-1] == status
    statuses, results = yard.share()
    assert (statuses.numerator, results.numerator) == (statuses.denominator, results.denominator)
    assert (statuses.denominator, results.denominator) == (len(yard.statuses()), len(yard.results()))


def test_a_new_connector_is_told_of_all_dossiers_with_each_status_as_it_is(every_yard: Yard) -> None:
    yard = every_yard
    for status in range(1, 11):
        yard.dossier(status)
    yard.publish(yard.dossier(9, results=1))

    yard.connect()
    yard.settle()

    all_in_step(yard)
    assert set(yard.portal.statuses().values()) == {str(status) for status in range(1, 11)}


def test_what_changes_is_told_and_statuses_arrive_in_their_order(every_yard: Yard) -> None:
    yard = every_yard
    yard.connect()
    dossier = yard.dossier(1, results=2)
    yard.settle()
    for status in (2, 4, 5, 4, 9, 10):
        yard.forward(timedelta(hours=1))
        yard.move(dossier, status)
    yard.publish(dossier)
    yard.settle()
    second = yard.publish(dossier)
    yard.settle()

    all_in_step(yard)
    assert yard.portal.arrivals[dossier.code] == ["1", "2", "4", "5", "4", "9", "10"]
    assert len(yard.portal.results()) == 2

    with yard.province.database.write() as connection:
        ending.revoke(
            connection, second, decision_number="7/QĐ", reason="cấp sai", effective_at=yard.now, actor=SUPERVISOR,
            now=yard.now, version=None,
        )  # fmt: skip
    assert yard.share()[1].percent != 100, "a result that is still there must be taken back"
    yard.settle()
    all_in_step(yard)
    assert len(yard.portal.results()) == 1


def test_an_exchange_platform_is_told_the_same_with_a_token(yard: Yard) -> None:
    yard.connect(Kind.LGSP)
    dossier = yard.dossier(4, results=1)
    yard.publish(dossier)
    yard.settle()
    yard.portal.end_sessions()
    yard.move(dossier, 9)
    yard.settle()

    all_in_step(yard)
    assert yard.portal.logins == 2
    assert yard.portal.arrivals[dossier.code] == ["4", "9"]


def test_each_fact_at_the_portal_has_its_event_here_once(yard: Yard) -> None:
    yard.connect()
    dossier = yard.dossier(9, results=1)
    yard.publish(dossier)
    yard.settle()
    with yard.province.database.write() as connection:
        connection.execute(exchange_messages.update().values(state="waiting", next_at=yard.now, wanted=99))
    yard.settle()

    with yard.province.database.read() as connection:
        told = Counter(each.name for each in history(connection, dossier.id) if each.name.value.startswith("Synced"))
    assert told == {
        DossierEvent.SYNCED_DOSSIER: told[DossierEvent.SYNCED_DOSSIER], DossierEvent.SYNCED_STATUS: 1,
        DossierEvent.SYNCED_RESULT: 1,
    }  # fmt: skip
    assert len([each for each in yard.portal.requests if each["service"] == "CapNhatTienDoHoSoMC"]) == 1


FAULTS: tuple[Fault, ...] = ("reset", "500", "html", "lost", "session", "slow", "lost", "reset", "500", "html")


def test_after_an_outage_of_every_sort_nothing_is_missing(yard: Yard) -> None:
    """While the portal fails in every way, dossiers go on; afterwards it stands at 100 %."""
    yard.portal.slow_s = 0.7
    made = [yard.dossier(1, results=1) for _ in range(4)]
    yard.connect()
    yard.portal.faults = list(FAULTS)
    exchanger = yard.exchanger()
    for step, status in enumerate((2, 4, 9)):
        bring(exchanger)
        for dossier in made[step:]:
            yard.forward(timedelta(minutes=3))
            yard.move(dossier, status)
        yard.publish(made[step])
        yard.forward(timedelta(hours=1))

    yard.portal.always = "500"
    for _ in range(30):  # for more than three days it takes nothing at all
        bring(exchanger)
        yard.forward(timedelta(hours=2, minutes=25))
    assert not yard.messages(MessageState.DEAD), "an outage is no fault of a message"
    yard.move(made[0], 9)
    yard.portal.always = None
    yard.settle()

    all_in_step(yard)


def test_a_death_between_the_request_and_the_record_does_no_harm(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.connect()
    made = [yard.dossier(2, results=1) for _ in range(3)]
    yard.publish(made[0])
    for name, status in (("dossier_taken", 4), ("dossier_taken", 5), ("progress_taken", 4), ("progress_taken", 9)):
        with monkeypatch.context() as broken:
            broken.setattr(telling, name, None)  # the lane ends there, with nothing written down
            bring(yard.exchanger())
        yard.move(made[1], status)
        yard.forward(HOLD)
    assert yard.portal.requests
    yard.settle()

    all_in_step(yard)


def test_two_workers_at_once_tell_each_dossier_and_end_in_step(every_yard: Yard) -> None:
    yard = every_yard
    yard.connect()
    made = [yard.dossier(2) for _ in range(5)]
    bring(yard.exchanger(), yard.exchanger(), yard.exchanger())
    for dossier in made:
        yard.move(dossier, 4)
    bring(yard.exchanger(), yard.exchanger(), yard.exchanger())
    yard.settle()

    all_in_step(yard)


def test_a_late_answer_of_an_older_reading_is_followed_by_the_newest_facts(every_yard: Yard) -> None:
    yard = every_yard
    connector = yard.connect()
    dossier = yard.dossier(2)
    bring(yard.exchanger())
    with yard.province.database.write() as connection:
        connection.execute(exchange_messages.update().values(state="waiting", next_at=yard.now))
        (late,) = messages.claim(connection, connector.id, Service.DOSSIER, yard.now, 1)
    yard.forward(HOLD)
    yard.move(dossier, 4)
    bring(yard.exchanger())
    yard.portal.dossiers[dossier.code]["TrangThaiHoSo"] = "2"  # the late request arrived after the newer one
    with yard.province.database.write() as connection:
        messages.done(connection, late, yard.now, 1)
    yard.settle()

    all_in_step(yard)


def test_what_the_portal_has_already_is_sent_as_an_update_and_what_it_lost_as_new(yard: Yard) -> None:
    known, lost = yard.dossier(2), yard.dossier(4)
    yard.portal.dossiers[known.code] = {"TrangThaiHoSo": "1"}
    yard.connect()
    yard.settle()
    all_in_step(yard)
    told = [each.get("isUpdating") for each in yard.portal.requests if each["data"][0]["MaHoSo"] == known.code]
    assert told[:2] == ["False", "True"]

    for memory in (yard.portal.dossiers, yard.portal.progress, yard.portal.arrivals):
        memory.pop(lost.code)  # type: ignore[attr-defined]  # restored from an old backup
    yard.move(lost, 5)
    yard.settle()
    all_in_step(yard)
    assert yard.portal.arrivals[lost.code] == ["4", "5"], "it is told from the beginning"


def test_one_refused_record_does_not_hold_up_its_batch_and_is_given_up_after_more_than_a_day(yard: Yard) -> None:
    bad = yard.dossier(2)
    good = [yard.dossier(2) for _ in range(4)]
    yard.portal.refuses = lambda record: (
        "bản ghi lỗi" if record["MaHoSo"] == bad.code and "TrangThai" in record else None
    )
    connector = yard.connect()
    began = yard.now
    yard.settle()

    assert all(yard.portal.arrivals[dossier.code] == ["2"] for dossier in good)
    dead = yard.message(bad, Service.PROGRESS)
    assert (dead.state, bad.code in yard.portal.arrivals) == (MessageState.DEAD, False)
    assert yard.now - began >= timedelta(hours=24)
    assert yard.share()[0].numerator == 4

    yard.portal.refuses = lambda _record: None
    with yard.province.database.write() as connection:
        assert replay.dead(connection, connector, yard.now) == 1
    yard.settle()
    all_in_step(yard)


def test_a_dead_portal_holds_up_no_other(yard: Yard) -> None:
    with standing() as second:
        yard.connect()
        yard.connect(portal=second)
        yard.portal.always = "slow"
        yard.portal.slow_s = 0.6
        made = [yard.dossier(4) for _ in range(3)]
        exchanger = yard.exchanger(total_s=0.3, rest_s=60.0)
        for _ in range(5):
            bring(exchanger)

        assert second.statuses() == {dossier.code: "4" for dossier in made}
        assert len(yard.portal.requests) <= 4, "after three failures it is left in peace"
        with yard.province.database.read() as connection:
            problems = connection.execute(sa.select(connectors.c.problem)).scalars().all()
        assert any("không trả lời" in (each or "") for each in problems)


def test_a_forgotten_hint_is_found_by_the_review(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.connect()
    dossier = yard.dossier(2, results=1)
    yard.settle()
    monkeypatch.setattr("storage.dossiers.telling.owe_many", lambda *_: None)
    monkeypatch.setattr("storage.exchange.owe_results", lambda *_: None)
    yard.move(dossier, 9)
    yard.publish(dossier)
    assert yard.next_at() is None
    assert yard.share()[0].percent == 0

    yard.forward(reviewing.EVERY)
    bring(yard.exchanger())
    yard.settle()
    all_in_step(yard)


def test_a_dossier_that_lacks_what_the_portal_requires_is_shown_and_not_sent(yard: Yard) -> None:
    yard.connect()
    lacking = yard.dossier(2, field_code=None, holder_type=None)
    untyped = yard.dossier(9, results=1, typed=False)
    yard.publish(untyped)
    yard.settle()

    assert lacking.code not in yard.portal.dossiers
    assert yard.message(lacking).state is MessageState.LACKING
    assert "thiếu mã lĩnh vực (MaLinhVuc)" in (yard.message(lacking).lacks or "")
    assert yard.portal.dossiers[untyped.code]["DanhSachGiayToKetQua"] == []
    assert "KQ(1) thiếu mã loại giấy tờ" in (yard.message(untyped).lacks or "")
    shown = {each.dossier_code for each in yard.messages(MessageState.LACKING)}
    assert shown == {lacking.code, untyped.code}
    statuses, results = yard.share()
    assert (statuses.numerator, statuses.denominator, results.numerator, results.denominator) == (1, 2, 0, 1)

    with yard.province.database.write() as connection:
        dossiers.change(
            connection, lacking.code, actor="x", scope=EVERYTHING, now=yard.now, field_code="HT", holder_type=1
        )
    yard.settle()
    assert yard.portal.statuses()[lacking.code] == "2"


def test_flags_and_identifiers_follow_recorded_events_alone(yard: Yard) -> None:
    yard.connect()
    claims = {"DuocSoHoa": "1", "DuocTaiSuDung": "1"}
    papers = (NewComponent("Tờ khai", "TK01", claims=claims), NewComponent("Giấy tờ khác", claims=claims))
    dossier = yard.dossier(2, holder_id=None, components=papers, vneid_verified=None)
    yard.settle()
    sent = yard.portal.dossiers[dossier.code]
    assert [each["DuocSoHoa"] for each in sent["TaiLieuNop"]] == ["0", "0"], "what a source claims is no event"
    assert "DinhDanhCHS" not in sent
    assert "TaiKhoanDuocXacThucVoiVNeID" not in sent
    assert sent["HoSoCoThanhPhanSoHoa"] == "0"

    with yard.province.database.write() as connection:
        dossiers.component_scanned(connection, dossier.code, 1, "0" * 64, actor="x", scope=EVERYTHING, now=yard.now)
    yard.settle()
    sent = yard.portal.dossiers[dossier.code]
    assert [(each["DuocSoHoa"], each["DuocTaiSuDung"]) for each in sent["TaiLieuNop"]] == [("1", "0"), ("0", "0")]
    assert sent["HoSoCoThanhPhanSoHoa"] == "1"


def test_the_log_keeps_nothing_of_the_owner(yard: Yard) -> None:
    yard.connect()
    yard.portal.refuses = lambda record: f"{record.get('ChuHoSo')} {record.get('SoGiayToChuHoSo')} không hợp lệ"
    dossier = yard.dossier(2)
    bring(yard.exchanger())
    bring(yard.exchanger())

    message = yard.message(dossier)
    with yard.province.database.read() as connection:
        logged = messages.attempts_of(connection, message.connector_id, message.id)
    assert [each.said for each in logged] == ["*** *** không hợp lệ"]


def test_a_wrong_password_is_an_outage_that_is_told_and_no_message_dies_of_it(yard: Yard) -> None:
    connector = yard.connect()
    yard.dossier(2)
    (yard.folder / "connectors").mkdir(exist_ok=True)
    exchanger = yard.exchanger()
    (yard.folder / "connectors" / "cong").write_text("sai", encoding="utf-8")
    bring(exchanger)
    bring(exchanger)
    with yard.province.database.read() as connection:
        problem = connection.execute(
            sa.select(connectors.c.problem).where(connectors.c.id == connector.id)
        ).scalar_one()
    assert problem == "không đăng nhập được vào cổng (HTTP 401)"
    yard.settle()
    all_in_step(yard)
