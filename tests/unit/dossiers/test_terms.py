"""Which state may follow which, when a dossier is finished, and whether that was in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from digitize.dossiers import terms
from digitize.dossiers.terms import Timeliness
from digitize.dossiers.words import Status
from digitize.errors import InvalidInput

AT = datetime(2021, 5, 20, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.mark.parametrize(
    ("earlier", "later", "may"),
    [
        (None, 9, True), (1, 2, True), (1, 10, True), (2, 9, True), (4, 5, True), (5, 4, True), (7, 9, True),
        (9, 10, True), (8, 10, True), (9, 4, False), (10, 9, False), (10, 1, False), (3, 2, False), (4, 1, False),
    ],
)  # fmt: skip
def test_a_state_follows_another_even_where_steps_between_went_untold(
    earlier: int | None, later: int, may: bool
) -> None:
    assert terms.may_follow(earlier, later) is may


def test_every_state_has_its_place_its_name_and_the_ends_are_those_of_the_portal() -> None:
    assert [terms.is_end(status) for status in Status] == [status in (3, 7, 8, 9, 10) for status in Status]
    assert all(terms.name_of(status) for status in Status)
    assert terms.told(None) == "không rõ"


@pytest.mark.parametrize(
    ("earlier", "status", "expected"),
    [
        (None, 9, LATER), (AT, 9, LATER), (AT, 10, AT), (None, 10, LATER), (None, 7, LATER), (AT, 8, AT),
        (AT, 4, None), (None, None, None),
    ],
)  # fmt: skip
def test_finished_is_when_it_reached_nine_else_its_first_other_end(
    earlier: datetime | None, status: int | None, expected: datetime | None
) -> None:
    assert terms.finished_at(earlier, status, LATER) == expected


@pytest.mark.parametrize(
    ("due", "finished", "status", "expected"),
    [
        (AT, AT, 9, Timeliness.ON_TIME), (AT, LATER, 9, Timeliness.LATE), (None, AT, 9, Timeliness.UNKNOWN),
        (AT, None, 4, Timeliness.OVERDUE), (LATER + timedelta(days=9), None, 4, Timeliness.OPEN),
        (AT, None, None, Timeliness.UNKNOWN), (AT, None, 9, Timeliness.UNKNOWN),
    ],
)  # fmt: skip
def test_in_time_is_not_after_the_due_date_and_what_is_not_known_is_said_to_be_so(
    due: datetime | None, finished: datetime | None, status: int | None, expected: Timeliness
) -> None:
    assert terms.timeliness(due, finished, status, LATER) is expected


def test_a_mere_day_is_compared_by_the_day() -> None:
    day = date(2021, 5, 20)
    due, finished = terms.last_moment(day), terms.first_moment(day)
    assert terms.timeliness(due, datetime(2021, 5, 20, 16, 59, tzinfo=UTC), 9, AT) is Timeliness.ON_TIME
    assert terms.timeliness(AT, finished, 9, AT) is Timeliness.ON_TIME
    assert terms.timeliness(due, terms.first_moment(day + timedelta(days=1)), 9, AT) is Timeliness.LATE


def test_a_stamp_is_read_and_written_in_vietnam() -> None:
    assert terms.parse_stamp("20210520160000") == AT
    assert terms.stamp(AT) == "20210520160000"
    assert terms.parse_stamp("20210520") == terms.first_moment(date(2021, 5, 20))
    for wrong in ("2021", "20210231000000", "20210520 60000", "２０２１０５２０"):
        with pytest.raises(InvalidInput):
            terms.parse_stamp(wrong)


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("000.11.31.H99-210312-0001", True), ("G09.20-20260609-0092637", True), ("H99.01-210520-00001", True),
        ("H99/2021-5", True), ("", False), ("a b", False), ("mã", False), ("x" * 65, False), ("../x", False),
    ],
)  # fmt: skip
def test_codes_of_every_pattern_in_use_are_taken(code: str, good: bool) -> None:
    assert terms.is_code(code) is good
