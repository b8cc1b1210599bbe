"""Official letters, as NĐ 30/2020 Annex III draws them."""

from __future__ import annotations

from random import Random

from workers.demo.specimens.content.labour import FOREIGN_NAMES
from workers.demo.specimens.content.wording import long_form, working_day
from workers.demo.specimens.paper import Paper, Signature, Text
from workers.demo.units import DemoUnit


def letter(rng: Random, unit: DemoUnit) -> Paper:
    """Công văn that answers a company's request."""
    issued, asked = sorted((working_day(rng), working_day(rng)), reverse=True)
    name, _, nation, _ = rng.choice(FOREIGN_NAMES)
    house = rng.choice(("Công ty TNHH Điện tử Lam Vân", "Công ty Cổ phần May Mây Trắng"))
    subject = "V/v xác nhận người lao động nước ngoài không thuộc diện cấp giấy phép lao động"
    elements = (
        Text(f"Kính gửi: {house}.", "center", indent_mm=0, size_pt=14, before_pt=14),
        Text(
            f"{unit.name} nhận được Văn bản {long_form(asked)} của {house} đề nghị xác nhận người lao động nước ngoài "
            "không thuộc diện cấp giấy phép lao động. Sau khi xem xét, cơ quan có ý kiến như sau:",
            before_pt=14,
        ),
        Text(
            f"1. Xác nhận ông (bà) {name}, quốc tịch {nation}, là người lao động nước ngoài vào Việt Nam làm việc "
            "không thuộc diện cấp giấy phép lao động theo quy định tại Điều 7 Nghị định số 152/2020/NĐ-CP ngày 30 "
            "tháng 12 năm 2020 của Chính phủ."
        ),
        Text(
            "2. Đề nghị Công ty thực hiện đúng quy định của pháp luật lao động, báo cáo tình hình sử dụng người lao "
            "động nước ngoài định kỳ 06 tháng và hằng năm; khi có thay đổi phải thông báo bằng văn bản trước ít nhất "
            "03 ngày."
        ),
        Text("Trên đây là ý kiến trả lời để Công ty biết, thực hiện./."),
        Signature(
            unit.titles,
            unit.signer,
            recipients=("- Như trên;", "- Công an tỉnh (để ph/h);", "- Lưu: VT, VLATLĐ."),
        ),
    )
    return Paper(
        "cong_van",
        "Công văn",
        unit,
        "columns",
        str(rng.randrange(300, 5200)),
        f"/{unit.notation}-VLATLĐ",
        issued,
        elements,
        {"subject": subject},
        applicant=house,
        subject_line=subject,
    )
