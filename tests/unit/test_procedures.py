"""What tables of procedures and result types tell."""

from __future__ import annotations

from datetime import date

import pytest

from digitize.procedures import (
    PROCEDURE_COLUMNS,
    REQUIRED,
    RESULT_TYPE_COLUMNS,
    Defaults,
    Procedure,
    kind_named,
    one_after_the_other,
    told_procedures,
    told_result_types,
)
from digitize.tabular import read_table
from digitize.targets import Level

NEW_YEAR = date(2025, 1, 1)


def procedure(year: int, until: date | None = None) -> Procedure:
    return Procedure("1.001193", date(year, 1, 1), until, f"Năm {year}", "QĐ")


def test_an_entry_ends_the_day_before_the_next_begins_unless_it_ended_earlier() -> None:
    found = one_after_the_other([procedure(2025), procedure(2021), procedure(2023, date(2023, 6, 30))])
    assert [one.until for one in found] == [date(2022, 12, 31), date(2023, 6, 30), None]


def test_a_row_takes_day_and_source_from_the_file_where_it_has_none() -> None:
    rows = "code,name,level,needs_fee,result_types\n1.001193,Khai sinh,Cấp xã,có,KQ.G15.000031\n2.000815,Khác,,,\n"
    told = told_procedures(read_table(rows.encode(), PROCEDURE_COLUMNS, REQUIRED), Defaults(NEW_YEAR, "QĐ 1"))
    assert told.entries == (
        Procedure("1.001193", NEW_YEAR, None, "Khai sinh", "QĐ 1", Level.XA, needs_fee=True,
                  result_types=("KQ.G15.000031",)),
        Procedure("2.000815", NEW_YEAR, None, "Khác", "QĐ 1"),
    )  # fmt: skip
    assert told.faults == ()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1.001193,Tên,,,2025-01-01,,", "thiếu nguồn"),
        ("1.001193,Tên,,,,,QĐ", "thiếu ngày"),
        ("1.001193,Tên,,,2025-01-01,2024-01-01,QĐ", "hết hiệu lực trước"),
        ("một hai,Tên,,,2025-01-01,,QĐ", "mã thủ tục chỉ gồm"),
        ("1.001193,,,,2025-01-01,,QĐ", "thiếu tên"),
        ("1.00119,Tên,,,2025-01-01,,QĐ", "thiếu số 0"),
        ("1.001193,Tên,ấp,,2025-01-01,,QĐ", "cấp phải là"),
        ("1.001193,Tên,,KQ15,2025-01-01,,QĐ", "KQ.G15.000031"),
    ],
)
def test_every_bad_row_is_named_with_its_reason(row: str, sentence: str) -> None:
    table = f"code,name,level,result_types,valid_from,valid_to,source\n{row}\n".encode()
    (fault,) = told_procedures(read_table(table, PROCEDURE_COLUMNS, REQUIRED), Defaults()).faults
    assert fault.row == 2
    assert sentence in fault.sentence


def test_a_result_type_of_an_unknown_kind_of_paper_is_refused() -> None:
    table = b"code,name,kind_code\nKQ.G15.000031,A,giay_khai_sinh\nKQ.G15.000032,B,giay_la\n"
    told = told_result_types(read_table(table, RESULT_TYPE_COLUMNS, REQUIRED), Defaults(NEW_YEAR, "QĐ"))
    assert [one.kind_code for one in told.entries] == ["giay_khai_sinh"]
    assert [fault.row for fault in told.faults] == [3]


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        ("Giấy khai sinh", "giay_khai_sinh"),
        ("Bản sao Giấy khai sinh của trẻ em", "giay_khai_sinh"),
        ("Bản chính GIẤY CHỨNG NHẬN KẾT HÔN", "giay_chung_nhan_ket_hon"),
        ("Tờ khai đăng ký khai sinh", None),
        ("Giấy chứng sinh", None),
        ("Quyết định", None),
    ],
)
def test_a_component_is_recognised_by_the_kind_that_its_name_begins_with(component: str, kind: str | None) -> None:
    assert kind_named(component) == kind
