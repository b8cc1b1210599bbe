"""The tree of units through time, on both databases."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.targets import Level
from storage import units
from storage.registry import EVERYTHING, Scope
from storage.units import Unit
from storage.units.importing import ImportedUnits, import_units
from tests.registry.province import Province

FOUNDED, EVE, REFORM = date(2020, 1, 1), date(2025, 6, 30), date(2025, 7, 1)
BEFORE, AFTER = date(2025, 1, 1), date(2026, 1, 1)
TABLE = """\
mã đơn vị,tên đơn vị,cấp,mã cấp trên,từ ngày,đến ngày,mã đơn vị kế thừa,căn cứ
H99,Tỉnh,tỉnh,,2020-01-01,,,
Q1,Huyện Trà Vân,huyện,H99,2020-01-01,2025-06-30,H99,NQ 1
Q2,Huyện Thạch Lĩnh,huyện,H99,2020-01-01,2025-06-30,H99,NQ 1
X1,UBND xã Tân An,xã,Q1,2020-01-01,2025-06-30,X9;X3;H99,NQ 2
X2,UBND xã Tân Ân,xã,Q2,2020-01-01,2025-06-30,X9,NQ 2
X3,UBND xã Đồng Mây,xã,Q2,2020-01-01,2025-06-30,,
X3,UBND phường Đồng Mây,xã,H99,2025-07-01,,,
X9,UBND xã Tân An,xã,H99,2025-07-01,,,
"""


def take_in(province: Province, table: str, today: date, *, dry_run: bool = False) -> ImportedUnits:
    with province.database.write() as connection:
        return import_units(connection, table.encode(), today, dry_run=dry_run)


def found(province: Province, code: str) -> Unit:
    with province.database.read() as connection:
        return units.find_by_code(connection, code)


def path_of(province: Province, code: str) -> str:
    """Write a path with codes for ids."""
    with province.database.read() as connection:
        codes = {unit.id: unit.code for unit in units.subtree(connection, EVERYTHING)}
    return "/".join(codes[part] for part in found(province, code).path.strip("/").split("/"))


def settle(province: Province, today: date) -> int:
    with province.database.write() as connection:
        return units.settle(connection, today)


def test_a_table_is_taken_in_once_and_told_again_changes_nothing(province: Province) -> None:
    planned = take_in(province, TABLE, BEFORE, dry_run=True)
    with pytest.raises(NotFound):
        found(province, "X1")
    first, again = take_in(province, TABLE, BEFORE), take_in(province, TABLE, BEFORE)
    assert (planned.entered, first.entered, again.entered, again.changed, again.same) == (6, 6, 0, 0, 7)
    assert first.faults == again.faults == ()
    assert path_of(province, "X1") == "H99/Q1/X1"


def test_with_one_bad_row_nothing_is_written_and_the_row_is_named(province: Province) -> None:
    done = take_in(province, TABLE + "X7,UBND xã Lạc,xã,Q7,2020-01-01,,,\nx8,Xã,xã,,2020-01-01,,,\n", BEFORE)
    assert [(fault.row, fault.sentence.split(" ")[0]) for fault in done.faults] == [(10, "đơn"), (11, "mã")]
    with pytest.raises(NotFound):
        found(province, "X1")


def test_changes_for_a_day_to_come_take_effect_on_that_day_by_settling(province: Province) -> None:
    take_in(province, TABLE, BEFORE)
    assert settle(province, EVE) == 0
    assert (path_of(province, "X1"), path_of(province, "X3")) == ("H99/Q1/X1", "H99/Q2/X3")
    with province.database.read() as connection:
        assert (units.due(connection, EVE), units.due(connection, REFORM)) == (False, True)
    assert settle(province, REFORM) > 0
    assert settle(province, REFORM) == 0
    assert (path_of(province, "X1"), path_of(province, "X3")) == ("H99/X9/X1", "H99/X3")
    assert found(province, "X3").name == "UBND phường Đồng Mây"


def test_an_heir_sees_what_it_inherited_and_the_neighbour_does_not(province: Province) -> None:
    take_in(province, TABLE, AFTER)
    dossier = province.dossier(found(province, "X1"))
    with province.database.read() as connection:
        heir, other = (units.find_by_code(connection, code).scope for code in ("X9", "X3"))
        assert [unit.code for unit in units.subtree(connection, heir)] == ["X9", "X1", "X2"]
        assert units.answering(connection, heir, AFTER) == dict.fromkeys(
            (found(province, code).id for code in ("X9", "X1", "X2")), found(province, "X9").id
        )
        assert units.heir_on(connection, dossier.unit_id, EVE) == dossier.unit_id
        with pytest.raises(NotFound):
            units.find_unit(connection, dossier.unit_id, other)


def test_the_tree_of_a_day_is_as_it_stood_on_that_day(province: Province) -> None:
    take_in(province, TABLE, AFTER)
    with province.database.read() as connection:
        codes = {unit.id: unit.code for unit in units.subtree(connection, EVERYTHING)}
        trees = [
            {one.code: (one.name, codes.get(one.parent_id or "")) for one in units.on_day(connection, day)}
            for day in (EVE, REFORM)
        ]
    assert trees[0]["X3"] == ("UBND xã Đồng Mây", "Q2")
    assert trees[1]["X3"] == ("UBND phường Đồng Mây", "H99")
    assert trees[0].keys() - trees[1].keys() == {"Q1", "Q2", "X1", "X2"}
    assert trees[1].keys() - trees[0].keys() == {"X9"}


def test_a_whole_subtree_moves_with_its_top(province: Province) -> None:
    with province.database.write() as connection:
        below = units.add_unit(
            connection, code="H99.01.1", name="Tổ", level=Level.XA, parent_id=province.commune.id, valid_from=FOUNDED
        )
        moved = units.move(connection, province.commune.id, province.other.id, BEFORE, AFTER)
        assert moved.path == f"{province.other.path}{province.commune.id}/"
        assert units.find_unit(connection, below.id).path == f"{moved.path}{below.id}/"
        assert units.subtree(connection, Scope(moved.path))[-1].id == below.id


def test_what_contradicts_the_tree_is_refused_and_leaves_nothing(province: Province) -> None:
    top, commune, other = province.top.id, province.commune.id, province.other.id
    with province.database.write() as connection:
        late = units.add_unit(connection, code="M", name="Mới", level=Level.XA, parent_id=top, valid_from=AFTER).id
        with pytest.raises(InvalidInput, match="trước ngày đầu"):
            units.add_unit(connection, code="N", name="N", level=Level.XA, parent_id=top, valid_from=REFORM,
                           valid_to=EVE)  # fmt: skip
        with pytest.raises(InvalidInput, match="chưa có vào ngày"):
            units.add_unit(connection, code="N", name="N", level=Level.XA, parent_id=late, valid_from=FOUNDED)
        ended = units.add_unit(connection, code="E", name="E", level=Level.XA, parent_id=top, valid_from=FOUNDED,
                               valid_to=EVE).id  # fmt: skip
        with pytest.raises(InvalidInput, match="đã thôi trước ngày"):
            units.add_unit(connection, code="N", name="N", level=Level.XA, parent_id=ended, valid_from=REFORM)
        for heir, told in ((late, "không tồn tại"), (commune, "không tồn tại")):
            with pytest.raises(InvalidInput, match=told):
                units.abolish(connection, commune, REFORM, [heir], source="NQ", today=AFTER)
        with pytest.raises(InvalidInput, match="đứng dưới chính nó"):
            units.move(connection, top, commune, REFORM, AFTER)
        with pytest.raises(InvalidInput, match="chưa có vào ngày"):
            units.move(connection, commune, late, REFORM, AFTER)
        gone = units.abolish(connection, commune, REFORM, [other], source="NQ", today=AFTER)
        with pytest.raises(Conflict):
            units.abolish(connection, commune, AFTER, [other], source="NQ", today=AFTER)
        with pytest.raises(InvalidInput, match="không tồn tại vào ngày"):
            units.rename(connection, commune, "Khác", AFTER, AFTER)
        assert units.find_unit(connection, commune) == gone
    assert path_of(province, "H99.01") == "H99/H99.02/H99.01"


def test_a_renamed_unit_bears_each_name_in_its_time(province: Province) -> None:
    with province.database.write() as connection:
        renamed = units.rename(connection, province.commune.id, "UBND xã Mây Hạ", REFORM, AFTER)
        assert renamed.name == "UBND xã Mây Hạ"
        for day, known in ((EVE, False), (REFORM, True)):
            resolved = units.resolve(connection, "UBND xã Mây Hạ", day, AFTER)
            assert (resolved.unit is not None) is known
        assert "chỉ vào ngày khác" in units.resolve(connection, "UBND xã Mây Hạ", EVE, AFTER).reason


NAMES = (
    ("ỦY BAN NHÂN DÂN XÃ TÂN AN", BEFORE, "", "X1", "X9"),
    ("UBND xã Tân Ân", BEFORE, "", "X2", "X9"),
    ("UBND XA TAN AN", BEFORE, "", None, None),
    ("UBND XA TAN AN, HUYEN TRA VAN", BEFORE, "", "X1", "X9"),
    ("UBND XA TAN AN", BEFORE, "UBND HUYỆN THẠCH LĨNH", "X2", "X9"),
    ("UBND xã Tân An, huyện Thạch Lĩnh", BEFORE, "", None, None),
    ("Ủy ban nhân dân xã Tân An", REFORM, "", "X9", "X9"),
    ("UBND huyện Trà Vân", BEFORE, "", "Q1", "H99"),
    ("UBND huyện Trà Vân", AFTER, "", None, None),
    ("Công an xã Tân An", BEFORE, "", None, None),
    ("UBND", BEFORE, "", None, None),
)
"""As printed, the paper's date, the line above; the unit and who answers for it today."""


def test_a_name_on_a_paper_finds_its_unit_of_that_day_and_who_answers_today(province: Province) -> None:
    take_in(province, TABLE, AFTER)
    with province.database.read() as connection:
        codes = {unit.id: unit.code for unit in units.subtree(connection, EVERYTHING)}
        for text, on, above, code, answers in NAMES:
            told = units.resolve(connection, text, on, AFTER, above=above)
            assert (told.unit and told.unit.code, codes.get(told.answering or "")) == (code, answers), text
            assert told.reason.startswith("Không rõ") is (code is None), text


def test_hundreds_of_communes_are_merged_in_one_statement(province: Province) -> None:
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["code", "name", "level", "parent", "valid_from", "valid_to", "heirs", "source"])
    table.writerow(["T1", "Tỉnh khác", "tinh", "", "2004-01-01", "", "", ""])
    table.writerow(["N1", "Xã mới", "xa", "T1", "2025-07-01", "", "", ""])
    table.writerows([f"C{n}", f"Xã {n}", "xa", "T1", "2004-01-01", "2025-06-30", "N1", "NQ"] for n in range(300))
    assert take_in(province, file.getvalue(), EVE).entered == 302
    settle(province, REFORM)
    assert path_of(province, "C299") == "T1/N1/C299"
