"""Documents: what was captured, read, signed and confirmed, and how it came about."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, document, table

documents = table(
    "documents",
    sa.Column("id", ID, primary_key=True),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("waiting_for", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("capture", sa.Integer, nullable=False),
    sa.Column("hands", sa.JSON, nullable=False),
    sa.Column("four_eyes", sa.Boolean, nullable=False),
    sa.Column("cleared", sa.Boolean, nullable=False, default=False),
    sa.Column("metadata_version", sa.Integer, nullable=False, default=0),
    sa.Column("purge_proposed_by", ID),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("reading_key", KEY),
    sa.Column("archive_key", KEY),
    sa.Column("capture_key", KEY),  # revision 1
    sa.Column("sealed_key", KEY),  # revision 2
    sa.Column("metadata_key", KEY),
    sa.Column("metadata_signature_key", KEY),
    sa.Column("digitization_code", sa.String(200)),
    sa.Column("result_code", sa.String(80)),
    sa.Column("doc_code", sa.String(30), unique=True),
    sa.Column("summary", sa.JSON, nullable=False),  # storage.registry.Summary: what lists show
    sa.Column("signer", ID),  # whose key the standing order names
    sa.Column("seal_order_id", ID, sa.ForeignKey("seal_orders.id")),
    sa.Column("sealed_at", Moment),
    sa.Column("published_at", Moment),
    sa.Column("ended_at", Moment),  # revoked or superseded: from then on not counted
    sa.Column("successor_id", ID, sa.ForeignKey("documents.id")),
    sa.Column("lease_number", sa.Integer, nullable=False, default=0),  # of the last attempt; only rises
    sa.Column("lease_holder", sa.String(120)),
    sa.Column("lease_expires_at", Moment),
    sa.Index("ix_documents_result_id_published_at_ended_at", "result_id", "published_at", "ended_at"),
    sa.Index("ix_documents_received_at_id", "received_at", "id"),
    sa.Index("ix_documents_unit_id_state_received_at", "unit_id", "state", "received_at", "id"),
    sa.Index("ix_documents_waiting_for_changed_at", "waiting_for", "changed_at"),
)

captures = table(
    "captures",
    document(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("scan_key", KEY, nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("received_from", ID, nullable=False),
    sa.Column("reading_key", KEY),
    sa.Column("archive_key", KEY),
)

previews = table(
    "previews",
    document(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("page", sa.Integer, primary_key=True),
    sa.Column("key", KEY, nullable=False),
    sa.Column("scale", sa.Float, nullable=False),
)

revisions = table(
    "revisions",
    document(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # 1 clerk, 2 agency
    sa.Column("key", KEY, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("signer", sa.String(300), nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("verdict", sa.String(20), nullable=False),
)

confirmed_data = table(
    "confirmed_data",
    document(primary=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("key", KEY, nullable=False),
    sa.Column("kind_code", sa.String(80), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("confirmed_by", ID, nullable=False),
    sa.Column("confirmed_at", Moment, nullable=False),
    sa.Column("reason", sa.String(1000)),
)

events = table(
    "events",
    document(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),  # from 1 for each document
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),
    sa.Column("office", sa.String(20), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("previous", KEY, nullable=False),
    sa.Column("hash", KEY, nullable=False),
    sa.Index("ix_events_at", "at"),
)

event_private = table(
    "event_private",
    document(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("salt", KEY, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)

seal_orders = table(
    "seal_orders",
    sa.Column("id", ID, primary_key=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("ordered_by", ID, nullable=False),
    sa.Column("ordered_at", Moment, nullable=False),
    sa.Column("document_ids", sa.JSON, nullable=False),
)

removals = table(
    "removals",
    sa.Column("key", KEY, primary_key=True),  # object of a purged document
    sa.Column("decided_at", Moment, nullable=False),
)
