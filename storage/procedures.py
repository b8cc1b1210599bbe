"""The catalogue of procedures and result types: looked up as of a day, listed, taken in as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from digitize import procedures as rules
from digitize.procedures import Defaults, Procedure, ResultType, Told, one_after_the_other
from digitize.tabular import Columns, RowFault, Table, TableRow, read_table
from digitize.targets import Level
from digitize.vietnamese import bare
from storage.tables import procedure_results, procedures, result_types

E = TypeVar("E", bound=Procedure | ResultType)

_AT_ONCE = 500
"""Entries whose result types are asked for by name; of more, all are read."""


@dataclass(frozen=True, slots=True)
class ImportedCatalogue:
    """What became, or would become, of a table."""

    entered: int
    changed: int
    """Whose content or last day is another than before; among them those that a newer row closed."""
    same: int
    faults: tuple[RowFault, ...]
    """Why nothing was written; empty: all is well."""
    entries: tuple[tuple[Procedure | ResultType | None, Procedure | ResultType], ...] = ()
    """Each that was entered or changed: before (None: there was none) and after."""


@dataclass(frozen=True, slots=True)
class Catalogue(Generic[E]):
    """One of the two catalogues: its table, and how its entries are read and written."""

    table: sa.Table
    kind: type[E]
    columns: Columns
    """Of a table that is taken in."""
    told: Callable[[Sequence[TableRow], Defaults], Told[E]]
    read: Callable[[sa.Connection, sa.Select[Any]], Sequence[E]]
    write: Callable[[sa.Connection, Sequence[E]], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    code: str
    since: date


@dataclass(frozen=True, slots=True)
class Listed(Generic[E]):
    """A page of entries, by code and first day."""

    entries: Sequence[E]
    following: Place | None
    """None: there are no more."""


def procedure_on(connection: sa.Connection, code: str, day: date) -> Procedure | None:
    """Return a procedure as it is on a day; None when the catalogue has none."""
    return next(iter(_some(connection, PROCEDURES, procedures.c.code == code, _on(procedures, day))), None)


def result_type_on(connection: sa.Connection, code: str, day: date) -> ResultType | None:
    """Return a result type as it is on a day; None when the catalogue has none."""
    return next(iter(_some(connection, RESULT_TYPES, result_types.c.code == code, _on(result_types, day))), None)


def procedures_on(connection: sa.Connection, day: date, *, named: str = "", limit: int = 200) -> Sequence[Procedure]:
    """Return procedures as they are on a day, by code.

    Args:
        connection: of a transaction.
        day: of the list.
        named: only those whose code begins so, or whose name has all these words, marks or not.
        limit: at most so many.
    """
    return listed(connection, PROCEDURES, day, named=named, limit=limit).entries


def result_types_on(connection: sa.Connection, day: date, *, named: str = "", limit: int = 200) -> Sequence[ResultType]:
    """Return result types as they are on a day, by code; the arguments are those of :func:`procedures_on`."""
    return listed(connection, RESULT_TYPES, day, named=named, limit=limit).entries


def listed(
    connection: sa.Connection,
    catalogue: Catalogue[E],
    day: date | None,
    *,
    named: str = "",
    after: Place | None = None,
    limit: int = 50,
) -> Listed[E]:
    """Return a page of a catalogue.

    Args:
        connection: of a transaction.
        catalogue: which.
        day: entries as they are on it; None: of all days.
        named: only those whose code begins so, or whose name has all these words, marks or not.
        after: where the page before ended.
        limit: length of the page.
    """
    table = catalogue.table
    conditions = [] if day is None else [_on(table, day)]
    if words := bare(named).split():
        code = sa.func.lower(table.c.code).startswith(named.strip().lower(), autoescape=True)
        has_all = sa.and_(*(table.c.folded.contains(f" {word}", autoescape=True) for word in words))
        conditions.append(sa.or_(code, has_all))
    if after is not None:
        later = sa.and_(table.c.code == after.code, table.c.valid_from > after.since)
        conditions.append(sa.or_(table.c.code > after.code, later))
    found = catalogue.read(connection, _query(catalogue, *conditions).limit(limit + 1))
    last = found[limit - 1] if len(found) > limit else None
    return Listed(found[:limit], None if last is None else Place(last.code, last.since))


def versions(connection: sa.Connection, catalogue: Catalogue[E], code: str, *, to_change: bool = False) -> Sequence[E]:
    """Return what a code stood, stands and will stand for, the oldest first; nothing when there is no such code."""
    query = _query(catalogue, catalogue.table.c.code == code)
    return catalogue.read(connection, query.with_for_update() if to_change else query)


def everything(connection: sa.Connection, catalogue: Catalogue[E]) -> Mapping[tuple[str, date], E]:
    """Return all entries by code and first day."""
    return {(entry.code, entry.since): entry for entry in _some(connection, catalogue)}


def remove(connection: sa.Connection, catalogue: Catalogue[E], keys: Sequence[tuple[str, date]]) -> None:
    """Take entries out that should never have been there."""
    if not keys:
        return
    named = [{"key": code, "since": since} for code, since in keys]
    connection.execute(catalogue.table.delete().where(_same(catalogue.table)), named)
    if catalogue.table is procedures:
        connection.execute(procedure_results.delete().where(_same(procedure_results)), named)


def import_procedures(
    connection: sa.Connection, table: Table, defaults: Defaults, *, dry_run: bool = False
) -> ImportedCatalogue:
    """Take a table of procedures in; told twice it changes nothing, and with one bad row nothing at all.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    return take_in(connection, PROCEDURES, table, defaults, dry_run=dry_run)


def import_result_types(
    connection: sa.Connection, table: Table, defaults: Defaults, *, dry_run: bool = False
) -> ImportedCatalogue:
    """Take a table of result types in, as :func:`import_procedures` does.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    return take_in(connection, RESULT_TYPES, table, defaults, dry_run=dry_run)


def take_in(
    connection: sa.Connection, catalogue: Catalogue[E], table: Table, defaults: Defaults, *, dry_run: bool = False
) -> ImportedCatalogue:
    """Take a table of one of the catalogues in.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    told = catalogue.told(read_table(table, catalogue.columns, rules.REQUIRED), defaults)
    before = everything(connection, catalogue)
    by_code: dict[str, dict[date, E]] = defaultdict(dict)
    for entry in (*before.values(), *told.entries):
        by_code[entry.code][entry.since] = entry
    after = [entry for entries in by_code.values() for entry in one_after_the_other(entries.values())]
    changed = [entry for entry in after if before.get((entry.code, entry.since)) != entry]
    entered = sum((entry.code, entry.since) not in before for entry in changed)
    if not dry_run and not told.faults:
        catalogue.write(connection, changed)
    touched = {(entry.code, entry.since) for entry in changed}
    same = sum((entry.code, entry.since) not in touched for entry in told.entries)
    entries = tuple((before.get((entry.code, entry.since)), entry) for entry in changed)
    return ImportedCatalogue(entered, len(changed) - entered, same, told.faults, entries)


def folded(name: str) -> str:
    """Return a name as it is searched: without marks and capitals, a blank before each word."""
    return f" {bare(name)}"


def _on(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day))


def _query(catalogue: Catalogue[E], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns = catalogue.table.c
    return sa.select(catalogue.table).where(*conditions).order_by(columns.code, columns.valid_from)


def _some(connection: sa.Connection, catalogue: Catalogue[E], *conditions: sa.ColumnElement[bool]) -> Sequence[E]:
    return catalogue.read(connection, _query(catalogue, *conditions))


def _procedures(connection: sa.Connection, query: sa.Select[Any]) -> Sequence[Procedure]:
    rows = connection.execute(query).all()
    ends: Mapping[tuple[str, date], list[str]] = defaultdict(list)
    asked = sa.select(procedure_results).order_by(procedure_results.c.result_type_code)
    if len(rows) <= _AT_ONCE:
        asked = asked.where(procedure_results.c.procedure_code.in_({row.code for row in rows}))
    for end in connection.execute(asked):
        ends[end.procedure_code, end.valid_from].append(end.result_type_code)
    return [
        Procedure(
            row.code, row.valid_from, row.valid_to, row.name, row.source, Level(row.level) if row.level else None,
            row.field_code, row.field_name, row.needs_paper_result, row.needs_fee, row.population_linked,
            tuple(ends[row.code, row.valid_from]),
        )
        for row in rows
    ]  # fmt: skip


def _result_types(connection: sa.Connection, query: sa.Select[Any]) -> Sequence[ResultType]:
    return [
        ResultType(row.code, row.valid_from, row.valid_to, row.name, row.source, row.kind_code)
        for row in connection.execute(query)
    ]


def _write_procedures(connection: sa.Connection, entries: Sequence[Procedure]) -> None:
    remove(connection, PROCEDURES, [(one.code, one.since) for one in entries])
    _insert(
        connection, procedures, entries,
        lambda entry: {
            "level": entry.level.value if entry.level else None, "field_code": entry.field_code,
            "field_name": entry.field_name, "needs_paper_result": entry.needs_paper_result,
            "needs_fee": entry.needs_fee, "population_linked": entry.population_linked,
        },
    )  # fmt: skip
    ends = [
        {"procedure_code": one.code, "result_type_code": code, "valid_from": one.since}
        for one in entries
        for code in one.result_types
    ]
    if ends:
        connection.execute(procedure_results.insert(), ends)


def _write_result_types(connection: sa.Connection, entries: Sequence[ResultType]) -> None:
    remove(connection, RESULT_TYPES, [(one.code, one.since) for one in entries])
    _insert(connection, result_types, entries, lambda entry: {"kind_code": entry.kind_code})


def _insert(
    connection: sa.Connection, table: sa.Table, entries: Iterable[E], more: Callable[[E], dict[str, Any]]
) -> None:
    rows = [
        {
            "code": one.code, "valid_from": one.since, "valid_to": one.until, "name": one.name,
            "folded": folded(one.name), "source": one.source, **more(one),
        }
        for one in entries
    ]  # fmt: skip
    if rows:
        connection.execute(table.insert(), rows)


def _same(table: sa.Table) -> sa.ColumnElement[bool]:
    code = table.c.procedure_code if table is procedure_results else table.c.code
    return sa.and_(code == sa.bindparam("key"), table.c.valid_from == sa.bindparam("since"))


PROCEDURES: Catalogue[Procedure] = Catalogue(
    procedures, Procedure, rules.PROCEDURE_COLUMNS, rules.told_procedures, _procedures, _write_procedures
)
RESULT_TYPES: Catalogue[ResultType] = Catalogue(
    result_types, ResultType, rules.RESULT_TYPE_COLUMNS, rules.told_result_types, _result_types, _write_result_types
)
