"""Visits of requesters and the certified copies that come of them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, copy, table

certifications = table(
    "certifications",
    sa.Column("id", ID, primary_key=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("act", sa.String(30), nullable=False),  # digitize.attest.visit.Act
    sa.Column("procedure_code", sa.String(40), nullable=False),
    sa.Column("certifier", ID, sa.ForeignKey("people.id"), nullable=False),  # captures, compares, signs
    sa.Column("opened_by", ID, nullable=False),  # a person or a system
    sa.Column("received_at", Moment, nullable=False),  # of the request: the deadline counts from here
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),  # from then on nothing is captured
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("same_day", sa.Boolean, nullable=False),
    sa.Column("extended_days", sa.Integer, nullable=False, default=0),
    sa.Column("extension_reason", sa.String(1000)),
    sa.Column("agreed_in_writing", sa.Boolean, nullable=False, default=False),
    sa.Column("requester_name", sa.String(200), nullable=False),
    sa.Column("requester_id_number", sa.String(40), nullable=False),  # personal; empty: none was asked for
    sa.Column("requester_address", sa.String(500), nullable=False),
    sa.Column("requester_email", sa.String(254), nullable=False),
    sa.Column("requester_phone", sa.String(40), nullable=False),
    sa.Column("tallied", sa.JSON(none_as_null=True)),  # storage.tallies: what is counted for it
    sa.Index("ix_certifications_opened_at", "opened_at", "id"),
    sa.Index("ix_certifications_unit_id_opened_at", "unit_id", "opened_at", "id"),
    sa.Index(
        "ix_certifications_open",
        "unit_id",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

payments = table(
    "payments",
    sa.Column("id", ID, primary_key=True),
    sa.Column("certification_id", ID, sa.ForeignKey("certifications.id"), nullable=False, index=True),
    sa.Column("amount_vnd", sa.Integer, nullable=False),
    sa.Column("receipt_number", sa.String(60), nullable=False),
    sa.Column("received_by", ID, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
)

copies = table(
    "copies",
    sa.Column("id", ID, sa.ForeignKey("subjects.id"), primary_key=True),
    sa.Column("certification_id", ID, sa.ForeignKey("certifications.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),  # of the original in its visit, from 1
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("title", sa.String(1000), nullable=False),  # of the original, as the register takes it
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("number", sa.String(120), nullable=False),
    sa.Column("issuer", sa.String(300), nullable=False),
    sa.Column("issued_on", sa.Date),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("foreign_paper", sa.Boolean, nullable=False),
    sa.Column("foreign_kind", sa.String(40), nullable=False),
    sa.Column("legalised", sa.Boolean, nullable=False),
    sa.Column("fee_vnd", sa.Integer, nullable=False),  # of all copies of the original
    sa.Column("verification_code", sa.String(16), nullable=False, unique=True),
    sa.Column("state", sa.String(20), nullable=False),  # digitize.attest.lifecycle.CopyState
    sa.Column("waiting_for", sa.String(20), nullable=False),
    sa.Column("capture", sa.Integer, nullable=False, default=0),
    sa.Column("secrecy", sa.Boolean, nullable=False, default=False),
    sa.Column("cleared", sa.Boolean, nullable=False, default=False),
    sa.Column("certifier", ID),  # of the attestation in force; its number stands in register_entries
    sa.Column("authority_id", ID, sa.ForeignKey("authorities.id")),
    sa.Column("key_used_at", sa.String(40)),  # ISO 8601 with offset, to the letter
    sa.Column("answered", sa.Boolean, nullable=False, default=False),
    sa.Column("captured_pages", sa.Integer),  # as reading counted them
    sa.Column("problem", sa.String(1000), nullable=False, default=""),
    sa.Column("reading_key", KEY),
    sa.Column("archive_key", KEY),  # unsigned, without attestation
    sa.Column("attested_key", KEY),  # unsigned, with attestation
    sa.Column("token_certificates", sa.JSON),  # DER in base64, the signer's own first; none: the key is held here
    sa.Column("prepared_key", KEY),  # what a token has to sign
    sa.Column("prepared_until", Moment),  # the term of the token
    sa.Column("answer_key", KEY),  # what it gave
    sa.Column("untimed_key", KEY),  # a signature that waits for its timestamp
    sa.Column("place_bytes", sa.Integer),  # for the next signature, after one did not fit
    sa.Column("signed_key", KEY),  # revision 1
    sa.Column("sealed_key", KEY),  # revision 2
    sa.Column("signer", ID),  # whose key the standing order names: the certifier, later the unit
    sa.Column("seal_order_id", ID, sa.ForeignKey("seal_orders.id")),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("sealed_at", Moment),
    sa.Column("issued_at", Moment),
    sa.Column("ended_at", Moment),  # cancelled: from then on without value
    sa.Column("successor_id", ID, sa.ForeignKey("copies.id")),
    sa.UniqueConstraint("certification_id", "ordinal"),
    sa.Index("ix_copies_unit_id_state_opened_at", "unit_id", "state", "opened_at", "id"),
    sa.Index("ix_copies_waiting_for_changed_at", "waiting_for", "changed_at"),
    sa.Index("ix_copies_unit_id_issued_at", "unit_id", "issued_at"),
)

copy_captures = table(
    "copy_captures",
    copy(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("scan_key", KEY, nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("captured_at", Moment, nullable=False),  # by the device's clock
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("captured_by", ID, nullable=False),
    sa.Column("device", sa.String(200), nullable=False),
    sa.Column("archive_key", KEY, index=True),
)

copy_previews = table(
    "copy_previews",
    copy(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("page", sa.Integer, primary_key=True),
    sa.Column("key", KEY, nullable=False),
    sa.Column("scale", sa.Float, nullable=False),
)

copy_revisions = table(
    "copy_revisions",
    copy(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),  # 1 certifier, 2 agency
    sa.Column("key", KEY, nullable=False, index=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("signer", sa.String(300), nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("verdict", sa.String(20), nullable=False),
)

refusals = table(
    "refusals",
    copy(primary=True),
    sa.Column("ground", sa.String(20), nullable=False),  # digitize.attest.refusal.RefusalGround
    sa.Column("reason", sa.String(1000), nullable=False),
    sa.Column("refused_by", ID, nullable=False),
    sa.Column("refused_at", Moment, nullable=False),
    sa.Column("letter_key", KEY),
)

cancellations = table(
    "cancellations",
    copy(primary=True),
    sa.Column("decision_number", sa.String(100), nullable=False),
    sa.Column("reason", sa.String(1000), nullable=False),
    sa.Column("effective_at", Moment, nullable=False),
    sa.Column("successor_id", ID, sa.ForeignKey("copies.id")),
    sa.Column("cancelled_by", ID, nullable=False),
    sa.Column("cancelled_at", Moment, nullable=False),
)

deliveries = table(
    "deliveries",
    sa.Column("id", ID, primary_key=True),
    copy(),
    sa.Column("channel", sa.String(20), nullable=False),  # link, email, webhook
    sa.Column("target", sa.String(120), nullable=False),  # masked
    sa.Column("token_hash", KEY, unique=True),  # of a download link
    sa.Column("state", sa.String(20), nullable=False),  # storage.deliveries.DeliveryState
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("downloads", sa.Integer, nullable=False, default=0),
    sa.Column("last_download_at", Moment),
    sa.Index("ix_deliveries_copy_id", "copy_id"),
    sa.Index("ix_deliveries_state_expires_at", "state", "expires_at"),
)
