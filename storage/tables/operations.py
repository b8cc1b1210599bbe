"""What was done to keep the service: examinations, backups, restore drills, as they ended."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

operation_records = table(
    "operation_records",
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # storage.operations.Kind
    sa.Column("at", Moment, nullable=False),  # when it ended
    sa.Column("well", sa.Boolean, nullable=False),
    sa.Column("sentence", sa.String(500), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Index("ix_operation_records_kind_at", "kind", "at"),
)
