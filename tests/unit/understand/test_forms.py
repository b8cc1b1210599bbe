"""What the understanding promises about forms: civil status papers, licences and certificates as they are laid out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digitize.model import Page
from digitize.understand import Understanding, understand

Papermaker = Callable[..., Page]
Lines = tuple[tuple[float, float, str], ...]

NATIONAL: Lines = (
    (0.48, 0.04, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.55, 0.055, "Độc lập - Tự do - Hạnh phúc"),
)
CENTRED: Lines = (
    (0.33, 0.04, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.39, 0.055, "Độc lập - Tự do - Hạnh phúc"),
)


def header(*agency: str, number: str = "", dated: str = "") -> Lines:
    """The cells of the official header."""
    lines = [(0.08, 0.04 + 0.016 * at, name) for at, name in enumerate(agency)]
    if number:
        lines.append((0.12, 0.046 + 0.016 * len(agency), number))
    if dated:
        lines.append((0.5, 0.085, dated))
    return (*lines, *NATIONAL)


def values(understood: Understanding) -> dict[str, str]:
    """Field values by name."""
    return {name: field.value for name, field in understood.fields.items()}


MARRIAGE = (
    *CENTRED,
    (0.72, 0.09, "Số: 15/2020"),
    (0.4, 0.11, "GIẤY CHỨNG NHẬN KẾT HÔN"),
    (0.08, 0.16, "Họ, chữ đệm, tên vợ: Phạm Thị Thu"),
    (0.52, 0.16, "Họ, chữ đệm, tên chồng: Đỗ Văn Quang"),
    (0.08, 0.20, "Ngày, tháng, năm sinh: 01/02/1996"),
    (0.52, 0.20, "Ngày, tháng, năm sinh: 03/04/1993"),
    (0.08, 0.28, "Giấy tờ tùy thân: CCCD số 025196000222"),
    (0.52, 0.28, "Giấy tờ tùy thân: CCCD số 025093000333"),
    (0.08, 0.32, "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Tiên Du, huyện Phù Ninh, tỉnh Phú Thọ"),
    (0.08, 0.34, "Ngày, tháng, năm đăng ký: 20/12/2020"),
)
HOUSEHOLD = (
    *header("UBND HUYỆN PHÙ NINH", "PHÒNG TÀI CHÍNH - KẾ HOẠCH"),
    (0.42, 0.1, "GIẤY CHỨNG NHẬN"),
    (0.4, 0.115, "ĐĂNG KÝ HỘ KINH DOANH"),
    (0.42, 0.13, "Số: 18A8012345"),
    (0.34, 0.145, "Đăng ký lần đầu, ngày 10 tháng 3 năm 2021"),
    (0.1, 0.19, "1. Tên hộ kinh doanh (ghi bằng chữ in hoa): TẠP HÓA QUANG"),
    (0.1, 0.29, "5. Họ và tên cá nhân hoặc đại diện hộ gia đình: ĐỖ VĂN QUANG"),
    (0.1, 0.33, "Sinh ngày: 03/04/1983"),
    (0.1, 0.37, "Số giấy chứng thực cá nhân: 025083001111"),
)


def test_of_two_columns_the_first_is_drafted_and_a_person_decides(paper: Papermaker) -> None:
    understood = understand([paper(*MARRIAGE)])
    found = values(understood)
    assert understood.kind.code == "giay_chung_nhan_ket_hon"
    assert (found["holder_name"], found["holder_id"]) == ("Phạm Thị Thu", "025196000222")
    assert found["holder_birth_date"] == "1996-02-01"
    assert understood.fields["holder_name"].doubtful


def test_a_value_that_wraps_within_its_column_is_read_whole(paper: Papermaker) -> None:
    lines = (
        *CENTRED,
        (0.4, 0.11, "GIẤY CHỨNG NHẬN KẾT HÔN"),
        (0.08, 0.16, "Họ, chữ đệm, tên vợ: Phạm Thị Thu"),
        (0.37, 0.16, "Họ, chữ đệm, tên chồng: Đỗ Văn"),
        (0.08, 0.174, "Thủy"),
        (0.37, 0.174, "Quang"),
        (0.08, 0.28, "Giấy tờ tùy thân: CCCD số"),
        (0.37, 0.28, "Giấy tờ tùy thân: CCCD số"),
        (0.08, 0.294, "025196000222"),
        (0.37, 0.294, "025093000333"),
    )
    found = values(understand([paper(*lines)]))
    assert (found["holder_name"], found["holder_id"]) == ("Phạm Thị Thu Thủy", "025196000222")


def test_what_stands_under_a_value_with_room_beside_it_is_not_its_continuation(paper: Papermaker) -> None:
    lines = (*CENTRED, (0.44, 0.11, "GIẤY KHAI SINH"), (0.1, 0.16, "Họ, chữ đệm, tên: TRẦN GIA BẢO"))
    below = ((0.1, 0.174, "An"), (0.1, 0.3, "Nơi cư trú: xã Tiên Du, huyện Phù Ninh, tỉnh Phú Thọ, nước Việt Nam"))
    assert values(understand([paper(*lines, *below)]))["holder_name"] == "TRẦN GIA BẢO"


def test_a_household_business_gives_its_owner_and_the_day_of_its_first_registration(paper: Papermaker) -> None:
    understood = understand([paper(*HOUSEHOLD)])
    found = values(understood)
    assert understood.kind.code == "giay_chung_nhan_dang_ky_ho_kinh_doanh"
    assert found["number"] == "18A8012345"
    assert found["issued_date"] == "2021-03-10"
    assert found["organ_name"] == "PHÒNG TÀI CHÍNH - KẾ HOẠCH"
    assert (found["holder_name"], found["holder_id"]) == ("ĐỖ VĂN QUANG", "025083001111")


@pytest.mark.parametrize(
    "label", ["Họ và tên người yêu cầu:", "Họ và tên mẹ đẻ:", "Họ và tên người giám hộ:", "Họ và tên người ký:"]
)
def test_a_label_that_goes_on_to_another_person_gives_no_holder(paper: Papermaker, label: str) -> None:
    lines = (*CENTRED, (0.44, 0.11, "GIẤY XÁC NHẬN"), (0.1, 0.2, f"{label} Nguyễn Thị Hoa"))
    assert "holder_name" not in understand([paper(*lines)]).fields


def test_the_one_who_asks_is_not_the_one_of_whom_is_confirmed(paper: Papermaker) -> None:
    lines = (
        *header("ỦY BAN NHÂN DÂN", "PHƯỜNG TÂN DÂN", number="Số: 88/UBND-XNTTHN"),
        (0.3, 0.13, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        (0.1, 0.16, "Xét đề nghị của ông/bà: Lê Thị Hoa, về việc cấp Giấy xác nhận"),
        (0.1, 0.20, "Họ, chữ đệm, tên: Vũ Thị Thanh Mai"),
    )
    found = values(understand([paper(*lines)]))
    assert found["holder_name"] == "Vũ Thị Thanh Mai"
    assert found["organ_name"] == "ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN"


def test_a_company_is_the_holder_of_its_registration_and_its_head_is_not(paper: Papermaker) -> None:
    lines = (
        *header("SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "PHÒNG ĐĂNG KÝ KINH DOANH"),
        (0.33, 0.12, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"),
        (0.28, 0.135, "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN"),
        (0.37, 0.15, "Mã số doanh nghiệp: 2600912345"),
        (0.1, 0.2, "Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH HÙNG VƯƠNG"),
        (0.1, 0.28, "Họ và tên: LÊ HÙNG VƯƠNG"),
        (0.1, 0.3, "Số giấy tờ pháp lý của cá nhân: 025080004455"),
    )
    found = values(understand([paper(*lines)]))
    assert found["holder_name"] == "CÔNG TY TNHH HÙNG VƯƠNG"
    assert "holder_id" not in found
    assert found["number"] == "2600912345"
    assert found["organ_name"] == "PHÒNG ĐĂNG KÝ KINH DOANH"


def test_a_work_permit_gives_name_and_passport_without_the_next_ordinal(paper: Papermaker) -> None:
    lines = (
        *header("UBND TỈNH PHÚ THỌ", "SỞ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI", number="Số: 001234/SLĐTBXH-GP"),
        (0.42, 0.13, "GIẤY PHÉP LAO ĐỘNG"),
        (0.1, 0.18, "1. Họ và tên: TANAKA HIROSHI"),
        (0.5, 0.18, "2. Giới tính: Nam"),
        (0.1, 0.24, "4. Quốc tịch: Nhật Bản"),
        (0.5, 0.24, "Số hộ chiếu: TR1234567"),
        (0.48, 0.6, "Phú Thọ, ngày 28 tháng 6 năm 2021"),
    )
    found = values(understand([paper(*lines)]))
    assert (found["holder_name"], found["holder_id"]) == ("TANAKA HIROSHI", "TR1234567")
    assert found["organ_name"] == "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
    assert found["issued_date"] == "2021-06-28"


def test_a_land_use_certificate_gives_its_owner_its_book_number_and_the_day_above_the_signature(
    paper: Papermaker,
) -> None:
    lines = (
        *CENTRED,
        (0.44, 0.2, "GIẤY CHỨNG NHẬN"),
        (0.43, 0.22, "QUYỀN SỬ DỤNG ĐẤT"),
        (0.1, 0.33, "Ông Nguyễn Văn Dũng"),
        (0.1, 0.35, "Năm sinh: 1975, CMND số: 131234500"),
        (0.5, 0.7, "Phù Ninh, ngày 15 tháng 12 năm 2020"),
        (0.1, 0.92, "Số vào sổ cấp GCN: CH 01234"),
    )
    understood = understand([paper(*lines)])
    found = values(understood)
    assert understood.kind.code == "giay_chung_nhan_quyen_su_dung_dat"
    assert (found["holder_name"], found["holder_id"]) == ("Nguyễn Văn Dũng", "131234500")
    assert (found["number"], found["issued_date"]) == ("CH 01234", "2020-12-15")


def test_a_licence_is_known_by_the_beginning_of_its_title_and_not_by_its_enacting_words(paper: Papermaker) -> None:
    lines = (
        *header("UBND HUYỆN PHÙ NINH", "PHÒNG KINH TẾ VÀ HẠ TẦNG", number="Số: 14/KTHT"),
        (0.4, 0.12, "GIẤY PHÉP BÁN LẺ RƯỢU"),
        (0.44, 0.21, "QUYẾT ĐỊNH:"),
    )
    understood = understand([paper(*lines)])
    assert understood.kind.code == "giay_phep"
    assert values(understood)["organ_name"] == "PHÒNG KINH TẾ VÀ HẠ TẦNG"


@pytest.mark.parametrize("number", ["12/2021/TLKT-BS", "41A8012345", "25/264/00123"])
def test_the_numbers_of_forms_are_read_as_printed(paper: Papermaker, number: str) -> None:
    lines = (*header("ỦY BAN NHÂN DÂN", "XÃ TIÊN DU", number=f"Số: {number}"), (0.42, 0.13, "TRÍCH LỤC KHAI TỬ"))
    assert values(understand([paper(*lines)]))["number"] == number


def test_an_agency_whose_last_word_was_lost_is_doubtful(paper: Papermaker) -> None:
    cut = [line for line in MARRIAGE if "Nơi đăng ký" not in line[2]]
    place = (0.08, 0.32, "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Tiên Du, huyện Phù Ninh, tỉnh Phú")
    assert understand([paper(*cut, place)]).fields["organ_name"].doubtful


def test_the_name_of_a_business_with_an_unsure_word_is_doubtful(paper: Papermaker) -> None:
    lines = (*CENTRED, (0.4, 0.12, "GIẤY CHỨNG NHẬN"))
    sure = paper(*lines, (0.1, 0.2, "Tên cơ sở: CÔNG TY TNHH BẠCH VÂN"))
    unsure = paper(*lines, (0.1, 0.2, "Tên cơ sở: CÔNG TY TNHH BACH VÂN", 0.91))
    assert not understand([sure]).fields["holder_name"].doubtful
    assert understand([unsure]).fields["holder_name"].doubtful


def test_a_number_on_a_page_that_was_read_in_disorder_is_doubtful(paper: Papermaker) -> None:
    lines = ((0.4, 0.2, "Số: 28/2021"), (0.4, 0.3, "TRÍCH LỤC KHAI TỬ"))
    assert understand([paper(*lines)]).fields["number"].doubtful


def test_particulars_after_the_name_of_another_are_not_the_holders(paper: Papermaker) -> None:
    lines = (
        *CENTRED,
        (0.44, 0.11, "GIẤY KHAI SINH"),
        (0.1, 0.16, "Họ, chữ đệm, tên: LÊ MINH KHÔI"),
        (0.1, 0.30, "Họ, chữ đệm, tên người mẹ: Trần Thị Hằng"),
        (0.1, 0.32, "Ngày, tháng, năm sinh: 04/05/1988"),
        (0.1, 0.34, "Giấy tờ tùy thân: CCCD số 025188006677"),
    )
    found = values(understand([paper(*lines)]))
    assert found["holder_name"] == "LÊ MINH KHÔI"
    assert "holder_birth_date" not in found
    assert "holder_id" not in found


def test_dust_between_a_label_and_the_next_line_does_not_part_them(paper: Papermaker) -> None:
    lines = (
        *CENTRED,
        (0.44, 0.11, "GIẤY XÁC NHẬN"),
        (0.1, 0.16, "Số định danh cá nhân:"),
        (0.06, 0.167, "©"),
        (0.1, 0.174, "025188006677"),
    )
    assert values(understand([paper(*lines)]))["holder_id"] == "025188006677"


def test_a_label_and_a_value_that_were_run_together_are_parted(paper: Papermaker) -> None:
    lines = (*CENTRED, (0.44, 0.11, "GIẤY XÁC NHẬN"), (0.1, 0.16, "Số CCCD:025188006677", 0.3))
    holder = understand([paper(*lines)]).fields["holder_id"]
    assert holder.value == "025188006677"
    assert holder.doubtful


def test_two_owners_give_the_first_and_a_person_decides(paper: Papermaker) -> None:
    lines = (*CENTRED, (0.42, 0.11, "GIẤY PHÉP XÂY DỰNG"), (0.1, 0.2, "1. Cấp cho: Ông Lê Văn Sơn và bà Trần Thị Hoa"))
    holder = understand([paper(*lines)]).fields["holder_name"]
    assert holder.value == "Lê Văn Sơn"
    assert holder.doubtful
