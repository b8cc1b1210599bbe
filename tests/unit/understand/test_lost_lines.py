"""A line that the recogniser lost must not let a wrong value pass for sure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digitize.model import Page
from digitize.understand import understand

Papermaker = Callable[..., Page]
Lines = tuple[tuple[float, float, str], ...]

DECISION: Lines = (
    (0.12, 0.04, "UBND TỈNH PHÚ THỌ"),
    (0.14, 0.056, "SỞ TƯ PHÁP"),
    (0.12, 0.078, "Số: 33/QĐ-STP"),
    (0.48, 0.04, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.55, 0.055, "Độc lập - Tự do - Hạnh phúc"),
    (0.46, 0.12, "QUYẾT ĐỊNH"),
    (0.36, 0.135, "Về việc công nhận kết quả kiểm tra"),
    (0.41, 0.155, "GIÁM ĐỐC SỞ TƯ PHÁP"),
)
MARRIAGE: Lines = (
    (0.33, 0.04, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.4, 0.11, "GIẤY CHỨNG NHẬN KẾT HÔN"),
    (0.08, 0.16, "Họ, chữ đệm, tên vợ: Phạm Thị Thu"),
    (0.52, 0.16, "Họ, chữ đệm, tên chồng: Đỗ Văn Quang"),
    (0.08, 0.28, "Giấy tờ tùy thân: CCCD số 025196000222"),
    (0.52, 0.28, "Giấy tờ tùy thân: CCCD số 025093000333"),
)


def without(lines: Lines, lost: str) -> Lines:
    """The paper without the line that holds some words."""
    return tuple(line for line in lines if lost not in line[2])


def test_a_department_that_only_the_notation_names_makes_the_agency_doubtful(paper: Papermaker) -> None:
    assert not understand([paper(*DECISION)]).fields["organ_name"].doubtful
    agency = [line for line in DECISION if line[2] != "SỞ TƯ PHÁP"]
    assert understand([paper(*agency)]).fields["organ_name"].doubtful


@pytest.mark.parametrize("left_over", ["ỦY BAN NHÂN DÂN", "PHƯỜNG GIA CẨM", "HUYỆN PHÙ NINH"])
def test_half_the_name_of_an_agency_is_doubtful(paper: Papermaker, left_over: str) -> None:
    lines = DECISION[2:]
    assert understand([paper((0.12, 0.04, left_over), *lines)]).fields["organ_name"].doubtful


def test_who_decides_is_not_the_subject(paper: Papermaker) -> None:
    assert "subject" not in understand([paper(*without(DECISION, "Về việc"))]).fields


def test_a_subject_that_begins_small_is_doubtful(paper: Papermaker) -> None:
    lines = (*without(DECISION, "Về việc"), (0.40, 0.137, "hỗ trợ công tác hòa giải"))
    assert understand([paper(*lines)]).fields["subject"].doubtful


def test_the_card_of_the_other_of_two_is_doubtful(paper: Papermaker) -> None:
    assert not understand([paper(*MARRIAGE)]).fields["holder_id"].doubtful
    assert understand([paper(*without(MARRIAGE, "025196000222"))]).fields["holder_id"].doubtful


def test_the_name_of_a_household_business_stands_in_for_its_owner_with_doubt(paper: Papermaker) -> None:
    lines = ((0.33, 0.1, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH"), (0.1, 0.2, "1. Tên hộ kinh doanh: TẠP HÓA CÔ BA"))
    assert understand([paper(*lines)]).fields["holder_name"].doubtful


def test_a_label_is_never_a_value(paper: Papermaker) -> None:
    lines = (
        (0.33, 0.1, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"),
        (0.1, 0.2, "1. Tên công ty:"),
        (0.1, 0.216, "2. Trụ sở của công ty: Khu 5, xã Tiên Du"),
    )
    assert "holder_name" not in understand([paper(*lines)]).fields


def test_the_signer_of_a_civil_status_copy_is_not_the_signer_of_the_paper(paper: Papermaker) -> None:
    lines = (*MARRIAGE, (0.62, 0.7, "NGƯỜI KÝ BẢN SAO"), (0.62, 0.715, "PHÓ CHỦ TỊCH"), (0.62, 0.79, "Phạm Thị Lan"))
    assert "signer_name" not in understand([paper(*lines)]).fields
