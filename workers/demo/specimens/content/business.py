"""Papers for businesses: registration of a household business, fitness in food safety."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from workers.demo.specimens.content.civil_status import holder, title
from workers.demo.specimens.content.wording import figures, money, serial, working_day
from workers.demo.specimens.paper import Cell, Fields, Paper, Signature, Table, Text
from workers.demo.specimens.people import adult
from workers.demo.units import DemoUnit

TRADES = (
    ("4711", "Bán lẻ lương thực, thực phẩm, đồ uống"),
    ("5610", "Nhà hàng và các dịch vụ ăn uống phục vụ lưu động"),
    ("9631", "Cắt tóc, làm đầu, gội đầu"),
    ("4773", "Bán lẻ hàng hóa mới trong các cửa hàng chuyên doanh"),
    ("1410", "May trang phục"),
)
"""Code and name of trades (QĐ 27/2018/QĐ-TTg)."""


def business_office(unit: DemoUnit, head: str) -> DemoUnit:
    """Return the district's office of finance and planning, which registers household businesses in its name."""
    return replace(
        unit,
        header_parent=f"UBND {unit.header[-1]}",
        header=("PHÒNG TÀI CHÍNH - KẾ HOẠCH",),
        titles=("TRƯỞNG PHÒNG",),
        signer=head,
    )


def household_business(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy chứng nhận đăng ký hộ kinh doanh (TT 01/2021/TT-BKHĐT), with the ruled table of trades."""
    issued = working_day(rng)
    owner = adult(rng, f"huyện {unit.place}, tỉnh Lam Vân")
    office = business_office(unit, adult(rng, unit.place).name)
    name = f"HỘ KINH DOANH {' '.join(owner.name.split()[-2:]).upper()}"
    trades = rng.sample(TRADES, 3)
    elements = (
        title("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", 16),
        Text(f"Đăng ký lần đầu, ngày {figures(issued)}", "center", italic=True, indent_mm=0, before_pt=2),
        Fields((Cell("1. Tên hộ kinh doanh:", name),), before_pt=12),
        Fields((Cell("2. Địa điểm kinh doanh:", owner.address),)),
        Fields((Cell("Điện thoại:", f"0{rng.randrange(900, 999)} 000 {rng.randrange(1000):03d}"), Cell("Fax:", ""))),
        Text("3. Ngành, nghề kinh doanh:", indent_mm=0),
        Table(
            (0.6, 4, 1),
            (("STT", "Tên ngành", "Mã ngành"), *((str(n), trade, code) for n, (code, trade) in enumerate(trades, 1))),
        ),
        Fields((Cell("4. Vốn kinh doanh (đồng):", money(rng.randrange(5, 90) * 10_000_000)),), before_pt=10),
        Fields((Cell("5. Họ và tên chủ hộ kinh doanh:", owner.name.upper(), "holder_name"),)),
        Fields(
            (Cell("Giới tính:", owner.sex, share=0.6), Cell("Sinh ngày:", figures(owner.born), "holder_birth_date"))
        ),
        Fields((Cell("Dân tộc:", owner.ethnic_group), Cell("Quốc tịch:", "Việt Nam"))),
        Fields((Cell("Số CCCD:", owner.identifier, "holder_id"),)),
        Fields((Cell("Nơi ở hiện tại:", owner.address),)),
        Signature(office.titles, office.signer, note="(Ký, ghi rõ họ tên và đóng dấu)"),
    )
    return Paper(
        "giay_chung_nhan_dang_ky_ho_kinh_doanh",
        "Giấy chứng nhận đăng ký hộ kinh doanh",
        office,
        "columns",
        f"99B{rng.randrange(8_000_000, 8_099_999)}",
        "",
        issued,
        elements,
        {**holder(owner), "holder_name": owner.name.upper()},
        uncertain=frozenset({"holder_name"}),
    )


def food_safety(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm (NĐ 77/2016/NĐ-CP)."""
    issued, owner = working_day(rng), adult(rng, "thị trấn Thạch Lĩnh, tỉnh Lam Vân")
    house = f"CÔNG TY TNHH THỰC PHẨM {rng.choice(('SAO MAI', 'MÂY NGÀN', 'SUỐI TRONG', 'BẠCH VÂN'))}"
    until = issued.replace(year=issued.year + 3)
    elements = (
        title("GIẤY CHỨNG NHẬN", 20),
        title("CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM", 15),
        title(f"{unit.organ_name} CHỨNG NHẬN", 13.5),
        Fields((Cell("Cơ sở:", house, "holder_name"),), before_pt=12),
        Fields((Cell("Chủ cơ sở:", owner.name),)),
        Fields((Cell("Địa chỉ:", owner.address),)),
        Fields((Cell("Điện thoại:", f"0{rng.randrange(200, 299)} 000 {rng.randrange(1000):03d}"), Cell("Fax:", ""))),
        Text("Đủ điều kiện an toàn thực phẩm để kinh doanh các nhóm sản phẩm:", bold=True, before_pt=8),
        Text("Bánh, mứt, kẹo; rượu, bia, nước giải khát; sữa chế biến; dầu thực vật; bột, tinh bột."),
        Text(
            f"Giấy chứng nhận có hiệu lực đến ngày {until.day:02d} tháng {until.month:02d} năm {until.year}./.",
            before_pt=8,
        ),
        Signature(unit.titles, unit.signer),
    )
    return Paper(
        "giay_chung_nhan_du_dieu_kien_attp",
        "Giấy chứng nhận đủ điều kiện an toàn thực phẩm",
        unit,
        "columns",
        serial(rng, 200),
        "/GCNATTP-SCT",
        issued,
        elements,
        {"holder_name": house},
        uncertain=frozenset({"holder_name"}),
    )
