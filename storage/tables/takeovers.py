"""What earlier software held and was taken over, and backlogs that are fed in by and by."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

takeovers = table(
    "takeovers",
    sa.Column("id", ID, primary_key=True),
    sa.Column("manifest_sha256", KEY, nullable=False, unique=True),
    sa.Column("manifest_name", sa.String(255), nullable=False),  # as its file was called
    sa.Column("begun_by", ID, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
)

takeover_items = table(
    "takeover_items",
    sa.Column("source_system", sa.String(40), primary_key=True),
    sa.Column("source_id", sa.String(200), primary_key=True),  # the source's own id of it
    sa.Column("takeover_id", ID, sa.ForeignKey("takeovers.id"), nullable=False),
    sa.Column("row", sa.Integer, nullable=False),  # of the manifest, as a person counts them
    sa.Column("sha256", KEY, nullable=False),  # of the file as it was found
    sa.Column("document_id", ID, sa.ForeignKey("documents.id"), index=True),  # none within its transaction alone
    sa.Column("outcome", sa.String(10), nullable=False),  # storage.takeovers.Outcome
    sa.Column("taken_by", ID, nullable=False),
    sa.Column("taken_at", Moment, nullable=False),
    sa.Index("ix_takeover_items_takeover_id", "takeover_id", "row"),
)

backfills = table(
    "backfills",
    sa.Column("id", ID, primary_key=True),
    sa.Column("takeover_id", ID, sa.ForeignKey("takeovers.id"), nullable=False, unique=True),
    sa.Column("open_window", sa.String(11)),  # HH:MM-HH:MM in Vietnam; none: at any hour
    sa.Column("at_once", sa.Integer, nullable=False),  # documents that may wait for a reader together
    sa.Column("per_unit_at_once", sa.Integer, nullable=False),
    sa.Column("begun_by", ID, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("paused_at", Moment),
    sa.Column("paused_by", ID),
    sa.Column("finished_at", Moment),
)

backfill_items = table(
    "backfill_items",
    sa.Column("backfill_id", ID, sa.ForeignKey("backfills.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),  # of the manifest, as a person counts them
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # storage.backfill.ItemState
    sa.Column("document_id", ID, sa.ForeignKey("documents.id"), index=True),
    sa.Column("fault", sa.String(500)),  # why it was refused; Vietnamese, no personal data
    sa.Column("ended_at", Moment),
    sa.Index("ix_backfill_items_backfill_id_state", "backfill_id", "state", "unit_id", "row"),
    sa.Index("ix_backfill_items_backfill_id_ended_at", "backfill_id", "ended_at"),
)
