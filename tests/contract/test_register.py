"""The register of certified copies holds its promises on SQLite and on PostgreSQL alike, also when two come at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from digitize.attest.lifecycle import AttestKeyUsed, CopyState, SigningFailed
from digitize.attest.numbering import Numbering
from digitize.attest.register import totals
from digitize.errors import Conflict, Forbidden
from storage import authorities, certifications, register
from storage.leases import LeaseLost
from storage.tables import announcements, register_entries
from tests.registry.desk import DIPLOMA, KIND, Desk
from tests.registry.province import LEASE, SUPERVISOR, WORKER
from tests.registry.races import at_once, cut_off

ORDERED = CopyState.ATTEST_ORDERED


def serials(desk: Desk, year: int = 2026) -> list[int]:
    with desk.province.database.read() as connection:
        of_year = register_entries.c.year == year
        return list(
            connection.execute(sa.select(register_entries.c.serial).where(of_year).order_by("serial")).scalars()
        )


def test_numbers_run_from_01_and_a_copy_keeps_its_own(desk: Desk) -> None:
    first, second = desk.copy(ORDERED), desk.copy(ORDERED)
    assert (desk.number(first).number, desk.number(second).number) == ("01", "02")
    assert desk.number(first) == Numbering(1, "01/2026-SCTĐT/BS", 2026, date(2026, 11, 20))
    assert desk.find(first).numbering == desk.number(first)
    assert serials(desk) == [1, 2]


def test_the_copies_of_one_original_share_a_number_and_originals_of_a_visit_do_not(desk: Desk) -> None:
    visit = desk.visit(DIPLOMA, DIPLOMA)
    with desk.province.database.read() as connection:
        copies = [copy.id for copy in certifications.of_visit(connection, visit.id)]
    for copy in copies:
        desk.capture(copy)
        desk.read(copy)
        desk.order(copy)
    assert [desk.number(copy).serial for copy in copies] == [1, 2]
    with desk.province.database.read() as connection:
        assert [row.quantity for row in register.rows(connection, desk.unit.id, KIND, 2026)] == [2, 2]


def test_the_same_copy_numbered_by_many_at_once_has_one_number(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    answers = at_once(*[lambda: desk.number(copy)] * 4)
    assert {answer.serial for answer in answers if isinstance(answer, Numbering)} == {1}
    assert serials(desk) == [1]


def test_copies_numbered_at_once_have_numbers_without_gap_or_repetition(desk: Desk) -> None:
    copies = [desk.copy(ORDERED) for _ in range(6)]
    at_once(*(lambda c=copy: desk.number(c) for copy in copies))
    assert serials(desk) == [1, 2, 3, 4, 5, 6]


def test_a_number_whose_transaction_died_is_given_to_the_next(desk: Desk) -> None:
    dead, living = desk.copy(ORDERED), desk.copy(ORDERED)
    now = desk.province.now
    cut_off(desk.province.database, lambda connection: register.take_number(connection, dead, WORKER, now))
    assert desk.find(dead).numbering is None
    assert (desk.number(living).serial, desk.number(dead).serial) == (1, 2)


def test_only_the_last_lease_gets_a_number(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    old = desk.claim(copy)
    desk.province.now += LEASE * 2
    assert desk.claim(copy, "may-2") is not None
    with pytest.raises(LeaseLost):
        desk.number(copy, old)
    assert serials(desk) == []


def test_the_number_stays_with_the_copy_when_the_signature_fails(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    lease = desk.claim(copy)
    given = desk.number(copy, lease)
    desk.record(copy, SigningFailed(actor=WORKER, code="signing_refused", message="Hết hạn."), lease=lease)
    desk.order(copy)
    assert desk.number(copy, desk.claim(copy)) == given


def test_nobody_without_an_authority_in_force_gets_a_number(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    with desk.province.database.write() as connection:
        authorities.withdraw(connection, desk.authority.id, "thôi chức vụ", SUPERVISOR, desk.province.now)
    desk.province.now += timedelta(seconds=1)
    with pytest.raises(Forbidden, match="đã hết"):
        desk.number(copy)
    assert serials(desk) == []


def test_numbers_go_on_across_books_of_a_year(desk: Desk) -> None:
    first, second = desk.copy(ORDERED), desk.copy(ORDERED)
    desk.number(first)
    with desk.province.database.write() as connection:
        closed = register.close_book(connection, desk.book.id, SUPERVISOR, desk.province.now)
    with pytest.raises(Forbidden, match="chưa mở sổ"):
        desk.number(second)
    with desk.province.database.write() as connection:
        register.open_book(connection, desk.unit.id, KIND, SUPERVISOR, desk.province.now)
    given = desk.number(second)
    assert (closed.total, given.serial, given.book) == (1, 2, "02/2026-SCTĐT/BS")


def test_a_unit_has_one_open_book_of_a_kind(desk: Desk) -> None:
    def open_another() -> object:
        with desk.province.database.write() as connection:
            return register.open_book(connection, desk.unit.id, KIND, SUPERVISOR, desk.province.now)

    with pytest.raises(Conflict):
        open_another()
    with desk.province.database.write() as connection:
        register.close_book(connection, desk.book.id, SUPERVISOR, desk.province.now)
    answers = at_once(open_another, open_another, open_another)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "RegisterBook"]


def test_a_book_carried_into_the_next_year_begins_again_at_01(desk: Desk) -> None:
    desk.number(desk.copy(CopyState.ATTEST_ORDERED))
    desk.province.now = datetime(2027, 1, 4, 2, tzinfo=UTC)
    given = desk.number(desk.copy(ORDERED))
    assert (given.number, given.book, given.year) == ("01", "01/2026-SCTĐT/BS", 2027)
    with desk.province.database.read() as connection:
        assert "chuyển từ năm 2026" in register.rows(connection, desk.unit.id, KIND, 2027)[0].note


def test_a_void_entry_stays_with_its_reason_and_its_number_is_not_given_again(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    desk.number(copy)
    assert desk.void(copy, "người yêu cầu rút lại").state is CopyState.VOID
    assert desk.number(desk.copy(ORDERED)).serial == 2
    with desk.province.database.read() as connection:
        row = register.rows(connection, desk.unit.id, KIND, 2026, 11)[0]
        told = connection.execute(sa.select(announcements.c.subject_id, announcements.c.topic)).one()
    assert (row.number, row.void, row.quantity, row.fee_vnd) == ("01", True, 0, 0)
    assert row.note == "Bỏ số: người yêu cầu rút lại"
    assert tuple(told) == (copy, "copy.void")


def sweep(desk: Desk) -> list[str]:
    with desk.province.database.write() as connection:
        found = register.overdue(connection, desk.province.now)
        return [copy for copy in found if register.void_overdue(connection, copy, WORKER, desk.province.now)]


def test_a_number_not_signed_on_its_printed_day_becomes_void(desk: Desk) -> None:
    late, timely = desk.copy(ORDERED), desk.copy(CopyState.ATTEST_TIMING)
    desk.number(late)
    desk.province.now += timedelta(hours=14)
    assert sweep(desk) == []
    desk.province.now += timedelta(hours=2)
    with pytest.raises(Forbidden, match="20/11/2026"):
        desk.number(late)
    assert sweep(desk) == [late]
    assert sweep(desk) == []
    assert (desk.find(late).state, desk.find(timely).state) == (CopyState.VOID, CopyState.ATTEST_TIMING)


def test_a_key_used_just_before_midnight_is_not_swept_away(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    desk.province.now = datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC)
    lease = desk.claim(copy)
    desk.number(copy, lease)
    signed_at = desk.province.now.isoformat()
    desk.province.now += timedelta(seconds=2)
    assert sweep(desk) == []
    used = AttestKeyUsed(actor=WORKER, untimed_key="a" * 64, signer="Sim", signed_at=signed_at)
    assert desk.record(copy, used, lease=lease).state is CopyState.ATTEST_TIMING


def test_the_sweep_takes_the_number_from_a_worker_that_fell_silent(desk: Desk) -> None:
    copy = desk.copy(ORDERED)
    lease = desk.claim(copy)
    desk.number(copy, lease)
    signed_at = desk.province.now.isoformat()
    desk.province.now += timedelta(days=1)
    assert sweep(desk) == [copy]
    used = AttestKeyUsed(actor=WORKER, untimed_key="a" * 64, signer="Sim", signed_at=signed_at)
    with pytest.raises(LeaseLost):
        desk.record(copy, used, lease=lease)


def test_a_year_is_closed_with_its_total_and_gives_no_number_any_more(desk: Desk) -> None:
    def close() -> register.RegisterYear:
        with desk.province.database.write() as connection:
            return register.close_year(connection, desk.unit.id, KIND.value, 2026, SUPERVISOR, desk.province.now)

    desk.copy(CopyState.ISSUED)
    given_up = desk.copy(ORDERED)
    desk.number(given_up)
    with pytest.raises(Forbidden, match="31/12/2026"):
        close()
    desk.province.now = datetime(2026, 12, 31, 3, tzinfo=UTC)
    with pytest.raises(Forbidden, match="còn 1 số"):
        close()
    desk.void(given_up)
    confirmed = close().totals
    assert confirmed is not None
    assert (confirmed.entries, confirmed.void, confirmed.copies, confirmed.fee_vnd) == (2, 1, 2, 4000)
    with pytest.raises(Forbidden, match="đã khóa"):
        desk.number(desk.copy(ORDERED))
    with pytest.raises(Forbidden, match="đã khóa"):
        close()


def test_the_register_names_a_gap(desk: Desk) -> None:
    for _ in range(3):
        desk.number(desk.copy(ORDERED))
    with desk.province.database.write() as connection:
        assert register.faults(connection) == ()
        connection.execute(register_entries.delete().where(register_entries.c.serial == 2))
        assert "đã cấp đến số 03 nhưng có 2 số" in register.faults(connection)[0]


def test_another_unit_counts_for_itself(desk: Desk) -> None:
    other = Desk.set_up(desk.province, desk.province.other)
    assert [each.number(each.copy(ORDERED)).serial for each in (desk, other, desk)] == [1, 1, 2]


def test_a_page_of_the_register_begins_after_a_number_and_adds_up_the_whole_period(desk: Desk) -> None:
    copies = [desk.copy(CopyState.CERTIFIER_SIGNED) for _ in range(3)]
    desk.void(copies[0])
    period = (desk.unit.id, KIND, desk.province.now.year)
    with desk.province.database.read() as connection:
        for month in (None, desk.province.now.month):
            first = register.page(connection, *period, month, above=0, limit=2)
            assert ([row.number for row in first.rows], first.next) == (["01", "02"], 2)
            last = register.page(connection, *period, month, above=2, limit=2)
            assert ([row.number for row in last.rows], last.next) == (["03"], None)
            assert first.totals == last.totals == totals(register.rows(connection, *period, month))
        other = register.page(connection, *period, 1, above=0, limit=2)
        assert (other.rows, other.next, other.totals.entries) == ((), None, 0)
