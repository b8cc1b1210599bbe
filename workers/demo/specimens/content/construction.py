"""Papers of construction: building permit, practising certificate, notice of an appraisal."""

from __future__ import annotations

from random import Random

from workers.demo.specimens.content.civil_status import holder, title
from workers.demo.specimens.content.wording import figures, serial, working_day
from workers.demo.specimens.paper import Cell, Fields, PageBreak, Paper, Signature, Table, Text
from workers.demo.specimens.people import adult
from workers.demo.units import DemoUnit


def building_permit(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy phép xây dựng for a house (NĐ 15/2021/NĐ-CP, form of 2021)."""
    issued, owner = working_day(rng), adult(rng, f"huyện {unit.place}, tỉnh Lam Vân")
    ground, floors = rng.randrange(60, 140), rng.randrange(1, 5)
    elements = (
        title("GIẤY PHÉP XÂY DỰNG", 18),
        Text("(Sử dụng cho nhà ở riêng lẻ)", "center", italic=True, indent_mm=0, before_pt=2),
        Fields((Cell(f"1. Cấp cho: {'Bà' if owner.female else 'Ông'}", owner.name, "holder_name"),), before_pt=10),
        Fields(
            (
                Cell("Sinh ngày:", figures(owner.born), "holder_birth_date"),
                Cell("CCCD số:", owner.identifier, "holder_id"),
            )
        ),
        Fields((Cell("Địa chỉ liên hệ:", owner.address),)),
        Text("2. Được phép xây dựng công trình: Nhà ở riêng lẻ.", indent_mm=0),
        Text(f"- Tổng số công trình: 01; số tầng: {floors:02d} tầng; chiều cao công trình: {floors * 36 // 10},2 m."),
        Text(
            f"- Vị trí xây dựng: thửa đất số {rng.randrange(10, 400)}, tờ bản đồ số {rng.randrange(1, 60)}, "
            f"diện tích {ground + rng.randrange(10, 90)} m²; tại {owner.address}."
        ),
        Text(f"- Diện tích xây dựng tầng 1: {ground} m²; tổng diện tích sàn: {ground * floors} m²."),
        Text(
            f"- Cốt nền xây dựng: +0,45 m; mật độ xây dựng: {rng.randrange(55, 95)}%; "
            "chỉ giới xây dựng: trùng chỉ giới đường đỏ."
        ),
        Text(
            f"3. Giấy tờ về quyền sử dụng đất: Giấy chứng nhận quyền sử dụng đất số "
            f"LV {rng.randrange(100000, 999999)}.",
            indent_mm=0,
        ),
        Text(
            "4. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày ký; quá thời hạn trên "
            "thì phải đề nghị gia hạn giấy phép xây dựng./.",
            indent_mm=0,
        ),
        Signature(unit.titles, unit.signer, recipients=("- Như mục 1;", "- UBND xã;", "- Lưu: VT, KT&HT.")),
    )
    return Paper(
        "giay_phep_xay_dung",
        "Giấy phép xây dựng",
        unit,
        "columns",
        serial(rng, 160),
        "/GPXD",
        issued,
        elements,
        holder(owner),
    )


def practising_certificate(rng: Random, unit: DemoUnit) -> Paper:
    """Chứng chỉ hành nghề hoạt động xây dựng (NĐ 15/2021/NĐ-CP)."""
    issued, who = working_day(rng), adult(rng, "tỉnh Lam Vân")
    until = issued.replace(year=issued.year + 5)
    grade = rng.choice(("II", "III"))
    elements = (
        title("CHỨNG CHỈ HÀNH NGHỀ HOẠT ĐỘNG XÂY DỰNG", 16),
        Fields((Cell("Cấp cho ông (bà):", who.name, "holder_name"),), before_pt=14),
        Fields(
            (
                Cell("Ngày tháng năm sinh:", figures(who.born), "holder_birth_date"),
                Cell("Quốc tịch:", "Việt Nam", share=0.7),
            )
        ),
        Fields((Cell("Số CCCD:", who.identifier, "holder_id"),)),
        Fields((Cell("Trình độ chuyên môn:", rng.choice(("Kỹ sư xây dựng", "Kiến trúc sư", "Kỹ sư cầu đường"))),)),
        Text("Lĩnh vực hành nghề và phạm vi hoạt động:", indent_mm=0, before_pt=8),
        Table(
            (0.5, 2.4, 0.6, 1.2),
            (
                ("STT", "Lĩnh vực hành nghề", "Hạng", "Ngày hết hạn"),
                ("1", "Giám sát công tác xây dựng công trình dân dụng", grade, figures(until)),
                ("2", "Thiết kế kết cấu công trình dân dụng", "III", figures(until)),
            ),
        ),
        Text(f"Chứng chỉ có giá trị đến ngày {figures(until)}.", indent_mm=0, before_pt=10),
        Signature(unit.titles, unit.signer),
    )
    return Paper(
        "chung_chi_hanh_nghe_xay_dung",
        "Chứng chỉ hành nghề hoạt động xây dựng",
        unit,
        "columns",
        f"LAV-{rng.randrange(1, 99999):08d}",
        "",
        issued,
        elements,
        holder(who),
    )


def appraisal_notice(rng: Random, unit: DemoUnit) -> Paper:
    """Thông báo on the appraisal of a feasibility study: two pages, with a table of data on the second."""
    issued = working_day(rng)
    project = rng.choice(
        ("Nhà văn hóa xã Suối Ngọc", "Trường tiểu học xã Thượng Vân", "Đường liên xã Đồng Mây - Mây Hạ")
    )
    subject = f"Kết quả thẩm định Báo cáo nghiên cứu khả thi đầu tư xây dựng công trình {project}"
    elements = (
        title("THÔNG BÁO", 14),
        Text(subject, "center", bold=True, indent_mm=0, before_pt=2, field="subject"),
        Text(f"Kính gửi: Ban Quản lý dự án đầu tư xây dựng {unit.place}.", "center", indent_mm=0, before_pt=12),
        Text(
            f"{unit.name} đã nhận Tờ trình số {rng.randrange(11, 200)}/TTr-BQLDA đề nghị thẩm định Báo cáo nghiên cứu "
            f"khả thi đầu tư xây dựng công trình {project}.",
            before_pt=10,
        ),
        Text(
            "Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014; Luật sửa đổi, bổ sung một số điều của Luật Xây dựng ngày "
            "17 tháng 6 năm 2020; Nghị định số 15/2021/NĐ-CP ngày 03 tháng 3 năm 2021 của Chính phủ quy định chi tiết "
            "một số nội dung về quản lý dự án đầu tư xây dựng."
        ),
        Text("Sau khi xem xét, cơ quan thẩm định thông báo kết quả như sau:"),
        Text("I. THÔNG TIN CHUNG VỀ CÔNG TRÌNH", bold=True, indent_mm=0, before_pt=8),
        Text(f"1. Tên công trình: {project}. Loại, cấp công trình: công trình dân dụng, cấp III."),
        Text("2. Nguồn vốn: ngân sách tỉnh và nguồn vốn hợp pháp khác; thời gian thực hiện: năm 2021 - 2022."),
        PageBreak(),
        Text("II. KẾT QUẢ THẨM ĐỊNH", bold=True, indent_mm=0, before_pt=8),
        Text("Tổng mức đầu tư sau thẩm định, tính bằng triệu đồng, được tổng hợp trong bảng sau:"),
        Table(
            (0.5, 2.6, 1.1, 1.1),
            (
                ("STT", "Nội dung chi phí", "Trình", "Thẩm định"),
                *cost_rows(rng),
            ),
        ),
        Text("III. KẾT LUẬN", bold=True, indent_mm=0, before_pt=10),
        Text(
            "Báo cáo nghiên cứu khả thi đủ điều kiện để trình phê duyệt sau khi chủ đầu tư hoàn thiện hồ sơ theo các "
            "nội dung nêu tại mục II. Đề nghị chủ đầu tư thực hiện đúng quy định./."
        ),
        Signature(unit.titles, unit.signer, recipients=("- Như trên;", "- UBND tỉnh (để b/c);", "- Lưu: VT, QLXD.")),
    )
    return Paper(
        "thong_bao",
        "Thông báo",
        unit,
        "columns",
        str(rng.randrange(100, 2600)),
        f"/TB-{unit.notation}",
        issued,
        elements,
        {"subject": subject},
        applicant=f"Ban Quản lý dự án đầu tư xây dựng {unit.place}",
    )


def cost_rows(rng: Random) -> tuple[tuple[str, ...], ...]:
    """Draw the table of costs: asked for and accepted."""
    names = ("Chi phí xây dựng", "Chi phí thiết bị", "Chi phí quản lý dự án", "Chi phí tư vấn", "Chi phí dự phòng")
    asked = [rng.randrange(100, 9000) for _ in names]
    given = [round(value * rng.uniform(0.9, 1.0)) for value in asked]
    rows = [(str(n), name, str(a), str(g)) for n, (name, a, g) in enumerate(zip(names, asked, given, strict=True), 1)]
    return (*rows, ("", "Tổng cộng", str(sum(asked)), str(sum(given))))
