"""Names stand in the order of the Vietnamese dictionary."""

from __future__ import annotations

import unicodedata

from digitize.collation import collation_key

IN_ORDER = [
    "an",
    "àn",
    "ản",
    "ãn",
    "án",
    "ạn",
    "anh",
    "ăn",
    "ân",
    "bà",
    "cá",
    "da",
    "đa",
    "êm",
    "ô",
    "ơ",
    "u",
    "ư",
    "ý",
]


def test_letters_come_first_and_tones_after_them() -> None:
    assert sorted(set(IN_ORDER), key=collation_key) == IN_ORDER
    names = ["Xã Ẳng Cang", "Xã Ăng Tô", "Xã Ẳng Nưa", "Xã Đồi Gió", "Xã Búng Lao", "Xã Dào San"]
    told = ["Xã Ẳng Cang", "Xã Ẳng Nưa", "Xã Ăng Tô", "Xã Búng Lao", "Xã Dào San", "Xã Đồi Gió"]
    assert sorted(names, key=collation_key) == told


def test_decomposed_text_has_the_same_place() -> None:
    for word in IN_ORDER:
        assert collation_key(unicodedata.normalize("NFD", word))[:2] == collation_key(word)[:2]
