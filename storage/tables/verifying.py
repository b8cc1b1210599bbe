"""What strangers ask of a file: judged by a worker, answered, and soon forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

verifications = table(
    "verifications",
    sa.Column("id", ID, primary_key=True),  # who knows it may read the answer
    sa.Column("sha256", KEY, nullable=False),  # of the file as it was sent
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column(
        "stored_as", KEY
    ),  # where its veiled bytes wait; no reference (storage.verifying), none once they are gone
    sa.Column("state", sa.String(10), nullable=False),  # storage.verifying.Stage
    sa.Column("requested_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),  # from then on nobody knows of it
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("told_at", Moment),  # when the queue was last told
    sa.Column("held_until", Moment),  # a worker is at it
    sa.Column("report", sa.JSON),  # digitize.model.VerificationReport
    sa.Column("fault_code", sa.String(60)),  # of digitize.errors
    sa.Column("fault_detail", sa.String(1000)),
    sa.Column("fault_advice", sa.String(1000)),
    sa.Index("ix_verifications_state_due_at", "state", "due_at"),
    sa.Index("ix_verifications_expires_at", "expires_at"),
)
