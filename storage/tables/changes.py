"""The journal of administrative changes: append-only, a row says what was so before and what is so after."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

changes = table(
    "changes",
    sa.Column("id", ID, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),  # id of a person; storage.changes.COMMAND_LINE: nobody logged in
    sa.Column("kind", sa.String(20), nullable=False),  # storage.changes.Kind
    sa.Column("subject_id", ID, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),  # from 1 for each subject
    sa.Column("label", sa.String(400), nullable=False),  # what the subject was called then
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),  # whose administrators see it
    sa.Column("name", sa.String(30), nullable=False),  # what was done; words in api.web.admin.words
    sa.Column("before", sa.JSON(none_as_null=True)),  # null: it was not there
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("undoes", ID, sa.ForeignKey("changes.id"), unique=True),
    sa.UniqueConstraint("kind", "subject_id", "sequence"),
    sa.Index("ix_changes_at", "at", "subject_id", "sequence"),
)
