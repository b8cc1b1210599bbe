"""Names of agencies in a form that can be compared."""

from __future__ import annotations

import pytest

from digitize.offices import read_name

COMMUNE = ("xa tan an", ())
PLACED = ("xa tan an", ("huyen vinh cuu",))


@pytest.mark.parametrize(
    ("text", "above", "told"),
    [
        ("ỦY BAN NHÂN DÂN XÃ TÂN AN", "", COMMUNE),
        ("Uỷ ban nhân dân xã Tân An", "", COMMUNE),
        ("UBND xã Tân An", "", COMMUNE),
        ("U.B.N.D xã Tân An", "", COMMUNE),
        ("Xã Tân An", "", COMMUNE),
        ("UBND XA TAN AN", "", COMMUNE),
        ("UBND X. Tân An", "", COMMUNE),
        ("Ủy ban nhân dân xã Tân An, huyện Vĩnh Cửu", "", PLACED),
        ("Ủy ban nhân dân xã Tân An - huyện Vĩnh Cửu", "", PLACED),
        ("Ủy ban nhân dân xã Tân An huyện Vĩnh Cửu", "", PLACED),
        ("UBND xã Tân An (huyện Vĩnh Cửu)", "", PLACED),
        ("UBND XA TAN AN, HUYEN VINH CUU", "", PLACED),
        ("ỦY BAN NHÂN DÂN XÃ TÂN AN", "UBND HUYỆN VĨNH CỬU", PLACED),
        ("UBND P.Bến Nghé, Q.1, TP.HCM", "", ("phuong ben nghe", ("quan 1", "thanh pho ho chi minh"))),
        ("SỞ XÂY DỰNG", "UBND TỈNH ĐỒNG NAI", ("so xay dung", ("tinh dong nai",))),
        ("Sở Xây dựng tỉnh Đồng Nai", "", ("so xay dung", ("tinh dong nai",))),
        ("Sở Xây dựng", "BỘ XÂY DỰNG", ("so xay dung", ())),
        ("Sở Văn hóa, Thể thao và Du lịch", "", ("so van hoa the thao va du lich", ())),
        ("Sở Lao động - Thương binh và Xã hội", "", ("so lao dong thuong binh va xa hoi", ())),
        ("Công an xã Tân An", "", ("cong an", ("xa tan an",))),
        ("Huyện ủy Vĩnh Cửu", "", ("huyen uy vinh cuu", ())),
        # Without marks "Tịnh" looks like "tỉnh", "Quán" like "quận".
        ("UBND xã Tịnh Ấn, huyện Sơn Tịnh", "", ("xa tinh an", ("huyen son tinh",))),
        ("UBND xa Tinh An", "", ("xa tinh an", ())),
        ("Phường Văn Quán", "", ("phuong van quan", ())),
        ("", "", ("", ())),
        ("UBND", "", ("", ())),
    ],
)
def test_one_office_has_one_key_however_it_is_printed(text: str, above: str, told: tuple[str, tuple[str, ...]]) -> None:
    name = read_name(text, above)
    assert (name.key, name.within) == told


def test_marks_are_compared_wherever_the_tone_stands_and_only_where_there_are_any() -> None:
    old, new, other, bare = (read_name(f"xã {place}") for place in ("Hoà Bình", "Hòa Bình", "Hoá Bình", "Hoa Binh"))
    assert old.marked == new.marked != other.marked
    assert old.has_marks
    assert not read_name("UBND xa Hoa Binh").has_marks
    assert old.key == other.key == bare.key
