"""Normal forms and typed lines: the rules of :mod:`digitize.search`, case by case."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.errors import InvalidInput
from digitize.search import (
    Word,
    agreement,
    cuts,
    is_near,
    marked,
    number_key,
    parse,
    text_words,
    unmarked,
    words,
    words_asked,
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("khoẻ", "khỏe"),
        ("HOÁ", "hóa"),
        ("xoã", "xõa"),
        ("luỹ", "lũy"),
        ("gìa", "già"),
    ],
)
def test_the_placement_of_the_tone_makes_no_other_word(old: str, new: str) -> None:
    assert marked(old) == marked(new)


@pytest.mark.parametrize(
    ("one", "other"), [("ma", "má"), ("hoa", "hòa"), ("dao", "đao"), ("an", "ân"), ("hùng", "hưng")]
)
def test_marks_make_another_word(one: str, other: str) -> None:
    assert marked(one) != marked(other)


@pytest.mark.parametrize(
    ("typed", "stands", "agrees"),
    [
        ("Đức", "đức", 2), ("duc", "đức", 1), ("đuc", "đức", 1), ("đuc", "dục", 0), ("đức", "dức", 0),
        ("dục", "dục", 2), ("dức", "đức", 1), ("hoa", "hòa", 1), ("hoà", "hòa", 2), ("hòa", "hoa", 1), ("an", "am", 0),
    ],
)  # fmt: skip
def test_a_typed_d_finds_the_barred_one_and_never_the_other_way_round(typed: str, stands: str, agrees: int) -> None:
    assert agreement(Word(marked(typed)), marked(stands)) == agrees


def test_between_quotation_marks_other_marks_are_another_word() -> None:
    assert agreement(Word(marked("hòa"), exact=True), marked("hoa")) == 0
    assert agreement(Word(marked("hoà"), exact=True), marked("hòa")) == 2


@pytest.mark.parametrize(
    "written", ["12/QĐ-UBND", "12/qđ-ubnd", "012/QĐ-UBND", "12 / QĐ - UBND", "Số: 12/QĐ-UBND", "số 12/QĐ-UBND."]
)
def test_a_number_with_its_notation_is_one_word(written: str) -> None:
    assert number_key(written) == "12/qđ-ubnd"


@given(st.text(alphabet="aăâeêioôơuưyđhklmnrstáàảãạ ĐÁ", max_size=40))
def test_normal_forms_are_fixed_points(text: str) -> None:
    once = " ".join(words(text))
    assert " ".join(words(once)) == once
    assert unmarked(unmarked(text)) == unmarked(text)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("12/QĐ-UBND", {"number": "12/qđ-ubnd"}),
        ("số 012 / QĐ-UBND", {"number": "12/qđ-ubnd"}),
        ("12 QĐ-UBND", {"number": "12/qđ-ubnd"}),
        ("số 12", {"serial": "12"}),
        ("CCCD 001321004567", {"person_number": "001321004567"}),
        ("0101234567-001", {"person_number": "0101234567-001"}),
        ("H99.01-210520-0001", {"dossier_code": "H99.01-210520-0001"}),
        ("000.00.12.H61-210520-0001-KQ(2)", {"dossier_code": "000.00.12.H61-210520-0001", "ordinal": 2}),
        ("20/5/2021", {"day": date(2021, 5, 20)}),
        ("2021-05-20", {"day": date(2021, 5, 20)}),
        ("Giấy khai sinh", {"kind_codes": ("giay_khai_sinh",)}),
        ("giay khai sinh an", {"kind_codes": ("giay_khai_sinh",), "words": (Word("an"),)}),
    ],
)
def test_a_typed_line_is_taken_apart(typed: str, means: dict[str, object]) -> None:
    query = parse(typed)
    assert {name: getattr(query, name) for name in means} == means
    if "words" not in means:
        assert query.words == ()


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="dài quá"):
        parse("a " * 200)


@pytest.mark.parametrize("slip", ["nguyn", "nguyeen", "ngyuen", "nguyem"])
def test_one_slip_leaves_a_cut_in_common_and_is_near(slip: str) -> None:
    assert cuts(slip) & cuts("nguyen")
    assert is_near(slip, "nguyen")


def test_two_slips_and_the_word_itself_are_not_near() -> None:
    assert not is_near("nguyen", "nguyen")
    assert not is_near("ngye", "nguyen")
    assert not is_near("an", "am")


def test_the_words_of_a_scan_are_pairs_and_numbers_and_nothing_that_stands_on_every_paper() -> None:
    text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 12/QĐ-UBND, ngày 20.5.2021\nCấp phép xây dựng."
    keys = [word.key for word in text_words(text)]
    assert keys == ["so", "12/qd-ubnd", "ngay", "cap phep", "phep xay", "xay dung", "dung"]


@pytest.mark.parametrize("number", ["001321004567", "123456789", "001 321 004 567", "0013.2100.4567"])
def test_a_person_s_number_is_no_word_of_a_scan(number: str) -> None:
    assert not [word.key for word in text_words(f"CCCD số {number}.") if any(map(str.isdigit, word.key))]


def test_a_scan_gives_no_more_words_than_it_may() -> None:
    assert len(text_words(" ".join(f"từ{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)), most=50)) == 50


def test_what_is_typed_asks_for_pairs_or_for_the_only_word() -> None:
    assert [word.key for word in words_asked(parse("xây dựng nhà").words)] == ["xay dung", "dung nha"]
    assert [word.key for word in words_asked(parse("Bưởi").words)] == ["buoi"]
