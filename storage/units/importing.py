"""A table of units taken in as a whole: told twice it changes nothing, and with one bad row nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from digitize.tabular import RowFault, Table, read_table
from digitize.territory import contradictions
from digitize.unit_rows import COLUMNS, REQUIRED, told_units
from storage.units.entering import CODE
from storage.units.histories import enter_units, read_tree, write_histories
from storage.units.settling import settle


@dataclass(frozen=True, slots=True)
class ImportedUnits:
    """What became, or would become, of a table."""

    entered: int
    changed: int
    """Whose names, parents, days or heirs are others than before."""
    same: int
    faults: tuple[RowFault, ...]
    """Why nothing was written; empty: all is well."""
    without_heirs: tuple[str, ...]
    """Codes of units that end without an heir: nobody answers for what they leave."""


def import_units(connection: sa.Connection, table: Table, today: date, *, dry_run: bool = False) -> ImportedUnits:
    """Enter and change the units of a table; the units that it does not name stay as they are.

    Raises:
        DocumentAtFault: the file is no table of units.
    """
    told = told_units(read_table(table, COLUMNS, REQUIRED))
    kept = read_tree(connection, to_change=not dry_run)
    new = [unit for code, unit in told.histories.items() if code not in kept.ids]
    changed = [unit for code, unit in told.histories.items() if code in kept.ids and kept.tree[code] != unit]
    faults = [*told.faults]
    for unit in changed:
        before = kept.tree[unit.code]
        if (before.level, before.branch) != (unit.level, unit.branch):
            faults.append(RowFault(told.rows[unit.code], f"đơn vị {unit.code} đã có với cấp hoặc ngành khác"))
    faults.extend(
        RowFault(told.rows[unit.code], f"mã {unit.code[:40]} phải gồm tối đa 13 chữ số, chữ hoa và dấu chấm")
        for unit in new
        if not CODE.fullmatch(unit.code)
    )
    whole = {**kept.tree, **told.histories}
    faults.extend(
        RowFault(told.rows.get(found.code, 0), f"đơn vị {found.code}: {found.sentence}")
        for found in contradictions(whole, told.histories)
    )
    orphaned = tuple(code for code, unit in told.histories.items() if unit.until is not None and not unit.heirs)
    same = len(told.histories) - len(new) - len(changed)
    answer = ImportedUnits(len(new), len(changed), same, tuple(sorted(faults, key=lambda fault: fault.row)), orphaned)
    if not dry_run and not faults:
        ids = dict(kept.ids)
        enter_units(connection, ids, new)
        write_histories(connection, ids, [*new, *changed], today)
        settle(connection, today)
    return answer
