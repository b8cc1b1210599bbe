"""Letters of apology for dossiers that were late."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

apologies = table(
    "apologies",
    sa.Column("id", ID, primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("letter_key", KEY, nullable=False, index=True),  # the very letter that was sent
    sa.Column("sent_on", sa.Date, nullable=False),
    sa.Column("sent_how", sa.String(20), nullable=False),  # storage.apologies.SentHow
    sa.Column("recorded_by", ID, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
)
