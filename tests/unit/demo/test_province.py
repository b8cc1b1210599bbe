"""The demo province is invented, complete, and stands on both sides of the targets of 2021."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.demo.province import END_OF_YEAR, DemoProvince, add_months, province
from workers.demo.specimens.demo_set import assignments, draft

TARGETS = {"tinh": 0.30, "huyen": 0.20, "xa": 0.15}
"""QĐ 468/QĐ-TTg, 2021."""


@pytest.fixture(scope="module")
def demo() -> DemoProvince:
    """The province of seed 1."""
    return province(1)


def rates(demo: DemoProvince) -> dict[str, tuple[int, int]]:
    """Published specimens and results in force at the end of 2021, by unit."""
    found = {}
    for unit in demo.units:
        mine = [each for each in demo.dossiers if each.unit_code == unit.code]
        valid = [each for each in mine if any(result.in_force_on(END_OF_YEAR) for result in each.results)]
        found[unit.code] = (sum(each.specimen is not None for each in valid), len(valid))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_two_levels_reach_their_target_and_one_does_not(seed: int) -> None:
    demo = province(seed)
    of_units = rates(demo)
    reached = {}
    for level, target in TARGETS.items():
        pairs = [of_units[unit.code] for unit in demo.units if unit.level == level]
        rate = sum(done for done, _ in pairs) / sum(total for _, total in pairs)
        assert abs(rate - target) < 0.02
        reached[level] = rate >= target
    assert reached == {"tinh": True, "huyen": False, "xa": True}


def test_within_each_level_units_stand_on_both_sides(demo: DemoProvince) -> None:
    for level, target in TARGETS.items():
        sides = {
            done / total >= target
            for unit in demo.units
            for done, total in (rates(demo)[unit.code],)
            if unit.level == level and total
        }
        assert sides == {True, False}


def test_every_specimen_is_the_result_of_one_dossier_of_its_unit(demo: DemoProvince) -> None:
    assert len(assignments()) >= 16
    assert len({each.kind_code for each in assignments()}) >= 8
    for assignment in assignments():
        paper, dossier = draft(1, assignment), demo.dossier_of(f"{assignment.name}.pdf")
        assert dossier.unit_code == assignment.unit_code
        assert dossier.results[0].number == paper.number + paper.notation
        assert dossier.results[0].issued_on == paper.issued_on
        assert dossier.results[0].kind_code == assignment.kind_code
        assert dossier.results[0].in_force_on(END_OF_YEAR)


def test_an_unknown_specimen_has_no_dossier(demo: DemoProvince) -> None:
    with pytest.raises(KeyError):
        demo.dossier_of("99-giay_khai_sinh.jpg")


def test_dossier_codes_are_unique_and_of_the_two_known_patterns(demo: DemoProvince) -> None:
    codes = [each.code for each in demo.dossiers]
    assert len(codes) == len(set(codes))
    older = r"000\.\d\d\.\d\d\.H99-\d{6}-\d{4}"
    newer = r"H99(\.\d\d)+-\d{8}-\d{7}"
    assert all(re.fullmatch(f"{older}|{newer}", code) for code in codes)


def test_everything_was_resolved_in_2021_after_it_was_received(demo: DemoProvince) -> None:
    for dossier in demo.dossiers:
        assert dossier.received_on < dossier.resolved_at.date() <= END_OF_YEAR
        assert dossier.resolved_at.year == 2021
        assert dossier.resolved_at.utcoffset() is not None


def test_the_register_holds_expired_cancelled_and_refused_ones(demo: DemoProvince) -> None:
    results = [result for dossier in demo.dossiers for result in dossier.results]
    assert any(result.valid_until and result.valid_until < END_OF_YEAR for result in results)
    assert any(result.cancelled_on for result in results)
    assert any(not dossier.results for dossier in demo.dossiers)


def test_every_unit_has_its_people_and_the_province_one_administrator(demo: DemoProvince) -> None:
    roles = {(person.unit_code, person.role) for person in demo.people}
    assert all((unit.code, role) in roles for unit in demo.units for role in ("clerk", "officer", "supervisor"))
    assert sum(person.role == "administrator" for person in demo.people) == 1
    assert len({person.username for person in demo.people}) == len({person.id for person in demo.people}) == 31


def test_units_form_a_tree_and_districts_end_with_june_2025(demo: DemoProvince) -> None:
    known: set[str] = set()
    for unit in demo.units:
        assert unit.parent is None or unit.parent in known
        known.add(unit.code)
        assert unit.valid_to == (date(2025, 6, 30) if unit.level == "huyen" else None)


def test_no_password_stands_in_the_data() -> None:
    for name in ("province.toml", "names.toml", "procedures.toml", "specimens.toml"):
        text = resources.files("workers.demo").joinpath(name).read_text(encoding="utf-8")
        assert "password" not in text.casefold()


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later.replace(day=28).month != add_months(later, 1).month))
