"""Tables of offices as rows of text."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from digitize.errors import DamagedFile, EmptyFile, InvalidInput, SohoaError
from digitize.tabular import day_of, read_table, truth_of

COLUMNS = {"code": ("mã đơn vị",), "name": ("tên",), "since": ("từ ngày",)}


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "Mã đơn vị,Tên,Từ ngày,Ghi chú\nH1, Xã  A ,2025-07-01,x\n,,,\n".encode(),
        "\ufeffMA DON VI;TÊN;TỪ NGÀY\nH1;Xã A;2025-07-01\n".encode(),
        "code\tname\tsince\nH1\tXã A\t2025-07-01".encode(),
        '[{"code": "H1", "name": "Xã A", "since": "2025-07-01", "lạ": 1}]'.encode(),
        workbook(("Mã đơn vị", "Tên", "Từ ngày"), ("H1", "Xã A", datetime(2025, 7, 1)), (None, None, None)),  # noqa: DTZ001  # a cell
    ],
    ids=["comma", "semicolon", "tab", "json", "xlsx"],
)
def test_a_table_reads_the_same_in_every_format(data: bytes) -> None:
    (row,) = read_table(data, COLUMNS, ("code", "name"))
    assert dict(row.cells) == {"code": "H1", "name": "Xã A", "since": "2025-07-01"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"  \n", EmptyFile),
        ("tên\nXã A".encode(), InvalidInput),
        ("mã đơn vị\nX\xe3".encode("latin-1", "replace"), DamagedFile),
        (b"PK\x03\x04 no workbook", DamagedFile),
        (b"[{]", DamagedFile),
        (b"[1]", InvalidInput),
    ],
)
def test_a_file_that_is_no_such_table_is_told_in_a_sentence(data: bytes, error: type[SohoaError]) -> None:
    with pytest.raises(error):
        read_table(data, COLUMNS, ("code",))


def test_days_and_answers_are_read_as_offices_write_them() -> None:
    assert [day_of(text) for text in ("2025-07-01", "01/07/2025", "1-7-2025", "")] == [date(2025, 7, 1)] * 3 + [None]
    assert [truth_of(text) for text in ("Có", "x", "không", "0", "", "không rõ")] == [
        True,
        True,
        False,
        False,
        None,
        None,
    ]
    for wrong in ("31/02/2025", "07/2025"):
        with pytest.raises(InvalidInput):
            day_of(wrong)
    with pytest.raises(InvalidInput):
        truth_of("có lẽ")
