"""Misread marks are set right where one word can be meant, and nothing else is touched."""

from __future__ import annotations

import pytest

from digitize.understand.repair import repaired


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("ỦY BAN NHÂN DẬN THÀNH PHÓ HÒ CHÍ MINH", "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"),
        ("SỞ THÔNG TIN VÀ TRUYÈN THÔNG", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"),
        ("hô sơ xét trao học bông", "hồ sơ xét trao học bổng"),
    ],
)
def test_misread_marks_are_set_right(read: str, meant: str) -> None:
    assert repaired(read) == meant


@pytest.mark.parametrize(
    "read",
    [
        "PHÒNG KINH TẾ VÀ HẠ TẦNG",
        "Về việc chuyển hồ sơ liên thông",
        "Về việc ứng phó với bão số 5",
        "Sửa đổi, bổ sung một số điều của Thông tư số 57/2015/TT-BCA",
        "đối với ông Nguyễn Thành Sơn",
        "ỦY BAN NHÂN DÂN XÃ THÀNH SƠN",
        "cho bà Đỗ Thị Hiền",
    ],
)
def test_what_was_read_right_stays(read: str) -> None:
    assert repaired(read) == read
