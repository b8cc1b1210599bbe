"""How long the proof in what was released holds: the calendar of renewals, and the files that renewals made."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import KEY, Moment, subject, table

signature_health = table(
    "signature_health",
    subject(primary=True),
    sa.Column("object_key", KEY, nullable=False),  # the released file that was examined
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("weakens_at", Moment, nullable=False),
    sa.Column("why", sa.String(300), nullable=False),
    sa.Column("archive_timestamps", sa.Integer, nullable=False),
    sa.Column("examined_at", Moment, nullable=False),
    sa.Index("ix_signature_health_weakens_at", "weakens_at"),
)

renewals = table(
    "renewals",
    subject(primary=True),
    sa.Column("key", KEY, primary_key=True, index=True),  # of the new file; the last one is the released file
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("renewed_at", Moment, nullable=False),
)
