"""What a table of units tells."""

from __future__ import annotations

import pytest

from digitize.tabular import read_table
from digitize.unit_rows import COLUMNS, REQUIRED, ToldUnits, told_units

HEAD = "code,name,level,branch,parent,valid_from,valid_to,heirs,source\n"


def told(*rows: str) -> ToldUnits:
    return told_units(read_table((HEAD + "\n".join(rows)).encode(), COLUMNS, REQUIRED))


def test_the_rows_of_a_unit_become_one_history() -> None:
    unit = told(
        "X,Xã Cũ,xã,,H,2004-01-01,31/12/2019,,", "X,Xã Mới,xa,,H,2020-01-01,2024-12-31,,",
        "X,Xã Mới,cấp xã,,T,2025-01-01,2025-06-30,Y;Z,NQ 1",
    ).histories["X"]  # fmt: skip
    assert [one.name for one in unit.names] == ["Xã Cũ", "Xã Mới"]
    assert [one.parent for one in unit.parents] == ["H", "T"]
    assert [(one.unit, one.principal, one.since.isoformat()) for one in unit.heirs] == [
        ("Y", True, "2025-07-01"), ("Z", False, "2025-07-01"),
    ]  # fmt: skip
    assert unit.names[-1].until == unit.parents[-1].until == unit.until


@pytest.mark.parametrize(
    ("rows", "row", "sentence"),
    [
        (["X,,xa,,,2004-01-01,,,"], 2, "thiếu mã hoặc tên"),
        (["X,Xã,ấp,,,2004-01-01,,,"], 2, "cấp phải là"),
        (["X,Xã,xa,lạ,,2004-01-01,,,"], 2, "ngành phải"),
        (["X,Xã,xa,,,,,,"], 2, "thiếu ngày bắt đầu"),
        (["X,Xã,xa,,,2004-13-01,,,"], 2, "phải viết như"),
        (["X,Xã,xa,,,2004-01-01,2003-01-01,,"], 2, "ngày cuối trước ngày đầu"),
        (["X,Xã,xa,,,2004-01-01,2005-01-01,Y,"], 2, "phải ghi căn cứ"),
        (["X,Xã,xa,,,2004-01-01,2005-01-01,Y;Y,NQ"], 2, "nêu hai lần"),
        (["X,A,xa,,,2004-01-01,2010-01-01,,", "X,B,xa,,,2009-01-01,,,"], 3, "chồng nhau hoặc hở"),
        (["X,A,xa,,,2004-01-01,2010-01-01,,", "X,B,xa,,,2012-01-01,,,"], 3, "chồng nhau hoặc hở"),
        (["X,A,xa,,,2004-01-01,,,", "X,B,xa,,,2004-01-01,,,"], 3, "cùng một ngày"),
        (["X,A,xa,,,2004-01-01,2010-01-01,,", "X,B,huyen,,,2010-01-02,,,"], 3, "đổi cấp"),
        (["X,A,xa,,,2004-01-01,2010-01-01,Y,NQ", "X,B,xa,,,2010-01-02,,,"], 2, "chỉ dòng cuối"),
    ],
)
def test_every_bad_row_is_named_with_its_reason_and_its_unit_left_out(rows: list[str], row: int, sentence: str) -> None:
    found = told(*rows)
    assert any(fault.row == row and sentence in fault.sentence for fault in found.faults), found.faults
    assert "X" not in found.histories
