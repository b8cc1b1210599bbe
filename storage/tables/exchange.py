"""Connectors to portals: what they are owed, what they were told, and what became of each request."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

connectors = table(
    "connectors",
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),  # digitize.exchange.rules.Kind
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),  # told of: its dossiers and those below
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),  # digitize.exchange.rules.Options; never a secret
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("failing_since", Moment),  # first outage after the last answer
    sa.Column("problem", sa.String(500)),  # Vietnamese; why it fails
    sa.Column("answered_at", Moment),  # when the portal last took something
    sa.Column("reviewed_to", ID),  # the review stands at this dossier; none: no review is under way
    sa.Column("reviewed_at", Moment),  # when the last review began
    sa.Column("measured_at", Moment),  # when the shares were last counted
    sa.Column("created_by", ID, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("unit_id", "url"),
)

exchange_messages = table(
    "exchange_messages",
    sa.Column("id", ID, primary_key=True),
    sa.Column("connector_id", ID, sa.ForeignKey("connectors.id"), nullable=False),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("service", sa.String(30), nullable=False),  # digitize.exchange.rules.Service
    sa.Column("wanted", sa.Integer, nullable=False),  # how often it was owed: more than when it was read, so again
    sa.Column("fact_version", sa.Integer, nullable=False, default=0),  # of the dossier, when it was last looked at
    sa.Column("state", sa.String(10), nullable=False),  # storage.exchange.messages.MessageState
    sa.Column("lacks", sa.String(1000)),  # Vietnamese; what keeps the dossier, or one of its results, from being sent
    sa.Column("again", sa.Boolean, nullable=False, default=False),  # somebody asked: send what was told already, too
    sa.Column("alone", sa.Boolean, nullable=False, default=False),  # its batch was refused: it goes alone
    sa.Column("failures", sa.Integer, nullable=False, default=0),  # since it was last taken or replayed
    sa.Column("failing_since", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # all that were ever made
    sa.Column("claim", sa.Integer, nullable=False, default=0),  # raised by whoever takes it: a late answer is known
    sa.Column("held_until", Moment),  # somebody sends it now
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.UniqueConstraint("connector_id", "dossier_id", "service"),
    sa.Index("ix_exchange_messages_line", "connector_id", "state", "service", "next_at"),
    sa.Index("ix_exchange_messages_dossier_id", "dossier_id"),
)

exchange_log = table(
    "exchange_log",
    sa.Column("message_id", ID, sa.ForeignKey("exchange_messages.id"), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),  # from 1
    sa.Column("at", Moment, nullable=False),
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),  # digitize.exchange.answers.Outcome
    sa.Column("code", sa.String(40)),
    sa.Column("said", sa.String(500), nullable=False),  # masked
)

exchange_told = table(
    "exchange_told",
    sa.Column("connector_id", ID, sa.ForeignKey("connectors.id"), primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("digest", KEY, nullable=False),  # of the message that was taken
    sa.Column("status", sa.Integer),  # of the dossier, in that message
    sa.Column("status_at", Moment),
    sa.Column("told_at", Moment, nullable=False),
    sa.Column("progress_sequence", sa.Integer, nullable=False, default=0),  # the last event that was told
    sa.Column("progress_status", sa.Integer),  # the status in it
    sa.Column("progress_at", Moment),  # when it was told
    sa.Index("ix_exchange_told_dossier_id", "dossier_id"),
)

exchange_told_results = table(
    "exchange_told_results",
    sa.Column("connector_id", ID, sa.ForeignKey("connectors.id"), primary_key=True),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("document_id", ID, sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("type_code", sa.String(40), nullable=False),
    sa.Column("told_at", Moment, nullable=False),
)

exchange_shares = table(
    "exchange_shares",
    sa.Column("connector_id", ID, sa.ForeignKey("connectors.id"), primary_key=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("dossiers", sa.Integer, nullable=False),
    sa.Column("statuses", sa.Integer, nullable=False),  # in step
    sa.Column("results", sa.Integer, nullable=False),
    sa.Column("results_told", sa.Integer, nullable=False),  # in step
    sa.Column("lacking", sa.Integer, nullable=False),  # dossiers that lack what the portal requires
    sa.Column("measured_at", Moment, nullable=False),
)
