"""Tables of dossiers: what headers stand for, what cells mean, and which rows are bad."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from digitize.dossiers.columns import columns, fields, header_row, suggest
from digitize.dossiers.rows import Office, Told, parse_day, parse_moment, tell, veiled
from digitize.errors import InvalidInput

HEADERS = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Thủ tục", "Chủ hồ sơ", "CMND/CCCD", "Ngày hẹn trả", "Tình trạng", "Tên kết quả",
    "Ngày cấp",
)  # fmt: skip
OFFICE = Office({"H99.01": "u1"}, {"1.001193": "Đăng ký khai sinh"}, "u1")


def row(code: str = "H99.01-210520-0001", **cells: str) -> list[str]:
    values = {"Mã hồ sơ": code, "Mã TTHC": "1.001193", "Chủ hồ sơ": "Trần Thị Bưởi"} | cells
    return [values.get(header, "") for header in HEADERS]


def read(*rows: Sequence[str], office: Office = OFFICE) -> list[Told]:
    return list(tell(enumerate(rows, start=2), columns(HEADERS, {}, unit_given=True), office))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Mã hồ sơ", "code"), ("MaHoSo", "code"), ("ma_ho_so", "code"), ("SỐ HỒ SƠ", "code"), ("Ma ho so", "code"),
        ("Ngày tiếp nhận", "received_on"), ("NgayTiepNhan", "received_on"), ("Ngay hen tra", "due_at"),
        ("Tình trạng hồ sơ", "status"), ("Số CCCD", "holder_id"), ("Họ và tên", "holder_name"),
        ("Ngày kết thúc xử lý", "finished_at"), ("STT", None), ("Ghi chú", None), ("Địa chỉ", None),
    ],
)  # fmt: skip
def test_headers_are_known_with_and_without_marks_and_others_are_left_alone(header: str, field: str | None) -> None:
    assert suggest([header])[0].field == field


def test_of_two_headers_for_one_field_the_likelier_one_has_it() -> None:
    assert [one.field for one in suggest(["Ngày tiếp nhận hs", "Ngày tiếp nhận"])] == [None, "received_on"]


def test_the_header_is_found_below_titles() -> None:
    assert header_row([["BÁO CÁO HỒ SƠ"], [], list(HEADERS), row()]) == 2
    assert header_row([["a", "b"], ["c"]]) is None


def test_a_person_overrides_what_was_guessed() -> None:
    found = columns(("A", "Mã hồ sơ", "B"), {"procedure_code": "B", "code": "A"}, unit_given=True)
    assert found.places == {"code": 0, "procedure_code": 2}
    assert "holder_name" not in columns(HEADERS, {"holder_name": ""}, unit_given=True).places
    for wrong in ({"không có": "A"}, {"code": "Z"}):
        with pytest.raises(InvalidInput):
            columns(HEADERS, wrong, unit_given=True)


def test_a_table_without_a_needed_column_is_refused_by_its_names() -> None:
    with pytest.raises(InvalidInput, match="Mã đơn vị"):
        columns(HEADERS, {})
    assert {"code", "unit", "procedure_code"} <= set(fields())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/05/2021", date(2021, 5, 20)), ("5-6-2021", date(2021, 6, 5)), ("2021-05-20", date(2021, 5, 20)),
        ("20210520", date(2021, 5, 20)), ("16:30 20/05/2021", date(2021, 5, 20)),
        ("2021-05-20 00:00:00", date(2021, 5, 20)), ("2021-05-20T16:30:00", date(2021, 5, 20)),
    ],
)  # fmt: skip
def test_days_are_read_in_every_usual_form(text: str, day: date) -> None:
    assert parse_day(text) == day


def test_a_due_day_lasts_to_its_end_and_a_spreadsheets_midnight_is_a_mere_day() -> None:
    assert parse_moment("20/05/2021", end_of_day=True) == datetime(2021, 5, 20, 16, 59, 59, tzinfo=UTC)
    assert parse_moment("2021-05-20 00:00:00", end_of_day=True) == parse_moment("20/05/2021", end_of_day=True)
    assert parse_moment("20/05/2021 17h00") == datetime(2021, 5, 20, 10, 0, tzinfo=UTC)


def test_rows_become_dossiers() -> None:
    (told,) = read(row(**{"Tình trạng": "Đã trả kết quả", "Ngày hẹn trả": "20/05/2021", "Tên kết quả": "Giấy khai sinh",
                          "Ngày cấp": "19/05/2021"}))  # fmt: skip
    assert told.dossier is not None
    assert (told.dossier.status, told.dossier.procedure_name) == (10, "Đăng ký khai sinh")
    assert [(one.title, one.issued_on) for one in told.dossier.results] == [("Giấy khai sinh", date(2021, 5, 19))]


def test_rows_of_one_code_that_follow_each_other_are_one_dossier_with_several_results() -> None:
    papers = [{"Tên kết quả": name, "Ngày cấp": "19/05/2021"} for name in ("A", "B")]
    first, other = read(row(**papers[0]), row(**papers[1]), row("H99.01-210520-0002"))
    assert first.dossier is not None
    assert [one.title for one in first.dossier.results] == ["A", "B"]
    assert (first.row, other.row) == (2, 4)
    (contradicting,) = read(row(**papers[0]), row(**papers[1] | {"Chủ hồ sơ": "Khác"}))
    assert contradicting.dossier is None
    assert "dòng 2" in contradicting.faults[0].reason


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Ngày hẹn trả": "31/02/2021"}, "Ngày hẹn trả"), ({"Tình trạng": "lạ"}, "Tình trạng"),
        ({"Mã TTHC": ""}, "Mã TTHC"), ({"Mã TTHC": "9.9"}, "Thủ tục"), ({"Mã hồ sơ": "có dấu"}, ""),
        ({"Tên kết quả": "A"}, "Ngày cấp"), ({"Ngày cấp": "19/05/2021"}, "Tên kết quả"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_column_and_a_reason(cells: dict[str, str], column: str) -> None:
    told = read(row(**cells), row("H99.01-210520-0009"))
    assert told[0].dossier is None
    assert told[1].dossier is not None
    (fault,) = told[0].faults
    assert (fault.row, fault.column) == (2, column)
    assert len(fault.reason) > 5


def test_what_is_shown_of_a_bad_cell_gives_no_person_away() -> None:
    (told,) = read(row(**{"Ngày hẹn trả": "Trần Thị Bưởi 001321004567"}))
    assert "Bưởi" not in told.faults[0].value
    assert "1321004567" not in told.faults[0].value
    assert veiled("31/02/2021") == "31/02/2021"
