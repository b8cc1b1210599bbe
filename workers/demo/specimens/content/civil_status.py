"""Papers of civil status that a commune issues (forms of TT 04/2020/TT-BTP; fields by law.md §7.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from workers.demo.specimens.content.wording import figures, in_words, serial, working_day
from workers.demo.specimens.paper import Cell, Element, Fields, Paper, Signature, Text
from workers.demo.specimens.people import Person, adult, person
from workers.demo.units import DemoUnit

COPIES = 0.3
"""Share of copies among the certificates."""


def area(unit: DemoUnit) -> str:
    """Commune, district and province of the unit."""
    return unit.address


def title(text: str, size_pt: float = 18.0, *, red: bool = False) -> Text:
    """Write the name of the paper."""
    return Text(text, "center", bold=True, size_pt=size_pt, indent_mm=0, colour="red" if red else "black", before_pt=10)


def clerk(rng: Random, unit: DemoUnit) -> str:
    """Name the official of civil status who entered it."""
    return adult(rng, area(unit)).name


def as_copy(original: Paper) -> Paper:
    """Return the copy from the register of an original certificate: agency, place and date stand in the header."""
    in_header = {"organ_name", "issued_date"}
    head, *rest = original.elements
    note = Text("(BẢN SAO)", "center", bold=True, indent_mm=0, before_pt=2)
    return replace(
        original,
        header="columns",
        frame=False,
        header_date=True,
        elements=(head, note, *(untagged(each, in_header) for each in rest)),
        fields={name: value for name, value in original.fields.items() if name not in in_header},
        uncertain=original.uncertain - in_header,
    )


def untagged(element: Element, names: set[str]) -> Element:
    """Return a row whose values no longer are the truth of some fields."""
    if not isinstance(element, Fields):
        return element
    cells = tuple(replace(cell, field=None) if cell.field in names else cell for cell in element.cells)
    return replace(element, cells=cells)


def birth(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy khai sinh: the original, or now and then a copy from the register."""
    registered = working_day(rng)
    mother = person(rng, female=True, born_after=date(1985, 1, 1), born_before=date(1999, 12, 31), area=area(unit))
    father = person(rng, female=False, born_after=date(1980, 1, 1), born_before=date(1998, 12, 31), area=area(unit))
    child = person(
        rng,
        female=rng.random() < 0.5,
        born_after=registered - timedelta(days=58),
        born_before=registered - timedelta(days=4),
        area=area(unit),
        surname=father.name.split()[0],
    )
    place = f"Ủy ban nhân dân {area(unit)}"
    declarant = rng.choice((mother, father))
    elements: tuple[Element, ...] = (
        title("GIẤY KHAI SINH", 26, red=True),
        Fields((Cell("Họ, chữ đệm, tên:", child.name.upper(), "holder_name"),), before_pt=12),
        Fields((Cell("Ngày, tháng, năm sinh:", figures(child.born), "holder_birth_date"),)),
        Fields((Cell("Ghi bằng chữ:", in_words(child.born)),)),
        Fields((Cell("Giới tính:", child.sex), Cell("Dân tộc:", father.ethnic_group), Cell("Quốc tịch:", "Việt Nam"))),
        Fields((Cell("Nơi sinh:", "Trung tâm Y tế huyện, tỉnh Lam Vân"),)),
        Fields((Cell("Quê quán:", area(unit)),)),
        Fields((Cell("Số định danh cá nhân:", child.identifier, "holder_id"),)),
        *parent("mẹ", mother),
        *parent("cha", father),
        Fields((Cell("Họ, chữ đệm, tên người đi khai sinh:", declarant.name),)),
        Fields((Cell("Giấy tờ tùy thân:", f"Căn cước công dân số {declarant.identifier}"),)),
        Fields((Cell("Nơi đăng ký khai sinh:", place, "organ_name"),)),
        Fields((Cell("Ngày, tháng, năm đăng ký:", figures(registered), "issued_date"),)),
        Signature(("NGƯỜI KÝ GIẤY KHAI SINH", unit.titles[-1]), unit.signer),
    )
    original = Paper(
        "giay_khai_sinh",
        "Giấy khai sinh",
        unit,
        "centred",
        serial(rng, 180),
        "/2021",
        registered,
        elements,
        {**holder(child), "holder_name": child.name.upper(), "organ_name": place},
        frame=True,
        header_date=False,
        uncertain=frozenset({"organ_name"}),
    )
    return as_copy(original) if rng.random() < COPIES else original


def holder(who: Person) -> dict[str, str]:
    """State the truth about the paper's holder."""
    return {"holder_name": who.name, "holder_id": who.identifier, "holder_birth_date": who.born.isoformat()}


def parent(word: str, who: Person) -> tuple[Fields, ...]:
    """Rows about the mother or the father."""
    return (
        Fields((Cell(f"Họ, chữ đệm, tên người {word}:", who.name),), before_pt=8),
        Fields(
            (
                Cell("Năm sinh:", str(who.born.year)),
                Cell("Dân tộc:", who.ethnic_group),
                Cell("Quốc tịch:", "Việt Nam"),
            )
        ),
        Fields((Cell("Nơi cư trú:", who.address),)),
    )


def marriage(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy chứng nhận kết hôn, original or copy: the wife's column left, the husband's right."""
    registered = working_day(rng)
    wife, husband = adult(rng, area(unit), female=True), adult(rng, area(unit), female=False)
    pair = (("vợ", wife), ("chồng", husband))
    place = f"Ủy ban nhân dân {area(unit)}"
    elements: tuple[Element, ...] = (
        title("GIẤY CHỨNG NHẬN KẾT HÔN", 24, red=True),
        Fields(
            tuple(
                Cell(f"Họ, chữ đệm, tên {word}:", who.name, "holder_name" if who is wife else None)
                for word, who in pair
            ),
            before_pt=14,
        ),
        Fields(
            tuple(
                Cell("Ngày, tháng, năm sinh:", figures(who.born), "holder_birth_date" if who is wife else None)
                for _, who in pair
            )
        ),
        Fields(tuple(Cell("Dân tộc:", who.ethnic_group) for _, who in pair)),
        Fields(tuple(Cell("Quốc tịch:", "Việt Nam") for _ in pair)),
        Fields(tuple(Cell("Nơi cư trú:", who.address) for _, who in pair)),
        Fields(
            tuple(
                Cell("Giấy tờ tùy thân: CCCD số", who.identifier, "holder_id" if who is wife else None)
                for _, who in pair
            )
        ),
        Fields((Cell("Nơi đăng ký kết hôn:", place, "organ_name"),), before_pt=12),
        Fields((Cell("Ngày, tháng, năm đăng ký:", figures(registered), "issued_date"),)),
        Text("Giấy chứng nhận kết hôn này có giá trị kể từ ngày đăng ký.", before_pt=8),
        Signature(("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", unit.titles[-1]), unit.signer),
    )
    original = Paper(
        "giay_chung_nhan_ket_hon",
        "Giấy chứng nhận kết hôn",
        unit,
        "centred",
        serial(rng, 90),
        "/2021",
        registered,
        elements,
        {**holder(wife), "organ_name": place},
        frame=True,
        header_date=False,
        uncertain=frozenset({"organ_name", "holder_name", "holder_id", "holder_birth_date"}),
    )
    return as_copy(original) if rng.random() < COPIES else original


def death(rng: Random, unit: DemoUnit) -> Paper:
    """Trích lục khai tử."""
    registered = working_day(rng)
    dead = person(
        rng, female=rng.random() < 0.5, born_after=date(1932, 1, 1), born_before=date(1955, 12, 31), area=area(unit)
    )
    day = registered - timedelta(days=rng.randrange(2, 14))
    number = serial(rng, 60)
    elements: tuple[Element, ...] = (
        title("TRÍCH LỤC KHAI TỬ"),
        Fields((Cell("Họ, chữ đệm, tên:", dead.name, "holder_name"),), before_pt=12),
        Fields((Cell("Ngày, tháng, năm sinh:", figures(dead.born), "holder_birth_date"),)),
        Fields((Cell("Giới tính:", dead.sex), Cell("Dân tộc:", dead.ethnic_group), Cell("Quốc tịch:", "Việt Nam"))),
        Fields((Cell("Số định danh cá nhân:", dead.identifier, "holder_id"),)),
        Fields((Cell("Nơi cư trú cuối cùng:", dead.address),)),
        Fields(
            (Cell("Đã chết vào lúc:", f"{rng.randrange(24)} giờ {rng.randrange(60):02d} phút, ngày {figures(day)}"),)
        ),
        Fields((Cell("Ghi bằng chữ:", in_words(day)),)),
        Fields((Cell("Nơi chết:", f"tại nhà riêng, {dead.address}"),)),
        Fields((Cell("Nguyên nhân chết:", rng.choice(("Tuổi già", "Bệnh tim mạch", "Bệnh phổi"))),)),
        Fields((Cell("Đăng ký khai tử tại:", f"Ủy ban nhân dân {area(unit)}"),)),
        Fields((Cell("Số:", f"{number}/2021", share=1.0), Cell("Ngày đăng ký:", figures(registered), share=1.6))),
        Text(
            f"Ghi chú: Thông tin trên được trích từ Sổ đăng ký khai tử quyển số 01/2021; người thực hiện trích lục: "
            f"{clerk(rng, unit)}.",
            before_pt=8,
        ),
        Signature(("NGƯỜI KÝ TRÍCH LỤC", unit.titles[-1]), unit.signer),
    )
    return Paper(
        "trich_luc_khai_tu", "Trích lục khai tử", unit, "columns", number, "/TLKT", registered, elements, holder(dead)
    )


def marital_status(rng: Random, unit: DemoUnit) -> Paper:
    """Giấy xác nhận tình trạng hôn nhân: in force for six months (NĐ 123/2015/NĐ-CP Art 23), so issued after June."""
    issued, who = working_day(rng, since=date(2021, 7, 5)), adult(rng, area(unit))
    partner = adult(rng, area(unit), female=not who.female)
    status = rng.choice(("Hiện tại chưa đăng ký kết hôn với ai.", "Đã ly hôn, hiện tại chưa đăng ký kết hôn với ai."))
    purpose = rng.choice((f"để kết hôn với {'ông' if who.female else 'bà'} {partner.name}", "để vay vốn ngân hàng"))
    elements: tuple[Element, ...] = (
        title("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 16),
        Text(
            f"Căn cứ Tờ khai cấp Giấy xác nhận tình trạng hôn nhân và kết quả kiểm tra, xác minh, "
            f"{unit.name} xác nhận:",
            before_pt=10,
        ),
        Fields((Cell("Họ, chữ đệm, tên:", who.name, "holder_name"),)),
        Fields((Cell("Ngày, tháng, năm sinh:", figures(who.born), "holder_birth_date"),)),
        Fields((Cell("Giới tính:", who.sex), Cell("Dân tộc:", who.ethnic_group), Cell("Quốc tịch:", "Việt Nam"))),
        Fields((Cell("Giấy tờ tùy thân: Căn cước công dân số", who.identifier, "holder_id"),)),
        Fields((Cell("Nơi cư trú:", who.address),)),
        Fields((Cell("Tình trạng hôn nhân:", status),)),
        Text(f"Giấy này được cấp {purpose}.", before_pt=8),
        Text("Giấy này có giá trị 6 tháng kể từ ngày cấp.", before_pt=4),
        Signature(unit.titles, unit.signer),
    )
    return Paper(
        "giay_xac_nhan_tinh_trang_hon_nhan",
        "Giấy xác nhận tình trạng hôn nhân",
        unit,
        "columns",
        serial(rng, 140),
        "/UBND-XNTTHN",
        issued,
        elements,
        holder(who),
    )


def correction(rng: Random, unit: DemoUnit) -> Paper:
    """Trích lục thay đổi, cải chính, bổ sung hộ tịch: the old and the new value."""
    issued, who = working_day(rng), adult(rng, area(unit))
    wrong = person(rng, female=who.female, born_after=date(1970, 1, 1), born_before=date(1980, 1, 1), area=area(unit))
    content = (
        f"Cải chính chữ đệm, tên trong Giấy khai sinh từ {who.name.split()[0]} {' '.join(wrong.name.split()[1:])} "
        f"thành {who.name}."
    )
    elements: tuple[Element, ...] = (
        title("TRÍCH LỤC CẢI CHÍNH HỘ TỊCH"),
        Fields((Cell("Họ, chữ đệm, tên:", who.name, "holder_name"),), before_pt=12),
        Fields((Cell("Ngày, tháng, năm sinh:", figures(who.born), "holder_birth_date"),)),
        Fields((Cell("Giới tính:", who.sex), Cell("Dân tộc:", who.ethnic_group), Cell("Quốc tịch:", "Việt Nam"))),
        Fields((Cell("Giấy tờ tùy thân: Căn cước công dân số", who.identifier, "holder_id"),)),
        Fields((Cell("Nơi cư trú:", who.address),)),
        Fields((Cell("Đã đăng ký việc:", content),)),
        Fields((Cell("Lý do:", "có sai sót khi đăng ký khai sinh"),)),
        Fields((Cell("Tại:", f"Ủy ban nhân dân {area(unit)}"),)),
        Text(f"Người thực hiện trích lục: {clerk(rng, unit)}.", before_pt=8),
        Signature(("NGƯỜI KÝ TRÍCH LỤC", unit.titles[-1]), unit.signer),
    )
    return Paper(
        "trich_luc_cai_chinh_ho_tich",
        "Trích lục cải chính hộ tịch",
        unit,
        "columns",
        serial(rng, 40),
        "/TLCCHT",
        issued,
        elements,
        holder(who),
    )
