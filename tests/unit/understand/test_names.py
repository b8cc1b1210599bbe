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
