"""Papers of social affairs: the confirmation of a disability and a decision on a grant."""

from __future__ import annotations

from random import Random

from workers.demo.specimens.content.civil_status import holder, title
from workers.demo.specimens.content.wording import figures, long_form, money, serial, working_day
from workers.demo.specimens.paper import Cell, Fields, Paper, Signature, Text
from workers.demo.specimens.people import adult
from workers.demo.units import DemoUnit

KINDS_OF_DISABILITY = ("vận động", "nghe, nói", "nhìn", "trí tuệ")
DEGREES_OF_DISABILITY = ("nhẹ", "nặng", "đặc biệt nặng")


def disability(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy xác nhận khuyết tật (TT 01/2019/TT-BLĐTBXH)."""
    issued, who = working_day(rng), adult(rng, unit.address)
    elements = (
        title("GIẤY XÁC NHẬN KHUYẾT TẬT"),
        Fields((Cell("Họ và tên:", who.name, "holder_name"),), before_pt=14),
        Fields(
            (
                Cell("Ngày, tháng, năm sinh:", figures(who.born), "holder_birth_date"),
                Cell("Giới tính:", who.sex, share=0.6),
            )
        ),
        Fields((Cell("Số CCCD hoặc định danh cá nhân:", who.identifier, "holder_id"),)),
        Fields((Cell("Nơi ở hiện nay:", who.address),)),
        Fields((Cell("Dạng khuyết tật:", f"Khuyết tật {rng.choice(KINDS_OF_DISABILITY)}"),)),
        Fields((Cell("Mức độ khuyết tật:", rng.choice(DEGREES_OF_DISABILITY).capitalize()),)),
        Text(
            f"Căn cứ Biên bản họp Hội đồng xác định mức độ khuyết tật của {unit.name} {long_form(issued)}.",
            before_pt=10,
        ),
        Signature(unit.titles, unit.signer),
    )
    return Paper(
        "giay_xac_nhan_khuyet_tat",
        "Giấy xác nhận khuyết tật",
        unit,
        "columns",
        serial(rng, 70),
        "/GXNKT",
        issued,
        elements,
        holder(who),
        number_label="Số hiệu:",
    )


def funeral_grant(rng: Random, unit: DemoUnit) -> Paper:
    """Quyết định on a funeral grant, in articles, as NĐ 30/2020 Annex III draws it."""
    issued = working_day(rng)
    who, dead = adult(rng, f"huyện {unit.place}, tỉnh Lam Vân"), adult(rng, unit.place, female=False)
    amount = 14_900_000
    subject = f"Về việc hỗ trợ chi phí mai táng đối với thân nhân của ông {dead.name}, cựu chiến binh từ trần"
    organ = unit.name
    elements = (
        title("QUYẾT ĐỊNH", 14),
        Text(subject, "center", bold=True, indent_mm=0, before_pt=2, field="subject"),
        title(f"CHỦ TỊCH {unit.organ_name}", 13.5),
        Text("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", italic=True, before_pt=10),
        Text(
            "Căn cứ Nghị định số 157/2016/NĐ-CP ngày 24 tháng 11 năm 2016 của Chính phủ quy định chi tiết và biện pháp "
            "thi hành Pháp lệnh Cựu chiến binh;",
            italic=True,
        ),
        Text(
            "Xét đề nghị của Phòng Lao động - Thương binh và Xã hội tại Tờ trình số "
            f"{rng.randrange(11, 300)}/TTr-LĐTBXH,",
            italic=True,
        ),
        title("QUYẾT ĐỊNH:", 13.5),
        Text(
            f"Điều 1. Hỗ trợ chi phí mai táng với số tiền {money(amount)} đồng (Mười bốn triệu chín trăm nghìn đồng) "
            f"cho {'bà' if who.female else 'ông'} {who.name}, sinh ngày {figures(who.born)}, căn cước công dân số "
            f"{who.identifier}, là thân nhân của ông {dead.name}.",
            before_pt=8,
        ),
        Text("Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
        Text(
            f"Điều 3. Chánh Văn phòng Hội đồng nhân dân và {organ}, Trưởng phòng Lao động - Thương binh và Xã hội, thủ "
            f"trưởng các cơ quan có liên quan và {'bà' if who.female else 'ông'} {who.name} chịu trách nhiệm thi hành "
            "Quyết định này./."
        ),
        Signature(unit.titles, unit.signer, recipients=("- Như Điều 3;", "- Lưu: VT, LĐTBXH.")),
    )
    return Paper(
        "quyet_dinh",
        "Quyết định",
        unit,
        "columns",
        str(rng.randrange(300, 4000)),
        "/QĐ-UBND",
        issued,
        elements,
        {**holder(who), "subject": subject},
    )
