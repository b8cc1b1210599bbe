"""New rows by the thousand: COPY on PostgreSQL, executemany on SQLite; both write the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa

from digitize.errors import RegistryUnavailable
from storage.dossiers.events import plain
from storage.tables import components, dossier_events, dossiers, results

WORTH_A_COPY = 50
"""Rows; fewer are inserted."""

Row = dict[str, Any]

_ENCODER = msgspec.json.Encoder()


@dataclass(slots=True)
class NewRows:
    """What is to be written, by table; every row of a table has the same columns."""

    dossiers: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    components: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


class Taken(Exception):  # no error of the tree: whoever writes decides again
    """Somebody else entered one of the dossiers meanwhile; nothing was written."""


def write(connection: sa.Connection, rows: NewRows) -> None:
    """Write new rows, all or none.

    Raises:
        Taken: a dossier of them stands by now.
    """
    try:
        with connection.begin_nested():
            for table, its_rows in (
                (dossiers, rows.dossiers), (results, rows.results), (components, rows.components),
                (dossier_events, rows.events),
            ):  # fmt: skip
                if its_rows:
                    insert(connection, table, its_rows)
    except (sa.exc.IntegrityError, psycopg.errors.UniqueViolation) as error:
        raise Taken from error
    except psycopg.OperationalError as error:  # of a COPY, which SQLAlchemy does not see
        raise RegistryUnavailable(type(error).__name__) from error


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns in the same order."""
    if connection.dialect.name == "postgresql" and len(rows) >= WORTH_A_COPY:
        _copy(connection, table, rows)
    else:
        connection.execute(table.insert(), [_plain_json(table, row) for row in rows])


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    # One order of columns for all rows: those that were given, then those that have a default.
    names = [*rows[0], *(column.name for column in table.c if column.name not in rows[0] and column.default)]
    defaults = {name: table.c[name].default.arg for name in names if name not in rows[0]}  # type: ignore[union-attr]
    of_json = [place for place, name in enumerate(rows[0]) if name in _json_columns(table)]
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    columns = psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(name) for name in names)
    order = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(psycopg.sql.Identifier(table.name), columns)
    rest = tuple(defaults.values())
    with driver.cursor() as cursor, cursor.copy(order) as copy:
        for row in rows:
            values = [*row.values(), *rest]
            for place in of_json:
                if values[place] is not None:
                    values[place] = _ENCODER.encode(values[place]).decode()
            copy.write_row(values)


def _plain_json(table: sa.Table, row: Row) -> Row:
    """Return a row whose JSON holds nothing but what JSON knows: days and moments in ISO 8601."""
    return row | {name: plain(row[name]) for name in _json_columns(table) if row.get(name) is not None}


@cache
def _json_columns(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if isinstance(column.type, sa.JSON))
