"""The catalogue of procedures and result types: looked up as of a day, taken in as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from digitize import procedures as rules
from digitize.procedures import Defaults, Procedure, ResultType, Told, one_after_the_other
from digitize.tabular import RowFault, Table, read_table
from digitize.targets import Level
from digitize.vietnamese import bare
from storage.tables import procedure_results, procedures, result_types

E = TypeVar("E", bound=Procedure | ResultType)


@dataclass(frozen=True, slots=True)
class ImportedCatalogue:
    """What became, or would become, of a table."""

    entered: int
    changed: int
    """Whose content or last day is another than before; among them those that a newer row closed."""
    same: int
    faults: tuple[RowFault, ...]
    """Why nothing was written; empty: all is well."""


def procedure_on(connection: sa.Connection, code: str, day: date) -> Procedure | None:
    """Return a procedure as it is on a day; None when the catalogue has none."""
    return next(iter(_procedures(connection, procedures.c.code == code, _on(procedures, day))), None)


def result_type_on(connection: sa.Connection, code: str, day: date) -> ResultType | None:
    """Return a result type as it is on a day; None when the catalogue has none."""
    return next(iter(_result_types(connection, result_types.c.code == code, _on(result_types, day))), None)


def procedures_on(connection: sa.Connection, day: date, *, named: str = "", limit: int = 200) -> Sequence[Procedure]:
    """Return procedures as they are on a day, by code.

    Args:
        connection: of a transaction.
        day: of the list.
        named: only those whose code begins so, or whose name has all these words, marks or not.
        limit: at most so many.
    """
    return _named(_procedures(connection, _on(procedures, day)), named)[:limit]


def result_types_on(connection: sa.Connection, day: date, *, named: str = "", limit: int = 200) -> Sequence[ResultType]:
    """Return result types as they are on a day, by code; the arguments are those of :func:`procedures_on`."""
    return _named(_result_types(connection, _on(result_types, day)), named)[:limit]


def import_procedures(
    connection: sa.Connection, table: Table, defaults: Defaults, *, dry_run: bool = False
) -> ImportedCatalogue:
    """Take a table of procedures in; told twice it changes nothing, and with one bad row nothing at all.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    told = rules.told_procedures(read_table(table, rules.PROCEDURE_COLUMNS, rules.REQUIRED), defaults)
    return _take_in(connection, told, _procedures(connection), _write_procedures, dry_run=dry_run)


def import_result_types(
    connection: sa.Connection, table: Table, defaults: Defaults, *, dry_run: bool = False
) -> ImportedCatalogue:
    """Take a table of result types in, as :func:`import_procedures` does.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    told = rules.told_result_types(read_table(table, rules.RESULT_TYPE_COLUMNS, rules.REQUIRED), defaults)
    return _take_in(connection, told, _result_types(connection), _write_result_types, dry_run=dry_run)


def _take_in(
    connection: sa.Connection,
    told: Told[E],
    present: Iterable[E],
    write: Callable[[sa.Connection, Sequence[E]], None],
    *,
    dry_run: bool,
) -> ImportedCatalogue:
    before: dict[tuple[str, date], E] = {(entry.code, entry.since): entry for entry in present}
    by_code: dict[str, dict[date, E]] = defaultdict(dict)
    for entry in (*before.values(), *told.entries):
        by_code[entry.code][entry.since] = entry
    after = [entry for entries in by_code.values() for entry in one_after_the_other(entries.values())]
    changed = [entry for entry in after if before.get((entry.code, entry.since)) != entry]
    entered = sum((entry.code, entry.since) not in before for entry in changed)
    if not dry_run and not told.faults:
        write(connection, changed)
    touched = {(entry.code, entry.since) for entry in changed}
    same = sum((entry.code, entry.since) not in touched for entry in told.entries)
    return ImportedCatalogue(entered, len(changed) - entered, same, told.faults)


def _on(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day))


def _named(entries: Sequence[E], wanted: str) -> Sequence[E]:
    words = bare(wanted).split()
    if not words:
        return entries
    return [
        entry
        for entry in entries
        if entry.code.lower().startswith(wanted.strip().lower())
        or all(f" {word}" in f" {bare(entry.name)}" for word in words)
    ]


def _procedures(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Sequence[Procedure]:
    rows = connection.execute(
        sa.select(procedures).where(*conditions).order_by(procedures.c.code, procedures.c.valid_from)
    ).all()
    ends: Mapping[tuple[str, date], list[str]] = defaultdict(list)
    of_these = [row.code for row in rows] if len(rows) == 1 else None
    query = sa.select(procedure_results).order_by(procedure_results.c.result_type_code)
    if of_these is not None:
        query = query.where(procedure_results.c.procedure_code.in_(of_these))
    for end in connection.execute(query):
        ends[end.procedure_code, end.valid_from].append(end.result_type_code)
    return [
        Procedure(
            row.code, row.valid_from, row.valid_to, row.name, row.source, Level(row.level) if row.level else None,
            row.field_code, row.field_name, row.needs_paper_result, row.needs_fee, row.population_linked,
            tuple(ends[row.code, row.valid_from]),
        )
        for row in rows
    ]  # fmt: skip


def _result_types(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Sequence[ResultType]:
    rows = connection.execute(
        sa.select(result_types).where(*conditions).order_by(result_types.c.code, result_types.c.valid_from)
    )
    return [ResultType(row.code, row.valid_from, row.valid_to, row.name, row.source, row.kind_code) for row in rows]


def _write_procedures(connection: sa.Connection, entries: Sequence[Procedure]) -> None:
    _replace(
        connection, procedures, entries,
        lambda entry: {
            "name": entry.name, "source": entry.source, "level": entry.level.value if entry.level else None,
            "field_code": entry.field_code, "field_name": entry.field_name,
            "needs_paper_result": entry.needs_paper_result, "needs_fee": entry.needs_fee,
            "population_linked": entry.population_linked,
        },
    )  # fmt: skip
    if not entries:
        return
    gone = sa.and_(
        procedure_results.c.procedure_code == sa.bindparam("code"),
        procedure_results.c.valid_from == sa.bindparam("since"),
    )
    connection.execute(
        procedure_results.delete().where(gone), [{"code": one.code, "since": one.since} for one in entries]
    )
    ends = [
        {"procedure_code": one.code, "result_type_code": code, "valid_from": one.since}
        for one in entries
        for code in dict.fromkeys(one.result_types)
    ]
    if ends:
        connection.execute(procedure_results.insert(), ends)


def _write_result_types(connection: sa.Connection, entries: Sequence[ResultType]) -> None:
    _replace(
        connection, result_types, entries,
        lambda entry: {"name": entry.name, "source": entry.source, "kind_code": entry.kind_code},
    )  # fmt: skip


def _replace(
    connection: sa.Connection, table: sa.Table, entries: Sequence[E], content: Callable[[E], dict[str, Any]]
) -> None:
    if not entries:
        return
    same = sa.and_(table.c.code == sa.bindparam("key"), table.c.valid_from == sa.bindparam("since"))
    connection.execute(table.delete().where(same), [{"key": one.code, "since": one.since} for one in entries])
    connection.execute(
        table.insert(),
        [{"code": one.code, "valid_from": one.since, "valid_to": one.until, **content(one)} for one in entries],
    )
