"""The tree of units takes effect by itself, and by the command line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from digitize.targets import VIETNAM_TIME, Level
from storage import units
from storage.database import Database
from tests.samples.workbooks import xlsx
from tests.unit.workers.conftest import Place
from workers.cli.program import run
from workers.tidying import settle_units

TABLE = """\
mã đơn vị,tên đơn vị,cấp,mã cấp trên,từ ngày,đến ngày,mã đơn vị kế thừa,nguồn
H99,UBND tỉnh Lam Vân,tỉnh,,2004-01-01,,,
H99.1,UBND huyện Trà Vân,huyện,H99,2004-01-01,2025-06-30,H99,NĐ 118/2025
H99.2,UBND xã Đồng Mây,xã,H99.1,2004-01-01,,,
"""


def test_a_change_for_tomorrow_takes_effect_tomorrow_by_the_sweep(place: Place) -> None:
    today = place.clock().astimezone(VIETNAM_TIME).date()
    with place.post.storage.database.write() as connection:
        top, heir, gone = (
            units.add_unit(
                connection, code=code, name=code, level=Level.XA, parent_id=None, valid_from=date(2020, 1, 1)
            )
            for code in ("U1", "U2", "U3")
        )
        units.rename(connection, top.id, "Tên mới", today + timedelta(days=1), today)
        units.abolish(connection, gone.id, today + timedelta(days=1), [heir.id], source="NQ", today=today)

    def standing() -> tuple[str, bool]:
        with place.post.storage.database.read() as connection:
            below = units.find_unit(connection, gone.id).path.startswith(heir.path)
            return units.find_unit(connection, top.id).name, below

    settle_units(place.post)
    assert standing() == ("U1", False)
    place.clock.forward(86_400)
    settle_units(place.post)
    assert standing() == ("Tên mới", True)


@pytest.fixture
def registry(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_DATABASE_URL", str(sqlite_database.engine.url))


@pytest.mark.usefixtures("registry")
def test_the_command_line_takes_a_table_in_changes_it_and_answers_for_a_day(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    table = tmp_path / "don-vi.csv"
    table.write_text(TABLE + "h,Xã,xã,,2004-01-01,,,\n", encoding="utf-8")
    assert run(["units", "import", str(table)]) == 2
    assert "Dòng 5: mã h phải gồm" in capfdbinary.readouterr().err.decode()
    table.write_text(TABLE, encoding="utf-8")
    assert run(["units", "import", str(table), "--dry-run"]) == 0
    book = tmp_path / "don-vi.xlsx"
    wrong = ["H99.3", "Xã", "thôn", "H99", "2004-01-01"]
    book.write_bytes(xlsx(*(line.split(",") for line in TABLE.splitlines()), wrong))
    assert run(["units", "import", str(book)]) == 2
    assert "Dòng 5: cấp phải là tỉnh, huyện hoặc xã" in capfdbinary.readouterr().err.decode()
    assert run(["units", "import", str(table)]) == 0
    assert "Đã thêm 3 đơn vị" in capfdbinary.readouterr().out.decode()
    assert run(["units", "move", "H99.2", "H99", "--since", "2025-07-01"]) == 0
    assert run(["units", "rename", "H99.2", "UBND phường Đồng Mây", "--since", "2025-07-01"]) == 0
    assert run(["units", "rename", "H99.2", "Khác", "--since", "2003-01-01"]) == 2
    capfdbinary.readouterr()
    assert run(["units", "resolve", "UBND xã Đồng Mây, huyện Trà Vân", "--on", "2020-05-01", "--json"]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    assert (found["unit"], found["answering"], found["score"]) == ("H99.2", "H99.2", 1.0)
    assert run(["units", "resolve", "UBND xã Đồng Mây"]) == 3
    capfdbinary.readouterr()
    assert run(["units", "list", "--on", "2026-01-01", "--json"]) == 0
    assert [one["name"] for one in json.loads(capfdbinary.readouterr().out)] == [
        "UBND tỉnh Lam Vân", "UBND phường Đồng Mây",
    ]  # fmt: skip


@pytest.mark.usefixtures("registry")
def test_the_command_line_takes_a_catalogue_in_with_a_day_for_all_rows(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    table = tmp_path / "tthc.csv"
    table.write_text("code,name\n1.001193,Khai sinh\n", encoding="utf-8")
    assert run(["catalogue", "import", "procedures", str(table)]) == 2
    assert "Dòng 2: thiếu ngày" in capfdbinary.readouterr().err.decode()
    whole = ["catalogue", "import", "procedures", str(table), "--since", "2025-01-01", "--source", "QĐ 1"]
    assert run(whole) == run(whole) == 0
    told = capfdbinary.readouterr().out.decode()
    assert "Đã thêm 1 dòng" in told
    assert "giữ nguyên 1" in told
