"""When a text is a person's name."""

from __future__ import annotations

import pytest

from digitize.understand.names import person_name


@pytest.mark.parametrize("text", ["Nguyễn Văn Bình", "PHẠM THANH HÀ", "Tô Lâm", "Lò Thị Mai"])
def test_names_with_a_known_family_name_are_names(text: str) -> None:
    name = person_name(text)
    assert name is not None
    assert name.value == text
    assert name.known


@pytest.mark.parametrize("text", ["Chủ tịch", "Nguyễn", "Kính gửi các đơn vị", "12 tháng 3", "SỞ TƯ PHÁP"])
def test_other_words_are_no_names(text: str) -> None:
    assert person_name(text) is None


@pytest.mark.parametrize(("read", "meant"), [("Lễ Trung Hà", "Lê Trung Hà"), ("guyễn Hòa Bình", "Nguyễn Hòa Bình")])
def test_a_misread_family_name_is_set_right_but_not_taken_for_sure(read: str, meant: str) -> None:
    name = person_name(read)
    assert name is not None
    assert name.value == meant
    assert not name.known
    assert name.alternatives == (read,)


def test_thi_after_a_family_name_is_set_right_but_not_taken_for_sure() -> None:
    name = person_name("VÕ THI BÍCH TRANG")
    assert name is not None
    assert name.value == "VÕ THỊ BÍCH TRANG"
    assert not name.known


def test_a_name_that_begins_with_a_middle_name_has_lost_its_family_name() -> None:
    name = person_name("Văn Tiến")
    assert name is not None
    assert not name.known


def test_a_stroke_that_joins_two_syllables_is_taken_out_and_the_name_is_not_sure() -> None:
    name = person_name("Vũ-Thị Thu Ngân")
    assert name is not None
    assert name.value == "Vũ Thị Thu Ngân"
    assert not name.known
