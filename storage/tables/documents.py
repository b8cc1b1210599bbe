"""Documents: what was captured, read, signed and confirmed; how it came about stands with the subjects."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, document, table

documents = table(
    "documents",
    sa.Column("id", ID, sa.ForeignKey("subjects.id"), primary_key=True),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("waiting_for", sa.String(20), nullable=False),
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
    sa.Column("sealed_key", KEY, index=True),  # revision 2
    sa.Column("metadata_key", KEY),
    sa.Column("metadata_signature_key", KEY),
    sa.Column("digitization_code", sa.String(200)),
    sa.Column("owner_hash", KEY, index=True),  # storage.reuse.owners: of the confirmed holder's number
    sa.Column("result_code", sa.String(80)),
    sa.Column("doc_code", sa.String(30), unique=True),
    sa.Column("summary", sa.JSON, nullable=False),  # storage.registry.Summary: what lists show
    sa.Column("signer", ID),  # whose key the standing order names
    sa.Column("seal_order_id", ID, sa.ForeignKey("seal_orders.id")),
    sa.Column("token_certificates", sa.JSON),  # DER in base64, the signer's own first; none: the key is held here
    sa.Column("prepared_key", KEY),  # what the token has to sign
    sa.Column("answer_key", KEY),  # what the token gave
    sa.Column("untimed_key", KEY),  # the signature on the file that waits for its timestamp
    sa.Column("untimed_data_key", KEY),  # and the one over the data
    sa.Column("place_bytes", sa.Integer),  # to keep free for the signature, after the first place was too small
    sa.Column("prepared_until", Moment),  # the term of the token
    sa.Column("sealed_at", Moment),
    sa.Column("published_at", Moment),
    sa.Column("ended_at", Moment),  # revoked or superseded: from then on not counted
    sa.Column("successor_id", ID, sa.ForeignKey("documents.id")),
    sa.Index("ix_documents_result_id_published_at_ended_at", "result_id", "published_at", "ended_at"),
    sa.Index("ix_documents_received_at_id", "received_at", "id"),
    sa.Index("ix_documents_unit_id_received_at", "unit_id", "received_at", "id"),
    sa.Index("ix_documents_state_received_at", "state", "received_at", "id"),
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
    sa.Column("archive_key", KEY, index=True),
)

capture_pages = table(
    "capture_pages",
    document(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),  # from 1
    sa.Column("scan_key", KEY, nullable=False, index=True),
    sa.Column("page", sa.Integer),  # 1-based; none: every page of the scan
    sa.Column("rotation", sa.Integer),  # clockwise degrees; none: the reader finds out
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
    sa.Column("key", KEY, nullable=False, index=True),
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
