"""What anybody may learn of a copy, by which way it is handed over, and how far the service reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from digitize.attest.codes import RANDOM_BYTES, new_verification_code
from digitize.attest.coverage import Coverage
from digitize.attest.lifecycle import CopyState
from digitize.errors import Forbidden, InvalidInput, NotFound, TooOften, WrongFact
from storage import cancellation, coverage, deliveries, history, lookup, throttle
from storage.deliveries import Channel, DeliveryState
from storage.registry import EVERYTHING
from storage.tables import deliveries as delivery_rows
from tests.registry.desk import Desk
from tests.registry.province import SUPERVISOR


def status(desk: Desk, copy: str) -> lookup.CopyStatus:
    with desk.province.database.read() as connection:
        return lookup.status(connection, desk.find(copy).code)


def full(desk: Desk, copy: str, told: str) -> lookup.FullView:
    with desk.province.database.write() as connection:
        return lookup.full_view(connection, desk.find(copy).code, told, desk.province.now)


def test_the_code_shows_the_status_and_nothing_about_a_person(desk: Desk) -> None:
    copy = desk.copy(CopyState.ISSUED)
    shown = status(desk, copy)
    assert (shown.is_valid, shown.number, shown.book, shown.unit_name) == (True, "01", "01/2026-SCTĐT/BS", "H99.01")
    assert not {"Bưởi", "Bằng"} & set(str(shown).replace("'", " ").split())


def test_a_cancellation_is_shown_by_the_next_look(desk: Desk) -> None:
    copy, right = desk.copy(CopyState.ISSUED), desk.copy(CopyState.ISSUED)
    with desk.province.database.write() as connection:
        mail = deliveries.send(connection, copy, Channel.EMAIL, "buoi@thu.vn", desk.province.now)
        cancellation.cancel(
            connection, copy, decision_number="5/QĐ", reason="sai", effective_at=desk.province.now, actor=SUPERVISOR,
            now=desk.province.now, successor=right,
        )  # fmt: skip
    shown = status(desk, copy)
    assert shown.cancellation is not None
    assert (shown.is_valid, shown.cancellation.decision_number) == (False, "5/QĐ")
    assert shown.successor_code == desk.find(right).code
    with desk.province.database.write() as connection:
        deliveries.note_failure(connection, mail.id, give_up=False)  # by a worker that was at it
        assert [each.state for each in deliveries.of_copy(connection, copy)] == [DeliveryState.WITHHELD]
        told = [entry.name for entry in history.entries(connection, copy)][-2:]
    assert told == ["Cancelled", "Withheld"]


@pytest.mark.parametrize("state", [CopyState.TO_COMPARE, CopyState.CERTIFIER_SIGNED, CopyState.SEALED])
def test_what_was_not_handed_out_is_as_unknown_as_a_code_that_was_never_given(desk: Desk, state: CopyState) -> None:
    with pytest.raises(NotFound) as known:
        status(desk, desk.copy(state))
    with desk.province.database.read() as connection, pytest.raises(NotFound) as unknown:
        lookup.status(connection, new_verification_code(b"\1" * RANDOM_BYTES))
    assert known.value.message == unknown.value.message


def test_the_full_view_asks_for_a_fact_from_the_paper_and_closes_after_wrong_ones(desk: Desk) -> None:
    copy = desk.copy(CopyState.ISSUED)
    assert full(desk, copy, " b-123 / 2020").title == "Bằng tốt nghiệp"
    for _ in range(throttle.WRONG_ALLOWED):
        with pytest.raises(WrongFact):
            full(desk, copy, "B 124/2020")
    with pytest.raises(WrongFact):
        full(desk, copy, "B 123/2020")
    desk.province.now += throttle.FIRST_CLOSED_FOR
    assert full(desk, copy, "B 123/2020").certifier == "Lê Văn Sim"


def test_each_closing_lasts_twice_as_long(desk: Desk) -> None:
    copy = desk.copy(CopyState.ISSUED)
    for closed_for in (throttle.FIRST_CLOSED_FOR, throttle.FIRST_CLOSED_FOR * 2):
        for _ in range(throttle.WRONG_ALLOWED):
            with pytest.raises(WrongFact):
                full(desk, copy, "sai")
        desk.province.now += closed_for - timedelta(seconds=1)
        with pytest.raises(WrongFact):
            full(desk, copy, "B 123/2020")
        desk.province.now += timedelta(seconds=1)


def test_who_asks_too_often_is_refused_until_the_window_is_over(desk: Desk) -> None:
    def ask(now: datetime) -> None:
        with desk.province.database.write() as connection:
            throttle.admit(connection, "lookup/a", now, most=2, window=timedelta(minutes=1))

    now = desk.province.now
    ask(now)
    ask(now)
    with pytest.raises(TooOften):
        ask(now + timedelta(seconds=59))
    ask(now + timedelta(seconds=60))


def test_a_link_opens_until_its_term_is_over_and_never_a_cancelled_copy(desk: Desk) -> None:
    copy = desk.copy(CopyState.SEALED)
    now = desk.province.now
    with desk.province.database.write() as connection:
        secret, _ = deliveries.offer_link(connection, copy, now, timedelta(days=1))
        assert deliveries.open_link(connection, secret, now).id == copy
        assert deliveries.expire_links(connection, now) == 0
        with pytest.raises(NotFound):
            deliveries.open_link(connection, secret, now + timedelta(days=1))
        assert deliveries.expire_links(connection, now + timedelta(days=1)) == 1
        kept = deliveries.of_copy(connection, copy)[0]
    assert (kept.downloads, kept.state) == (1, DeliveryState.EXPIRED)
    unsealed = desk.copy(CopyState.CERTIFIER_SIGNED)
    with desk.province.database.write() as connection, pytest.raises(Forbidden):
        deliveries.offer_link(connection, unsealed, now)


def test_an_address_is_kept_masked_and_a_secret_only_as_its_hash(desk: Desk) -> None:
    copy = desk.copy(CopyState.SEALED)
    with desk.province.database.write() as connection:
        sent = deliveries.send(connection, copy, Channel.EMAIL, "buoi@thu.vn", desk.province.now)
        deliveries.note_failure(connection, sent.id, give_up=False)
        deliveries.note_sent(connection, sent.id, desk.province.now)
        secret, _ = deliveries.offer_link(connection, copy, desk.province.now)
        rows = str(connection.execute(sa.select(delivery_rows)).all())
    assert "b•••@thu.vn" in rows
    assert "buoi" not in rows
    assert secret not in rows


def test_a_unit_counts_once_it_offers_the_service_and_issued_a_copy(desk: Desk) -> None:
    def reach(year: int = 2026) -> Coverage:
        with desk.province.database.read() as connection:
            return coverage.reach(connection, year, EVERYTHING, desk.province.now)

    assert (reach().offering.text, reach().covered.text) == ("50,0 %", "0,0 %")
    desk.copy(CopyState.ISSUED)
    assert (reach().covered.text, reach().target, reach().reached) == ("50,0 %", None, None)
    past = reach(2021)
    assert past.target is not None
    assert (past.target.percent, past.covered.text, past.reached) == (35, "0,0 %", False)
    desk.province.now = datetime(2027, 3, 1, tzinfo=UTC)
    assert reach(2027).covered.text == "0,0 %"
    with pytest.raises(InvalidInput):
        reach(2028)
