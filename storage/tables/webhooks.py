"""Endpoints of other systems, the messages that they are owed, and what became of each attempt."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

webhook_endpoints = table(
    "webhook_endpoints",
    sa.Column("id", ID, primary_key=True),
    sa.Column("client_id", ID, sa.ForeignKey("clients.id"), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),  # the client's own, or one below it
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),  # storage.webhooks.topics
    sa.Column("generation", sa.Integer, nullable=False, default=1),  # of its keys, which are derived and never stored
    sa.Column("previous_until", Moment),  # the keys of the generation before sign too until then
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("disabled_reason", sa.String(300)),
    sa.Column("failing_since", Moment),  # first failure after the last success
    sa.Column("created_by", ID, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("client_id", "url"),
)

webhook_messages = table(
    "webhook_messages",
    sa.Column("id", ID, primary_key=True),  # the header webhook-id, the same at every attempt
    sa.Column("endpoint_id", ID, sa.ForeignKey("webhook_endpoints.id"), nullable=False),
    sa.Column("announcement_id", ID, sa.ForeignKey("announcements.id")),  # none: a trial
    sa.Column("topic", sa.String(60), nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # JSON, the same at every attempt
    sa.Column("state", sa.String(10), nullable=False),  # storage.webhooks.message.MessageState
    sa.Column("failures", sa.Integer, nullable=False, default=0),  # since it was due for the first time, or replayed
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # all that were ever made
    sa.Column("due_at", Moment, nullable=False),  # while it is being sent: when somebody else may send it
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),  # delivered or dead
    sa.UniqueConstraint("endpoint_id", "announcement_id"),
    sa.Index("ix_webhook_messages_state_due_at", "state", "due_at"),
    sa.Index("ix_webhook_messages_endpoint_id_created_at", "endpoint_id", "created_at", "id"),
)

webhook_attempts = table(
    "webhook_attempts",
    sa.Column("message_id", ID, sa.ForeignKey("webhook_messages.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # from 1
    sa.Column("at", Moment, nullable=False),
    sa.Column("status", sa.Integer),  # of the HTTP answer; none: there was no answer
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("error", sa.String(300)),  # Vietnamese; none: taken
)
