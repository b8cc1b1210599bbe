"""What was told, given and answered: announcements, numbers of series, answers kept."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, subject, table

announcements = table(
    "announcements",
    sa.Column("id", ID, primary_key=True),
    subject(),
    sa.Column("topic", sa.String(60), nullable=False),  # result.published, copy.cancelled, ...
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("dispatched_at", Moment),  # when each endpoint that may know of it was given its message
    sa.Index("ix_announcements_dispatched_at", "dispatched_at"),
    sa.Index("ix_announcements_created_at", "created_at", "id"),
)

series = table(
    "series",
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

idempotency = table(
    "idempotency",
    sa.Column("key_hash", KEY, primary_key=True),  # of actor, method, path and the caller's key
    sa.Column("request_hash", KEY, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
