"""Files of dossiers: CSV, XLSX and NDJSON go in; a dry run names every bad row and keeps nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from digitize.confined.spreadsheets import MOST_UNPACKED_BYTES
from digitize.dossiers.deciding import Outcome
from digitize.dossiers.rows import RowFault
from digitize.dossiers.tables import TableKind, kind_of
from digitize.errors import DamagedFile, DocumentAtFault, EmptyFile, InvalidInput, NotATable, TooLarge
from digitize.lifecycle import Office
from digitize.targets import Level
from storage import people, units
from storage.database import Database
from storage.dossiers import find_by_code
from storage.dossiers.importing import Order, Report, confirmed
from storage.registry import EVERYTHING
from tests.samples.workbooks import rows_told, with_part, xlsx
from workers.cli.dossiers import dossiers as command
from workers.dossier_import import import_file

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HEADER = ["Mã hồ sơ", "Mã đơn vị", "Mã TTHC", "Tên thủ tục", "Ngày tiếp nhận", "Trạng thái", "Tên kết quả", "Ngày cấp"]
TITLE = ["DANH SÁCH HỒ SƠ"]
GOOD = [
    "H99.01-210520-0001", "H99.01", "1.001193", "Đăng ký khai sinh", "20/05/2021", "Đã trả kết quả", "Giấy khai sinh",
    "21/05/2021",
]  # fmt: skip
BAD = ["H99.01-210520-0002", "H00", "1.001193", "Đăng ký khai sinh", "31/02/2021", "2", "", ""]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    with sqlite_database.write() as connection:
        unit = units.add_unit(
            connection, code="H99.01", name="Xã Lam Sơn", level=Level.XA, parent_id=None,
            valid_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
        )  # fmt: skip
        people.add_person(
            connection, username="canbo", full_name="Trần Thị Số", office=Office.CLERK, unit_id=unit.id,
            password="mat-khau-dai-12",  # of nobody
        )  # fmt: skip
    return sqlite_database


def csv(*rows: Sequence[str], sign: str = ",") -> bytes:
    return "\r\n".join(sign.join(row) for row in (HEADER, *rows)).encode("utf-8-sig")


def ndjson(*dossiers: dict[str, object]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in dossiers)


def take(database: Database, content: bytes, **order: object) -> tuple[Report, list[RowFault]]:
    faults: list[RowFault] = []
    how = Order("can-bo", EVERYTHING, **order)  # type: ignore[arg-type]
    return import_file(database, io.BytesIO(content), how, lambda: NOW, faults.append), faults


LINE = {
    "code": GOOD[0], "unit": "H99.01", "procedure_code": "1.001193", "procedure_name": "Đăng ký khai sinh",
    "received_on": "2021-05-20", "status": 10, "results": [{"title": "Giấy khai sinh", "issued_on": "2021-05-21"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "bad"),
    [
        (csv(GOOD, BAD), 3), (csv(GOOD, BAD, sign=";"), 3), ("\t".join(HEADER).encode("utf-16"), None),
        (xlsx(TITLE, HEADER, [*GOOD[:4], datetime(2021, 5, 20), 10, *GOOD[6:]], BAD), 4),  # noqa: DTZ001  # as a sheet keeps it
        (ndjson(LINE, LINE | {"code": "x", "unit": "H00"}), 2),
    ],
    ids=["csv", "semicolons", "utf-16 without rows", "xlsx", "ndjson"],
)  # fmt: skip
def test_every_kind_of_file_gives_the_same_dossier_and_names_its_bad_rows(
    database: Database, content: bytes, bad: int | None
) -> None:
    report, faults = take(database, content)
    if bad is None:
        assert (report.dossiers, faults) == (0, [])
        return
    assert {fault.row for fault in faults} == {bad}
    assert (report.outcomes[Outcome.CREATED], report.outcomes[Outcome.REFUSED], report.bad_rows) == (1, 1, 1)
    with database.read() as connection:
        found = find_by_code(connection, GOOD[0], EVERYTHING)
    assert (found.status, found.received_on, [one.title for one in found.results]) == (
        10, datetime(2021, 5, 20, tzinfo=UTC).date(), ["Giấy khai sinh"],
    )  # fmt: skip
    assert take(database, content)[0].outcomes[Outcome.SAME] == 1


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(database: Database) -> None:
    report, faults = take(database, csv(GOOD, BAD), dry_run=True)
    assert (report.outcomes[Outcome.CREATED], len(faults)) == (1, 1)
    assert take(database, csv(GOOD))[0].outcomes[Outcome.CREATED] == 1


def test_columns_are_confirmed_by_name_and_the_unit_may_be_given_for_the_file(database: Database) -> None:
    strange = csv(GOOD).replace("Mã hồ sơ".encode(), b"X1").replace("Mã đơn vị".encode(), b"X2")
    with pytest.raises(InvalidInput, match="Mã hồ sơ"):
        take(database, strange)
    report, _ = take(database, strange, columns=confirmed(["code=X1"]), unit="H99.01")
    assert (report.columns["code"], report.outcomes[Outcome.CREATED]) == ("X1", 1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", EmptyFile), (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), NotATable),
        (b"PK\x03\x04" + b"x" * 400, NotATable),
        ("Mã hồ sơ,Mã TTHC\n".encode() + b"\xff\xfe,1\n", DamagedFile), (b"a,b\n1,2\n", InvalidInput),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(
    database: Database, content: bytes, expected: type[DocumentAtFault]
) -> None:
    with pytest.raises(expected) as refused:
        take(database, content)
    assert "Hãy" in refused.value.message


@pytest.mark.parametrize(
    ("workbook", "fault", "words"),
    [
        (with_part("xl/worksheets/sheet9.xml", claimed_bytes=MOST_UNPACKED_BYTES), TooLarge, "giải nén ra quá lớn"),
        (with_part("xl/vbaProject.bin"), NotATable, "bảng tính có macro. Hãy lưu lại dạng .xlsx không macro"),
        (xlsx(["Mã"])[:900], NotATable, "không phải CSV, XLSX"),
    ],
    ids=["bomb", "macros", "cut off"],
)
def test_a_hostile_spreadsheet_is_refused_before_it_is_unpacked(
    workbook: bytes, fault: type[DocumentAtFault], words: str
) -> None:
    with pytest.raises(fault, match=words):
        rows_told(workbook)


def test_rows_without_content_count_only_above_others() -> None:
    assert rows_told(xlsx(["Mã"], [], [None, "x"], [None], [""])) == [["Mã"], [], ["", "x"]]


def test_a_file_is_what_its_bytes_say() -> None:
    kinds = [kind_of(io.BytesIO(content)) for content in (csv(GOOD), xlsx(HEADER, GOOD), ndjson(LINE))]
    assert kinds == [TableKind.CSV, TableKind.XLSX, TableKind.NDJSON]


def test_the_command_imports_a_file_and_answers_one_json_value(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hồ sơ.csv"
    file.write_bytes(csv(GOOD, BAD))
    monkeypatch.setenv("SOHOA_DATABASE_URL", str(database.engine.url))
    runner = CliRunner()
    shown = runner.invoke(command, ["columns", str(file), "--json"], standalone_mode=False)
    assert json.loads(shown.stdout)["columns"][0] == {"header": "Mã hồ sơ", "field": "code", "likeness": 100.0}
    done = runner.invoke(command, ["import", str(file), "--as", "canbo", "--json"], standalone_mode=False)
    told = json.loads(done.stdout)
    assert (done.return_value, told["outcomes"]["created"], told["faults"][0]["row"]) == (2, 1, 3)
    text = runner.invoke(command, ["import", str(file), "--as", "canbo", "--dry-run"], standalone_mode=False)
    assert "chưa ghi gì" in text.stdout
