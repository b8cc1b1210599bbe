"""Tables of offices as rows of text."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from digitize.errors import DamagedFile, EmptyFile, InvalidInput, SohoaError
from digitize.tabular import Table, day_of, read_table, truth_of
from tests.samples.workbooks import rows_told, xlsx

COLUMNS = {"code": ("mã đơn vị",), "name": ("tên",), "since": ("từ ngày",)}


@pytest.mark.parametrize(
    "table",
    [
        "Mã đơn vị,Tên,Từ ngày,Ghi chú\nH1, Xã  A ,2025-07-01,x\n,,,\n".encode(),
        "\ufeffMA DON VI;TÊN;TỪ NGÀY\nH1;Xã A;2025-07-01\n".encode(),
        "code\tname\tsince\nH1\tXã A\t2025-07-01".encode(),
        '[{"code": "H1", "name": "Xã A", "since": "2025-07-01", "lạ": 1}]'.encode(),
        '\ufeff{"code": "H1", "name": "Xã A", "since": "2025-07-01"}\n\n'.encode(),
        rows_told(xlsx(("Mã đơn vị", "Tên", "Từ ngày"), ("H1", " Xã  A", datetime(2025, 7, 1)), (None, None))),  # noqa: DTZ001  # a cell
    ],
    ids=["comma", "semicolon", "tab", "json", "ndjson", "xlsx"],
)
def test_a_table_reads_the_same_in_every_format(table: Table) -> None:
    (row,) = read_table(table, COLUMNS, ("code", "name"))
    assert dict(row.cells) == {"code": "H1", "name": "Xã A", "since": "2025-07-01"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"  \n", EmptyFile),
        ("tên\nXã A".encode(), InvalidInput),
        ("mã đơn vị\nX\xe3".encode("latin-1", "replace"), DamagedFile),
        (b"[{]", DamagedFile),
        (b"[1]", InvalidInput),
        (b'{"code": 1}\n{', DamagedFile),
        (b'{"code": 1}\n[1]', InvalidInput),
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
