"""The columns that all tables share: moments, ids, keys of objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from digitize.errors import Impossible


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database, microseconds."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC; SQLite keeps no zone, so it gets none.

        Raises:
            Impossible: the value has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise Impossible("a moment without a zone reached the registry")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy calls it so
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = sa.String(64)
"""An opaque id."""
KEY = sa.String(64)
"""SHA-256 in lower-case hex: the key of an object."""


def table(name: str, *parts: Any) -> sa.Table:  # noqa: ANN401  # columns, constraints and indexes have no common type
    """Enter a table into the registry's metadata."""
    return sa.Table(name, metadata, *parts)


def subject(*, primary: bool = False) -> sa.Column[str]:
    """Return the column that names the subject a row belongs to, whatever its kind."""
    return sa.Column("subject_id", ID, sa.ForeignKey("subjects.id"), primary_key=primary, nullable=False)


def document(*, primary: bool = False) -> sa.Column[str]:
    """Return the column that names the document a row belongs to."""
    return sa.Column("document_id", ID, sa.ForeignKey("documents.id"), primary_key=primary, nullable=False)


def copy(*, primary: bool = False) -> sa.Column[str]:
    """Return the column that names the certified copy a row belongs to."""
    return sa.Column("copy_id", ID, sa.ForeignKey("copies.id"), primary_key=primary, nullable=False)
