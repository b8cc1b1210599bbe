"""Papers of labour: the work permit of a foreigner."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from workers.demo.specimens.content.civil_status import title
from workers.demo.specimens.content.wording import figures, working_day
from workers.demo.specimens.paper import Cell, Fields, Paper, Signature
from workers.demo.specimens.people import adult
from workers.demo.units import DemoUnit

FOREIGN_NAMES = (
    ("TANAKA KENJI", "Nam", "Nhật Bản", "TZ"),
    ("KIM MIN JUN", "Nam", "Hàn Quốc", "M"),
    ("GARCIA LUCIA", "Nữ", "Tây Ban Nha", "XD"),
    ("WEBER JONAS", "Nam", "Đức", "C4"),
)
"""Common names, sex, nationality and the letters before an invented passport number."""


def work_permit(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy phép lao động (NĐ 152/2020/NĐ-CP, form 12)."""
    issued = working_day(rng)
    name, sex, nation, letters = rng.choice(FOREIGN_NAMES)
    born = adult(rng, unit.place).born
    passport = f"{letters}{rng.randrange(10**6, 10**7)}"
    until = issued + timedelta(days=729)
    house = rng.choice(("Công ty TNHH Điện tử Lam Vân", "Công ty Cổ phần May Mây Trắng"))
    elements = (
        title("GIẤY PHÉP LAO ĐỘNG", 20),
        Fields((Cell("1. Họ và tên:", name, "holder_name"),), before_pt=14),
        Fields(
            (
                Cell("2. Giới tính:", sex, share=0.6),
                Cell("Ngày, tháng, năm sinh:", figures(born), "holder_birth_date"),
            )
        ),
        Fields((Cell("3. Quốc tịch:", nation, share=0.8), Cell("Số hộ chiếu:", passport, "holder_id"))),
        Fields(
            (Cell("4. Trình độ chuyên môn (tay nghề):", rng.choice(("Kỹ sư điện tử", "Cử nhân kinh tế", "Kỹ sư may"))),)
        ),
        Fields((Cell("5. Làm việc tại doanh nghiệp/tổ chức:", house),)),
        Fields((Cell("6. Địa điểm làm việc:", "Khu công nghiệp Đồi Thông, tỉnh Lam Vân"),)),
        Fields((Cell("7. Vị trí công việc:", rng.choice(("Chuyên gia", "Nhà quản lý", "Lao động kỹ thuật"))),)),
        Fields((Cell("8. Thời hạn làm việc từ ngày:", figures(issued)), Cell("đến ngày:", figures(until), share=0.7))),
        Fields((Cell("9. Tình trạng giấy phép lao động:", "Cấp mới"),)),
        Signature(unit.titles, unit.signer, note="(Ký và đóng dấu)"),
    )
    return Paper(
        "giay_phep_lao_dong",
        "Giấy phép lao động",
        unit,
        "columns",
        f"{rng.randrange(100, 9999):06d}",
        f"/{unit.notation}-GP",
        issued,
        elements,
        {"holder_name": name, "holder_id": passport, "holder_birth_date": born.isoformat()},
    )
