"""The rules of the tree of units through time."""

from __future__ import annotations

from datetime import date

import pytest

from digitize import territory
from digitize.errors import Conflict, InvalidInput, SohoaError
from digitize.targets import Level
from digitize.territory import Below, Branch, Heir, History, Named, above, answering, contradictions

FOUNDED, REFORM = date(2004, 1, 1), date(2025, 7, 1)
EVE = date(2025, 6, 30)


def unit(code: str, parent: str | None, since: date = FOUNDED, until: date | None = None, *heirs: str) -> History:
    inherit = tuple(Heir(heir, REFORM, number == 0, "NQ") for number, heir in enumerate(heirs))
    return History(
        code,
        Level.XA,
        Branch.LOCAL,
        since,
        until,
        (Named(code, since, until),),
        (Below(parent, since, until),),
        inherit,
    )


def tree(*units: History) -> dict[str, History]:
    return {one.code: one for one in units}


REFORMED = tree(
    unit("T", None),
    unit("H", "T", FOUNDED, EVE, "T"),
    unit("X1", "H", FOUNDED, EVE, "X", "Y"),
    unit("X2", "H"),
    unit("X", "T", REFORM),
    unit("Y", "T", REFORM),
)


def test_a_unit_that_is_gone_stands_below_its_principal_heir_from_the_first_day_without_it() -> None:
    assert (above(REFORMED, "X1", EVE), above(REFORMED, "X1", REFORM)) == ("H", "X")
    assert (answering(REFORMED, "X1", EVE), answering(REFORMED, "X1", REFORM)) == ("X1", "X")
    assert answering(REFORMED, "X2", REFORM) == "X2"


def test_an_heir_that_is_gone_itself_is_answered_for_by_its_own() -> None:
    ended = territory.ended(unit("X", "T", REFORM), date(2030, 1, 1), ["Y"], "NQ")
    later = REFORMED | {"X": ended}
    assert [answering(later, "X1", date(year, 6, 1)) for year in (2025, 2026, 2030)] == ["X1", "X", "Y"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda one: territory.renamed(one, " ", REFORM), InvalidInput),
        (lambda one: territory.renamed(one, "Mới", date(2003, 1, 1)), InvalidInput),
        (lambda one: territory.renamed(one, "Mới", FOUNDED), Conflict),
        (lambda one: territory.moved(one, "T", date(2003, 1, 1)), InvalidInput),
        (lambda one: territory.moved(one, "T", FOUNDED), Conflict),
        (lambda one: territory.ended(one, FOUNDED, ["T"], "NQ"), InvalidInput),
        (lambda one: territory.ended(one, REFORM, [], "NQ"), InvalidInput),
        (lambda one: territory.ended(one, REFORM, ["T", "T"], "NQ"), InvalidInput),
        (lambda one: territory.ended(territory.ended(one, REFORM, ["T"], "NQ"), REFORM, ["Y"], "NQ"), Conflict),
        (lambda one: territory.ended(territory.renamed(one, "Mới", date(2026, 1, 1)), REFORM, ["T"], "NQ"), Conflict),
    ],
)
def test_a_change_that_contradicts_what_is_known_is_refused(change: object, error: type[SohoaError]) -> None:
    assert callable(change)
    with pytest.raises(error):
        change(unit("X2", "H"))


def test_the_same_change_told_twice_is_one() -> None:
    for change in (
        lambda one: territory.renamed(one, "Mới", REFORM),
        lambda one: territory.moved(one, "T", REFORM),
        lambda one: territory.ended(one, REFORM, ["T"], "NQ"),
    ):
        once = change(unit("X2", "H"))
        assert change(once) == once


def test_names_and_parents_of_a_day_follow_one_another_without_a_gap() -> None:
    changed = territory.moved(territory.renamed(unit("X2", "H"), "Mới", REFORM), "T", REFORM)
    assert [changed.name_on(day) for day in (EVE, REFORM)] == ["X2", "Mới"]
    assert [changed.parent_on(day) for day in (EVE, REFORM)] == ["H", "T"]
    assert [(one.since, one.until) for one in changed.names] == [(FOUNDED, EVE), (REFORM, None)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (unit("A", None, REFORM, EVE), "ngày cuối 30/06/2025 trước ngày đầu"),
        (unit("A", "không có"), "không có đơn vị cấp trên"),
        (unit("A", "X"), "chưa có vào ngày 01/01/2004"),
        (unit("A", "T", FOUNDED, EVE, "không có"), "không có đơn vị kế thừa"),
        (unit("A", "T", FOUNDED, None, "T"), "không có ngày cuối"),
        (unit("A", "T", FOUNDED, EVE, "A"), "đơn vị kế thừa A không tồn tại"),
        (unit("A", "T", FOUNDED, EVE, "X1"), "đơn vị kế thừa X1 không tồn tại"),
        (unit("A", "A"), "đứng dưới chính nó"),
    ],
)
def test_a_history_that_cannot_be_is_told_with_its_reason(wrong: History, told: str) -> None:
    found = list(contradictions(REFORMED | {"A": wrong}, ["A"]))
    assert any(told in one.sentence and one.code == "A" for one in found), found


def test_a_circle_that_only_closes_on_a_day_to_come_is_found() -> None:
    below_its_heir = tree(unit("T", None), unit("H", "T", FOUNDED, EVE, "X2"), unit("X2", "H"))
    assert {one.code for one in contradictions(below_its_heir, [])} == {"H", "X2"}
    moved = below_its_heir | {"X2": territory.moved(below_its_heir["X2"], "T", REFORM)}
    assert not list(contradictions(moved, moved))


def test_nothing_is_wrong_with_a_reform_that_is_told_whole() -> None:
    assert not list(contradictions(REFORMED, REFORMED))
