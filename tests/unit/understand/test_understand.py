"""What the understanding promises about kinds, fields and secrecy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digitize.model import UNKNOWN_KIND, Page, Secrecy
from digitize.understand import Understanding, understand

Papermaker = Callable[..., Page]

NATIONAL = (
    (0.48, 0.05, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.55, 0.07, "Độc lập - Tự do - Hạnh phúc"),
)
HEADER = (
    (0.12, 0.05, "ỦY BAN NHÂN DÂN"),
    (0.12, 0.07, "TỈNH PHÚ THỌ"),
    (0.13, 0.10, "Số: 15/QĐ-UBND"),
    (0.52, 0.10, "Phú Thọ, ngày 05 tháng 01 năm 2021"),
    *NATIONAL,
)
DECISION = (
    *HEADER,
    (0.44, 0.16, "QUYẾT ĐỊNH"),
    (0.33, 0.18, "Về việc công nhận trường chuẩn quốc gia"),
    (0.15, 0.25, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của"),
    (0.12, 0.70, "Nơi nhận:"),
    (0.65, 0.70, "KT. CHỦ TỊCH"),
    (0.64, 0.72, "PHÓ CHỦ TỊCH"),
    (0.63, 0.80, "Nguyễn Văn Bình"),
)
BIRTH = (
    *NATIONAL,
    (0.70, 0.10, "Số: 59/2021"),
    (0.42, 0.15, "GIẤY KHAI SINH"),
    (0.10, 0.20, "Họ, chữ đệm, tên: PHẠM THANH HÀ"),
    (0.10, 0.23, "Ngày, tháng, năm sinh: 09/03/2021"),
    (0.10, 0.26, "Số định danh cá nhân: 099221190023"),
    (0.10, 0.29, "Họ, chữ đệm, tên người mẹ: Dương Thị Lan"),
    (0.10, 0.32, "Nơi đăng ký khai sinh: Ủy ban nhân dân xã Tân Hòa"),
    (0.10, 0.35, "Ngày, tháng, năm đăng ký: 16/04/2021"),
)


def values(understood: Understanding) -> dict[str, str]:
    """Field values by name."""
    return {name: field.value for name, field in understood.fields.items()}


def test_a_decision_gives_all_cells_of_the_header_and_its_signer(paper: Papermaker) -> None:
    understood = understand([paper(*DECISION)])
    assert understood.kind.code == "quyet_dinh"
    assert understood.kind.reasons
    assert values(understood) == {
        "number": "15/QĐ-UBND",
        "issued_date": "2021-01-05",
        "place": "Phú Thọ",
        "organ_name": "ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ",
        "subject": "Về việc công nhận trường chuẩn quốc gia",
        "signer_name": "Nguyễn Văn Bình",
        "signer_title": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    }
    assert not any(field.doubtful for field in understood.fields.values())


def test_a_paper_without_title_but_with_addressees_is_a_letter(paper: Papermaker) -> None:
    letter = (
        (0.12, 0.05, "SỞ TƯ PHÁP"),
        (0.13, 0.10, "Số: 687/STP-VB"),
        (0.12, 0.13, "V/v hướng dẫn đăng ký hộ tịch"),
        (0.52, 0.10, "Hà Nội, ngày 25 tháng 02 năm 2021"),
        (0.30, 0.20, "Kính gửi: Ủy ban nhân dân các quận, huyện"),
        *NATIONAL,
    )
    understood = understand([paper(*letter)])
    assert understood.kind.code == "cong_van"
    assert values(understood)["subject"] == "V/v hướng dẫn đăng ký hộ tịch"


def test_a_birth_certificate_gives_the_child_and_neither_parent(paper: Papermaker) -> None:
    understood = understand([paper(*BIRTH)])
    assert understood.kind.code == "giay_khai_sinh"
    found = values(understood)
    assert found["holder_name"] == "PHẠM THANH HÀ"
    assert found["holder_id"] == "099221190023"
    assert found["holder_birth_date"] == "2021-03-09"
    assert found["issued_date"] == "2021-04-16"
    assert found["organ_name"].startswith("Ủy ban nhân dân xã")


def test_a_longer_title_wins_over_the_shorter_one_in_it(paper: Papermaker) -> None:
    understood = understand([paper(*NATIONAL, (0.30, 0.15, "GIẤY CHỨNG NHẬN"), (0.28, 0.17, "ĐĂNG KÝ HỘ KINH DOANH"))])
    assert understood.kind.code == "giay_chung_nhan_dang_ky_ho_kinh_doanh"


def test_an_unknown_paper_is_said_to_be_unknown(paper: Papermaker) -> None:
    understood = understand([paper((0.1, 0.1, "Danh sách khách mời dự tiệc cuối năm"))])
    assert understood.kind.code == UNKNOWN_KIND
    assert understood.fields == {}


def test_a_blank_page_is_unknown_and_not_an_error(paper: Papermaker) -> None:
    assert understand([paper()]).kind.code == UNKNOWN_KIND


@pytest.mark.parametrize("number", ["#74/QĐ-UBND", "/QĐ-UBND", "đ7/QĐ-UBND"])
def test_a_number_whose_figures_cannot_be_read_is_doubtful(paper: Papermaker, number: str) -> None:
    lines = [(0.13, 0.10, f"Số: {number}") if line[2].startswith("Số:") else line for line in DECISION]
    assert understand([paper(*lines)]).fields["number"].doubtful


def test_a_date_whose_day_cannot_be_read_is_left_out_and_the_place_stays(paper: Papermaker) -> None:
    lines = [(0.52, 0.10, "Phú Thọ, ngày Jÿ tháng 10 năm 2023") if "ngày 05" in line[2] else line for line in DECISION]
    found = values(understand([paper(*lines)]))
    assert "issued_date" not in found
    assert found["place"] == "Phú Thọ"


def test_an_incoming_stamp_gives_neither_number_nor_date(paper: Papermaker) -> None:
    bare_lines = [line for line in DECISION if "Số:" not in line[2] and "ngày 05" not in line[2]]
    stamped = understand([paper(*bare_lines, (0.10, 0.13, "ĐẾN"), (0.10, 0.14, "Ngày: 27/11/2024"))])
    assert "number" not in stamped.fields
    assert "issued_date" not in stamped.fields


def test_the_signer_of_a_copy_is_not_the_signer_of_the_paper(paper: Papermaker) -> None:
    copied = (
        (0.60, 0.85, "SAO Y BẢN CHÍNH"),
        (0.60, 0.88, "CHÁNH VĂN PHÒNG"),
        (0.61, 0.94, "Phạm Thanh Hà"),
    )
    assert values(understand([paper(*DECISION, *copied)]))["signer_name"] == "Nguyễn Văn Bình"


def test_misread_marks_of_a_city_are_set_right_and_the_reading_is_kept(paper: Papermaker) -> None:
    lines = [(0.12, 0.07, "THÀNH PHÓ HÒ CHÍ MINH") if line[2] == "TỈNH PHÚ THỌ" else line for line in DECISION]
    organ = understand([paper(*lines)]).fields["organ_name"]
    assert organ.value == "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"
    assert "PHÓ HÒ" in organ.alternatives[0]


@pytest.mark.parametrize(
    ("mark", "degree"), [("MẬT", Secrecy.MAT), ("TỐI MẬT", Secrecy.TOI_MAT), ("TUYỆT MẬT", Secrecy.TUYET_MAT)]
)
def test_a_secrecy_mark_that_stands_alone_is_seen(paper: Papermaker, mark: str, degree: Secrecy) -> None:
    assert understand([paper(*DECISION, (0.14, 0.13, mark))]).secrecy is degree


@pytest.mark.parametrize("text", ["bảo vệ bí mật nhà nước", "MẬT ĐỘ XÂY DỰNG", "Mật khẩu", "MAT"])
def test_words_that_only_sound_secret_are_no_mark(paper: Papermaker, text: str) -> None:
    assert understand([paper(*DECISION, (0.14, 0.13, text))]).secrecy is None


def test_the_passing_date_of_a_law_is_taken_from_its_end(paper: Papermaker) -> None:
    law = paper((0.2, 0.05, "QUỐC HỘI"), (0.15, 0.10, "Luật số: 68/2020/QH14"), *NATIONAL, (0.45, 0.16, "LUẬT"))
    end = paper((0.15, 0.2, "Luật này được Quốc hội khóa XIV thông qua ngày 13 tháng 11 năm 2020."), number=2)
    understood = understand([law, end])
    assert understood.kind.code == "luat"
    assert values(understood)["issued_date"] == "2020-11-13"


def test_a_subject_may_begin_like_a_body_where_it_does_not_fill_the_line(paper: Papermaker) -> None:
    lines = [
        (0.33, 0.18, "Thực hiện đăng ký khai sinh lưu động") if "Về việc" in line[2] else line for line in DECISION
    ]
    assert values(understand([paper(*lines)]))["subject"] == "Thực hiện đăng ký khai sinh lưu động"


def test_a_stroke_over_the_mark_of_a_subject_does_not_hide_it(paper: Papermaker) -> None:
    lines = ((0.13, 0.10, "Số: 687/STP-VB"), (0.12, 0.125, "V/ hướng dẫn hộ tịch"), (0.3, 0.2, "Kính gửi: Các xã"))
    found = values(understand([paper(*NATIONAL, (0.12, 0.05, "SỞ TƯ PHÁP"), *lines)]))
    assert found["subject"] == "V/ hướng dẫn hộ tịch"


def test_a_commune_with_a_name_like_a_districts_keeps_its_marks(paper: Papermaker) -> None:
    lines = [
        (0.52, 0.10, line[2].replace("Phú Thọ", "Thành Sơn")) if "ngày 05" in line[2] else line for line in DECISION
    ]
    assert values(understand([paper(*lines)]))["place"] == "Thành Sơn"


def test_a_date_above_the_signature_of_a_copy_is_not_the_papers(paper: Papermaker) -> None:
    undated = [line for line in DECISION if "ngày 05" not in line[2]]
    copied = ((0.55, 0.85, "SAO Y BẢN CHÍNH"), (0.5, 0.87, "Hà Nội, ngày 09 tháng 9 năm 2022"))
    assert "issued_date" not in understand([paper(*undated, *copied)]).fields


@pytest.mark.parametrize(
    ("written", "value", "doubtful"),
    [
        ("Số: 59 Quyển số: 01/2010", "59", True),
        ("Số: 02/QyÐ-STP", "02/QyĐ-STP", False),
        ("Số: 02/ĐÀ-STP", "02/ĐA-STP", True),
        ("Số: 45/TTr-S", "45/TTr-S", True),
    ],
)
def test_a_number_is_the_papers_own_and_whole(paper: Papermaker, written: str, value: str, doubtful: bool) -> None:
    lines = [(0.13, 0.10, written) if line[2].startswith("Số:") else line for line in DECISION]
    number = understand([paper(*lines)]).fields["number"]
    assert (number.value, number.doubtful) == (value, doubtful)


def test_a_number_that_a_seal_parted_from_its_mark_is_joined(paper: Papermaker) -> None:
    lines = [line for line in DECISION if not line[2].startswith("Số:")]
    understood = understand([paper(*lines, (0.13, 0.10, "Số:"), (0.19, 0.10, "15/QĐ-UBND"))])
    assert values(understood)["number"] == "15/QĐ-UBND"


def test_a_youth_union_of_a_district_is_an_agency_and_no_place(paper: Papermaker) -> None:
    agency = {"ỦY BAN NHÂN DÂN": "TỈNH ĐOÀN PHÚ THỌ", "TỈNH PHÚ THỌ": "HUYỆN ĐOÀN PHÙ NINH"}
    lines = [(line[0], line[1], agency.get(line[2], line[2])) for line in DECISION]
    found = values(understand([paper(*lines)]))
    assert (found["organ_name"], found["parent_organ_name"]) == ("HUYỆN ĐOÀN PHÙ NINH", "TỈNH ĐOÀN PHÚ THỌ")
