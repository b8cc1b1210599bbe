"""What people keep at their desks: documents they hold, what they have typed so far, views of the work list."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, document, table

review_leases = table(
    "review_leases",
    document(primary=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # raised by one whenever somebody else takes it
    sa.Column("taken_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)

review_drafts = table(
    "review_drafts",
    document(primary=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("capture", sa.Integer, nullable=False),  # of which it was typed; a new scan makes it worthless
    sa.Column("kind_code", sa.String(80), nullable=False),  # empty: not chosen
    sa.Column("fields", sa.JSON, nullable=False),  # personal; goes with the confirmation, or with a purge
    sa.Column("checked_at", Moment),  # the person found pages and data right; none: still at it
    sa.Column("saved_at", Moment, nullable=False),
    sa.Index("ix_review_drafts_person_id_checked_at", "person_id", "checked_at"),
)

saved_views = table(
    "saved_views",
    sa.Column("id", ID, primary_key=True),
    sa.Column("owner_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("query", sa.String(1000), nullable=False),  # of the list's address; names no person
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("owner_id", "name"),
)
