"""A manifest names files, results and sources; whatever cannot be right is named by row and column."""

from __future__ import annotations

import json

import pytest

from digitize.dossiers.rows import Office
from digitize.errors import InvalidInput
from digitize.takeover import Line, inside, json_rows, read_manifest

OFFICE = Office({"H99.01": "xa-1", "xa mot": "xa-1"}, {"1.001193": "Đăng ký khai sinh"})
HEADER = ["Tệp", "Mã hồ sơ", "Mã đơn vị", "Mã TTHC", "Tên kết quả", "Số ký hiệu", "Ngày cấp", "Hệ thống nguồn",
          "Mã nguồn", "SHA-256"]  # fmt: skip
GOOD = ["2019\\kq 1.pdf", "HS-1", "H99.01", "1.001193", "Giấy khai sinh", "12/2019", "20/05/2019", "QLVB cũ", "77",
        "AB" * 32]  # fmt: skip


def read(*rows: list[str], source: str | None = None, header: list[str] = HEADER) -> list[Line]:
    return list(read_manifest([["Bảng kê bàn giao"], header, *rows], OFFICE, source))


def changed(column: str, value: str) -> list[str]:
    return [value if name == column else cell for name, cell in zip(HEADER, GOOD, strict=True)]


def test_a_row_names_a_file_its_result_and_where_both_come_from() -> None:
    [line] = read(GOOD)
    piece = line.piece
    assert piece is not None
    assert (piece.row, piece.file, piece.source_system, piece.source_id) == (3, "2019/kq 1.pdf", "QLVB cũ", "77")
    assert (piece.sha256, piece.dossier.code, piece.dossier.unit_id) == ("ab" * 32, "HS-1", "xa-1")
    assert (piece.dossier.results, piece.dossier.procedure_name) == ((), "Đăng ký khai sinh")
    assert (piece.result.number, str(piece.result.issued_on), piece.result.source_ref) == (
        "12/2019",
        "2019-05-20",
        "77",
    )


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("Tệp", "../kín.pdf", "đường dẫn"), ("Tệp", "a/../../b.pdf", "đường dẫn"), ("Tệp", "/etc/passwd", "đường dẫn"),
        ("Tệp", "C:\\kho\\1.pdf", "đường dẫn"), ("Tệp", "\\\\may\\kho\\1.pdf", "đường dẫn"), ("Tệp", "", "đường dẫn"),
        ("SHA-256", "abc", "SHA-256"), ("Hệ thống nguồn", "", "40"), ("Hệ thống nguồn", "x" * 41, "40"),
        ("Mã đơn vị", "H00", "đơn vị"), ("Ngày cấp", "32/13/2019", "lịch"), ("Tên kết quả", "", "còn trống"),
        ("Mã hồ sơ", "", "còn trống"), ("Mã nguồn", "y" * 201, "200"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_with_its_reason(column: str, value: str, told: str) -> None:
    bad, good = read(changed(column, value), GOOD)
    assert bad.piece is None
    assert told in " ".join(fault.reason for fault in bad.faults)
    assert {fault.row for fault in bad.faults} == {3}
    assert good.piece is not None


def test_the_same_source_and_id_twice_is_a_fault_of_the_second_row() -> None:
    first, second = read(GOOD, changed("Mã hồ sơ", "HS-2"))
    assert first.piece is not None
    assert second.piece is None
    assert "dòng 3" in second.faults[0].reason


def test_without_an_id_the_path_stands_for_it_and_a_source_may_be_given_for_the_file() -> None:
    [line] = read(["a/1.pdf", "HS-1", "H99.01", "1.001193", "Giấy", "", "2019-05-20"], source="Kho", header=HEADER[:7])
    assert line.piece is not None
    assert (line.piece.source_system, line.piece.source_id) == ("Kho", "a/1.pdf")
    with pytest.raises(InvalidInput, match="source_system"):
        read(GOOD[:7], header=HEADER[:7])
    with pytest.raises(InvalidInput, match="file"):
        read(GOOD[1:], header=HEADER[1:])


def test_lines_of_json_are_rows_by_the_names_of_the_fields() -> None:
    good = {
        "file": "1.pdf", "code": "HS-1", "unit": "H99.01", "procedure_code": "1.001193", "result_title": "Giấy",
        "result_issued_on": "2019-05-20", "source_system": "Kho", "source_id": 5,
    }  # fmt: skip
    lines = [json.dumps(one).encode() for one in (good, good | {"la": 1}, good | {"file": ["x"]})]
    told = list(read_manifest(json_rows([lines[0], b"\n", *lines[1:], b"{"]), OFFICE, None, first=0))
    assert [(one.row, one.piece is not None) for one in told] == [(1, True), (3, False), (4, False), (5, False)]
    assert told[0].piece is not None
    assert told[0].piece.source_id == "5"


@pytest.mark.parametrize(("path", "told"), [("a\\b.pdf", "a/b.pdf"), ("./a//b.pdf", "a/b.pdf"), ("tên có dấu", None)])
def test_a_path_is_told_with_slashes(path: str, told: str | None) -> None:
    assert inside(path) == (told or path)
