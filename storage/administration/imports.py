"""Tables that administrators take in - units, procedures, result types - each recorded with its counts and its rows.

What an import of procedures or result types did can be taken back as long as nothing that it touched has changed since.
An import of units cannot: its units may have dossiers by then; each unit's own page leads back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.errors import Impossible, NotFound
from digitize.procedures import Defaults
from digitize.tabular import RowFault, Table
from digitize.tally import day_of
from storage import changes, procedures
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.procedures import PROCEDURES, RESULT_TYPES, Catalogue, ImportedCatalogue
from storage.tables import catalogue_import_rows, catalogue_imports, units
from storage.units.importing import import_units


class What(StrEnum):
    """What a table is about."""

    PROCEDURES = "procedures"
    RESULT_TYPES = "result_types"
    UNITS = "units"


CATALOGUES: Mapping[What, Catalogue[Any]] = {What.PROCEDURES: PROCEDURES, What.RESULT_TYPES: RESULT_TYPES}

KINDS: Mapping[What, Kind] = {
    What.PROCEDURES: Kind.PROCEDURE, What.RESULT_TYPES: Kind.RESULT_TYPE, What.UNITS: Kind.AGENCY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A table as somebody handed it in."""

    name: str = ""
    """As the sender called it; empty: not told."""
    sha256: str | None = None
    """Of its bytes, lower-case hex; None: not known."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became, or would become, of a table."""

    entered: int
    changed: int
    same: int
    faults: tuple[RowFault, ...]
    """Why nothing was written; empty: all is well."""
    without_heirs: tuple[str, ...] = ()
    """Of a table of units: codes of those that end without an heir."""
    id: str | None = None
    """Of the record; None: nothing was written."""


@dataclass(frozen=True, slots=True)
class Import:
    """A table that was taken in."""

    id: str
    what: What
    at: datetime
    actor: str
    """Id of a person, or ``storage.changes.COMMAND_LINE``."""
    file: File
    entered: int
    changed: int
    same: int
    undone: bool


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What an import did to one entry."""

    code: str
    since: date
    before: str | None
    """Its name; None: there was no such entry."""
    after: str
    until: date | None
    """Its last day since then."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of imports ended."""

    at: datetime
    id: str


def take_in(
    connection: sa.Connection,
    what: What,
    table: Table,
    defaults: Defaults,
    file: File,
    deed: Deed,
    *,
    dry_run: bool = False,
) -> Imported:
    """Take a table in and record it; with one bad row nothing at all is written.

    Args:
        connection: a writing transaction; a reading one for a dry run.
        what: the table is about.
        table: the file, or its rows.
        defaults: for rows of a catalogue that do not say so themselves.
        file: as it was handed in.
        deed: who, when, why.
        dry_run: only tell what would become of it.

    Raises:
        DocumentAtFault: the file is no such table.
    """
    if what is What.UNITS:
        told = import_units(connection, table, day_of(deed.at), dry_run=dry_run)
        done = Imported(told.entered, told.changed, told.same, told.faults, told.without_heirs)
        return done if dry_run or done.faults else _record(connection, what, done, (), file, deed)
    of_catalogue = procedures.take_in(connection, CATALOGUES[what], table, defaults, dry_run=dry_run)
    done = Imported(of_catalogue.entered, of_catalogue.changed, of_catalogue.same, of_catalogue.faults)
    return done if dry_run or done.faults else _record(connection, what, done, _rows(of_catalogue), file, deed)


def imports(connection: sa.Connection, *, after: Place | None = None, limit: int = 20) -> Sequence[Import]:
    """Return the tables that were taken in, the newest first.

    Args:
        connection: of a transaction.
        after: where the page before ended.
        limit: at most so many.
    """
    columns = catalogue_imports.c
    query = sa.select(catalogue_imports).order_by(columns.at.desc(), columns.id)
    if after is not None:
        behind = sa.and_(columns.at == after.at, columns.id > after.id)
        query = query.where(sa.or_(columns.at < after.at, behind))
    return [_import(row) for row in connection.execute(query.limit(limit))]


def find(connection: sa.Connection, import_id: str) -> Import:
    """Return one of them.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(catalogue_imports).where(catalogue_imports.c.id == import_id)).one_or_none()
    if row is None:
        raise NotFound("đợt nhập bảng này")
    return _import(row)


def is_import(connection: sa.Connection, word: str) -> bool:
    """Tell whether a word is the id of an import."""
    return connection.execute(sa.select(sa.exists().where(catalogue_imports.c.id == word))).scalar_one()


def place_of(row: ImportedRow) -> procedures.Place:
    """Return where a page of rows ended."""
    return procedures.Place(row.code, row.since)


def rows_of(
    connection: sa.Connection, import_id: str, *, after: procedures.Place | None = None, limit: int = 50
) -> Sequence[ImportedRow]:
    """Return what an import did, entry by entry; of units nothing is kept but the counts."""
    columns = catalogue_import_rows.c
    query = sa.select(catalogue_import_rows).where(columns.import_id == import_id)
    if after is not None:
        later = sa.and_(columns.code == after.code, columns.valid_from > after.since)
        query = query.where(sa.or_(columns.code > after.code, later))
    rows = connection.execute(query.order_by(columns.code, columns.valid_from).limit(limit))
    return [
        ImportedRow(
            row.code, row.valid_from, None if row.before is None else row.before["name"], row.after["name"],
            None if row.after["until"] is None else date.fromisoformat(row.after["until"]),
        )
        for row in rows
    ]  # fmt: skip


def everybodys_unit(connection: sa.Connection) -> str | None:
    """Return the id of the unit at the top, whose administrators keep what is everybody's; None: there is no unit."""
    top = sa.select(units.c.id).where(units.c.parent_id.is_(None)).order_by(units.c.code).limit(1)
    return connection.execute(top).scalar_one_or_none()


def _rows(done: ImportedCatalogue) -> list[dict[str, Any]]:
    return [
        {
            "code": after.code, "valid_from": after.since,
            "before": None if before is None else msgspec.to_builtins(before), "after": msgspec.to_builtins(after),
        }
        for before, after in done.entries
    ]  # fmt: skip


def _record(
    connection: sa.Connection, what: What, done: Imported, rows: Sequence[dict[str, Any]], file: File, deed: Deed
) -> Imported:
    import_id = uuid.uuid4().hex
    connection.execute(
        catalogue_imports.insert().values(
            id=import_id, what=what.value, at=deed.at, actor=deed.actor, file_name=file.name[:200],
            sha256=file.sha256, entered=done.entered, changed=done.changed, same=done.same, undone=False,
        )
    )  # fmt: skip
    if rows:
        connection.execute(catalogue_import_rows.insert(), [{"import_id": import_id, **row} for row in rows])
    top = everybodys_unit(connection)
    if top is not None and (done.entered or done.changed):
        subject = Subject(KINDS[what], import_id, file.name or "bảng nhập", top)
        changes.record(connection, subject, "imported", None, _counts(done), deed)
    return Imported(done.entered, done.changed, done.same, (), done.without_heirs, import_id)


def _counts(done: Imported | Import) -> State:
    return {"entered": done.entered, "changed": done.changed, "same": done.same}


def _as_left(connection: sa.Connection, import_id: str) -> State | None:
    """Return the counts of an import while each entry is as it left it; None when something has changed since."""
    done = find(connection, import_id)
    catalogue = CATALOGUES[done.what]
    kept = {} if done.undone else procedures.everything(connection, catalogue)
    rows = connection.execute(
        sa.select(catalogue_import_rows).where(catalogue_import_rows.c.import_id == import_id)
    ).all()
    same = all(kept.get((row.code, row.valid_from)) == msgspec.convert(row.after, catalogue.kind) for row in rows)
    return _counts(done) if same and not done.undone else None


def _take_back(connection: sa.Connection, change: Change, deed: Deed) -> None:
    done = find(connection, change.subject.id)
    catalogue = CATALOGUES[done.what]
    rows = connection.execute(
        sa.select(catalogue_import_rows).where(catalogue_import_rows.c.import_id == done.id)
    ).all()
    procedures.remove(connection, catalogue, [(row.code, row.valid_from) for row in rows if row.before is None])
    before = [msgspec.convert(row.before, catalogue.kind) for row in rows if row.before is not None]
    catalogue.write(connection, before)
    marked = connection.execute(
        catalogue_imports.update()
        .where(catalogue_imports.c.id == done.id, sa.not_(catalogue_imports.c.undone))
        .values(undone=True)
    )
    if marked.rowcount != 1:
        raise Impossible("an import was undone twice")
    changes.record(connection, change.subject, "import_undone", change.after, None, deed)


def _import(row: sa.Row[Any]) -> Import:
    return Import(
        row.id, What(row.what), row.at, row.actor, File(row.file_name, row.sha256), row.entered, row.changed, row.same,
        row.undone,
    )  # fmt: skip


REVERSALS: Reversals = {
    (kind, "imported"): Reversal(_as_left, _take_back) for kind in (Kind.PROCEDURE, Kind.RESULT_TYPE)
}
