"""Work to be done and done: attempts, the outbox, numbers given, answers kept."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, document, table

attempts = table(
    "attempts",
    document(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),  # the lease number
    sa.Column("lane", sa.String(20), nullable=False),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.String(20)),  # done, failed, lost; none while it runs
    sa.Column("code", sa.String(60)),
    sa.Column("message", sa.String(1000)),
    sa.Column("signing_key", sa.String(120)),  # id of the key about to be used, written before it is used
    sa.Column("signed_object", KEY),  # the file it made, written before the commit that releases it
    sa.Column("discarded", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_attempts_outcome", "outcome"),
)

outbox = table(
    "outbox",
    document(primary=True),
    sa.Column("lane", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Index("ix_outbox_due_at", "due_at"),
)

announcements = table(
    "announcements",
    sa.Column("id", ID, primary_key=True),
    document(),
    sa.Column("topic", sa.String(60), nullable=False),  # result.published, result.revoked, ...
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("delivered_at", Moment),
    sa.Index("ix_announcements_delivered_at", "delivered_at"),
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
