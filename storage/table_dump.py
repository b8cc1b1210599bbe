"""Rows of the registry as JSON lines, the same for every database, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from digitize.errors import Impossible
from storage.tables import metadata, oidc_logins, sessions, spreadsheets, tokens

LEFT_OUT = frozenset({sessions.name, tokens.name, oidc_logins.name, spreadsheets.name})
"""Who is logged in now is not restored: everybody logs in again. Nor are spreadsheets, whose bytes no backup holds."""

_BATCH = 500


def tables() -> tuple[sa.Table, ...]:
    """Give the tables that a backup holds, each after those that its foreign keys name."""
    return tuple(table for table in metadata.sorted_tables if table.name not in LEFT_OUT)


def write_rows(connection: sa.Connection, table: sa.Table, file: BinaryIO) -> int:
    """Write one JSON object a line, in the order of the primary key, and count them."""
    encode = msgspec.json.Encoder().encode
    count = 0
    query = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_BATCH).execute(query).mappings():
        file.write(encode(dict(row)) + b"\n")
        count += 1
    return count


def insert_rows(connection: sa.Connection, table: sa.Table, lines: Iterable[bytes]) -> int:
    """Insert what :func:`write_rows` wrote, and count it.

    A row may name a later row of its own table (a unit its parent, a document its successor): such columns are filled
    in when all rows stand.

    Raises:
        Impossible: a line is not a row of this table; the file's hash was right, so this program wrote it wrongly.
    """
    backward = [key.parent for key in table.foreign_keys if key.column.table is table]
    later: list[dict[str, Any]] = []
    count = 0
    for batch in _batches(_row(table, line) for line in lines):
        for row in batch:
            named = {column.name: row[column.name] for column in backward if row[column.name] is not None}
            if named:
                later.append({column.name: row[column.name] for column in table.primary_key.columns} | named)
                row.update(dict.fromkeys(named))
        connection.execute(table.insert(), batch)
        count += len(batch)
    for row in later:
        own = [column == row[column.name] for column in table.primary_key.columns]
        named = {column.name: row[column.name] for column in backward if column.name in row}
        connection.execute(table.update().where(*own).values(**named))
    return count


def _row(table: sa.Table, line: bytes) -> dict[str, Any]:
    told: Mapping[str, Any] = msgspec.json.decode(line)
    if told.keys() != {column.name for column in table.columns}:
        raise Impossible(f"not a row of {table.name}")
    return {column.name: _value(column, told[column.name]) for column in table.columns}


def _value(column: sa.Column[Any], told: object) -> object:
    if told is None or isinstance(column.type, sa.JSON):
        return told
    kept = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    value: object = msgspec.convert(told, type=kept.python_type)
    return value


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
