"""Clock, fee, authority, capture, refusal: the tables of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.attest.authority import Authority, Basis, admit, may_certify
from digitize.attest.capture import Offered, Visit, may_be_original
from digitize.attest.clock import deadline, extended, state_calendar
from digitize.attest.fees import fee
from digitize.attest.foreign import ground_against
from digitize.attest.numbering import Numbering
from digitize.attest.refusal import RefusalGround
from digitize.attest.rules import book_name, certification_rules, in_force
from digitize.attest.visit import Act, CertificationOrder, Original, Requester
from digitize.attest.wording import words
from digitize.errors import (
    AlreadyDigitised,
    AlreadyElectronic,
    CapturedByAnother,
    Forbidden,
    Impossible,
    InvalidInput,
    NotFromOriginal,
    OutsideTheVisit,
)
from digitize.model import Nature

VN = timezone(timedelta(hours=7))
DAY = date(2026, 11, 22)
TET: Mapping[int, tuple[date, date]] = {
    2020: (date(2020, 1, 23), date(2020, 1, 29)),
    2021: (date(2021, 2, 10), date(2021, 2, 16)),
    2022: (date(2022, 1, 31), date(2022, 2, 4)),
    2023: (date(2023, 1, 20), date(2023, 1, 26)),
    2024: (date(2024, 2, 8), date(2024, 2, 14)),
    2025: (date(2025, 1, 27), date(2025, 1, 31)),
    2026: (date(2026, 2, 16), date(2026, 2, 20)),
    2027: (date(2027, 2, 4), date(2027, 2, 10)),
}
"""First and last day of rest at Tết, as remembered of the announcements; 2027 by the lunar calendar."""


@pytest.mark.parametrize("year", TET)
def test_the_offices_rest_from_the_first_to_the_last_day_of_tet(year: int) -> None:
    first, last = TET[year]
    for offset in range((last - first).days + 1):
        assert not state_calendar().works(first + timedelta(days=offset))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 4, 29), False), (date(2024, 5, 4), True), (date(2025, 5, 2), False), (date(2025, 4, 26), True),
        (date(2026, 8, 31), False), (date(2026, 8, 22), True), (date(2026, 1, 2), False), (date(2026, 1, 10), True),
        (date(2026, 11, 23), True), (date(2026, 11, 22), False), (date(2026, 9, 2), False), (date(2026, 4, 27), False),
    ],
)  # fmt: skip
def test_exchanged_days_and_days_of_rest_are_known(day: date, works: bool) -> None:
    assert state_calendar().works(day) is works


@pytest.mark.parametrize(
    ("received", "due", "same_day"),
    [
        ("2026-11-20T15:00:00", date(2026, 11, 20), True),
        ("2026-11-20T15:00:01", date(2026, 11, 23), False),
        ("2026-11-22T09:00:00", date(2026, 11, 23), False),
        ("2026-02-13T15:30:00", date(2026, 2, 23), False),
        ("2026-08-21T16:00:00", date(2026, 8, 22), False),
    ],
)
def test_after_15_00_it_is_due_on_the_next_working_day(received: str, due: date, same_day: bool) -> None:
    found = deadline(datetime.fromisoformat(received).replace(tzinfo=VN), state_calendar())
    assert (found.due_on, found.same_day) == (due, same_day)
    assert found.due_at == datetime(due.year, due.month, due.day, 17, tzinfo=VN)


@given(
    st.builds(
        lambda minutes: datetime(2020, 1, 1, tzinfo=VN) + timedelta(minutes=minutes), st.integers(0, 7 * 365 * 24 * 60)
    )
)
def test_a_deadline_is_a_working_day_and_never_before_the_request(received: datetime) -> None:
    due = deadline(received, state_calendar())
    assert state_calendar().works(due.due_on)
    assert due.due_at >= received
    assert due.due_on - received.date() <= timedelta(days=12)


def test_it_may_be_extended_by_two_working_days_and_by_more_only_in_writing() -> None:
    due = deadline(datetime(2026, 11, 20, 16, tzinfo=VN), state_calendar())
    once = extended(due, 1, state_calendar())
    # 24 November is a day of rest since 2026
    assert (once.due_on, once.extended_days) == (date(2026, 11, 25), 1)
    assert extended(once, 1, state_calendar()).due_on == date(2026, 11, 26)
    with pytest.raises(InvalidInput, match="Điều 21"):
        extended(once, 2, state_calendar())
    assert extended(once, 2, state_calendar(), agreed_in_writing=True).extended_days == 3


@given(st.integers(1, 500), st.integers(1, 50))
def test_the_fee_follows_the_formula_of_the_circular(pages: int, quantity: int) -> None:
    found = fee(pages, quantity, DAY)
    one = min(200_000, 2_000 * min(pages, 2) + 1_000 * max(pages - 2, 0))
    assert (found.one_copy_vnd, found.total_vnd) == (one, one * quantity)


def test_nothing_costs_nothing_by_mistake() -> None:
    for pages, quantity in ((0, 1), (1, 0)):
        with pytest.raises(InvalidInput):
            fee(pages, quantity, DAY)


CHAIRMAN = Authority(
    "1",
    "an",
    "Chủ tịch",
    "xa",
    frozenset({Act.CERTIFY_COPY}),
    Basis.OFFICE,
    "QĐ 1/2026",
    datetime(2026, 1, 1, tzinfo=VN),
)
DELEGATED = Authority(
    "2", "huong", "Công chức", "xa", frozenset({Act.CERTIFY_COPY}), Basis.DELEGATED, "UQ 7/2026",
    datetime(2026, 3, 1, tzinfo=VN), datetime(2027, 1, 1, tzinfo=VN), granted_by="1",
)  # fmt: skip
NOON = datetime(2026, 11, 20, 12, tzinfo=VN)


def test_the_holder_of_an_authority_certifies_from_its_first_moment_to_just_before_its_end() -> None:
    known = (CHAIRMAN, DELEGATED)
    assert may_certify(known, "huong", Act.CERTIFY_COPY, "xa", DELEGATED.starts_at) is DELEGATED
    for moment in (DELEGATED.starts_at - timedelta(microseconds=1), datetime(2027, 1, 1, tzinfo=VN)):
        with pytest.raises(Forbidden, match="hết"):
            may_certify(known, "huong", Act.CERTIFY_COPY, "xa", moment)


@pytest.mark.parametrize(
    ("known", "person", "act", "unit", "sentence"),
    [
        ((CHAIRMAN, DELEGATED), "binh", Act.CERTIFY_COPY, "xa", "chưa được giao"),
        ((CHAIRMAN, DELEGATED), "huong", Act.CERTIFY_COPY, "xa khác", "chưa được giao"),
        ((CHAIRMAN, DELEGATED), "huong", Act.EXTRACT_FROM_REGISTER, "xa", "chưa được giao"),
        ((DELEGATED,), "huong", Act.CERTIFY_COPY, "xa", "không rõ"),
        (
            (CHAIRMAN, DELEGATED, replace(DELEGATED, id="3", person="binh", granted_by="2")),
            "binh", Act.CERTIFY_COPY, "xa", "không được ủy quyền lại",
        ),
        (
            (replace(CHAIRMAN, ended_early_at=datetime(2026, 2, 1, tzinfo=VN)), DELEGATED),
            "huong", Act.CERTIFY_COPY, "xa", "chưa có hiệu lực hoặc đã hết",
        ),
        (
            (CHAIRMAN, replace(DELEGATED, ended_early_at=datetime(2026, 6, 1, tzinfo=VN))),
            "huong", Act.CERTIFY_COPY, "xa", "đã hết",
        ),
        ((replace(CHAIRMAN, unit="tinh"), DELEGATED), "huong", Act.CERTIFY_COPY, "xa", "vượt quá phạm vi"),
    ],
)  # fmt: skip
def test_nobody_else_certifies(known: tuple[Authority, ...], person: str, act: Act, unit: str, sentence: str) -> None:
    with pytest.raises(Forbidden, match=sentence):
        may_certify(known, person, act, unit, NOON)


def test_a_delegation_cannot_be_passed_on_and_says_by_whom_it_was_given() -> None:
    admit((CHAIRMAN,), DELEGATED)
    with pytest.raises(Forbidden, match="không được ủy quyền lại"):
        admit((CHAIRMAN, DELEGATED), replace(DELEGATED, id="3", person="binh", granted_by="2"))
    with pytest.raises(InvalidInput, match="người giao"):
        replace(DELEGATED, granted_by=None)


VISIT = Visit("huong", datetime(2026, 11, 20, 9, tzinfo=VN))
GOOD = Offered(
    "huong", at_desk=True, captured_at=datetime(2026, 11, 20, 9, 5, tzinfo=VN),
    received_at=datetime(2026, 11, 20, 9, 5, 2, tzinfo=VN), nature=Nature.SCAN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "visit", "fault"),
    [
        (replace(GOOD, at_desk=False), VISIT, CapturedByAnother),
        (replace(GOOD, by="binh"), VISIT, CapturedByAnother),
        (replace(GOOD, captured_at=datetime(2026, 11, 20, 8, 59, tzinfo=VN)), VISIT, OutsideTheVisit),
        (replace(GOOD, captured_at=datetime(2026, 11, 20, 9, 7, tzinfo=VN)), VISIT, OutsideTheVisit),
        (GOOD, replace(VISIT, closed_at=datetime(2026, 11, 20, 9, 5, tzinfo=VN)), OutsideTheVisit),
        (replace(GOOD, same_as="d1"), VISIT, AlreadyDigitised),
        (replace(GOOD, of_result="d1"), VISIT, AlreadyDigitised),
        (replace(GOOD, nature=Nature.BORN_DIGITAL), VISIT, AlreadyElectronic),
        (replace(GOOD, nature=Nature.SIGNED), VISIT, AlreadyElectronic),
    ],
)
def test_only_a_capture_of_the_paper_in_this_visit_will_do(
    offered: Offered, visit: Visit, fault: type[NotFromOriginal]
) -> None:
    may_be_original(GOOD, VISIT)
    with pytest.raises(fault) as refused:
        may_be_original(offered, visit)
    assert "45/2020" in refused.value.message


@pytest.mark.parametrize("on", [date(2015, 4, 10), date(2025, 10, 31), date(2025, 11, 1), DAY])
def test_every_day_has_one_attestation_and_six_grounds(on: date) -> None:
    said = words(Numbering(7, "01/2026-SCT/BS", on.year, on), "Chủ tịch")
    assert said.lines[1] == "Số chứng thực: 07   Quyển số: 01/2026-SCT/BS"
    assert said.mark == "chưa kiểm chứng"
    assert {each.ground for each in in_force(certification_rules().refusal, on)} == set(RefusalGround)


def test_days_and_months_are_written_as_official_papers_write_them() -> None:
    assert words(Numbering(1, "b", 2026, date(2026, 2, 3)), "x").lines[2] == "Ngày 03 tháng 02 năm 2026"
    assert words(Numbering(1, "b", 2026, date(2026, 3, 13)), "x").lines[2] == "Ngày 13 tháng 3 năm 2026"


def test_a_number_belongs_to_the_year_of_its_day() -> None:
    for serial, book, year in ((0, "b", 2026), (1, " ", 2026), (1, "b", 2025)):
        with pytest.raises(Impossible):
            Numbering(serial, book, year, DAY)


def test_the_book_is_named_by_volume_year_and_symbol() -> None:
    form = certification_rules().book_form(Act.CERTIFY_COPY, "paper", DAY)
    assert book_name(form, 3, 2026) == "03/2026-SCT/BS"


def test_foreign_papers_need_legalisation_unless_they_are_of_an_exempt_kind() -> None:
    foreign = Original("Bằng lái", 1, foreign=True)
    assert ground_against(foreign, DAY) is RefusalGround.NOT_LEGALISED
    assert ground_against(replace(foreign, legalised=True), DAY) is None
    assert ground_against(replace(foreign, foreign_kind="driving_licence"), DAY) is None
    with pytest.raises(InvalidInput):
        ground_against(replace(foreign, foreign_kind="contract"), DAY)


def test_the_other_act_is_shown_the_door() -> None:
    with pytest.raises(Forbidden, match=r"2\.000908"):
        CertificationOrder("xa", Requester("An"), (Original("Bằng", 1),), NOON, Act.EXTRACT_FROM_REGISTER)
    for bad in ((), None):
        with pytest.raises(InvalidInput):
            CertificationOrder("xa", Requester("An" if bad == () else " "), (), NOON)
