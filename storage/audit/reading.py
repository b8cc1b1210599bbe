"""Cells that cannot be read any more: a changed byte may leave what is no moment, no number and no JSON."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from storage.audit.finding import Finding
from storage.tables import metadata


def unreadable(connection: sa.Connection) -> Iterator[Finding]:
    """Name every cell of the registry that does not hold a value of its column."""
    for table in metadata.sorted_tables:
        try:
            for _ in connection.execution_options(yield_per=1000).execute(sa.select(table)):
                pass
        except (ValueError, TypeError):
            yield from _cells(connection, table)


def _cells(connection: sa.Connection, table: sa.Table) -> Iterator[Finding]:
    keys = [sa.type_coerce(column, sa.String) for column in table.primary_key.columns]
    for key in connection.execute(sa.select(*keys)).tuples().all():
        this = sa.and_(*(column == value for column, value in zip(keys, key, strict=True)))
        for column in table.columns:
            try:
                connection.execute(sa.select(column).where(this)).all()
            except (ValueError, TypeError):
                row = ":".join(str(part) for part in key)
                yield Finding(table.name, row, f"cột {column.name} không còn đọc được")
