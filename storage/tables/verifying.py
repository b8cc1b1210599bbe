"""Files that were sent in for an answer: answered by a worker, and soon forgotten (:mod:`storage.waiting_files`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table


def waiting_columns() -> tuple[sa.Column[Any], ...]:
    """Return what every table of such files has."""
    return (
        sa.Column("id", ID, primary_key=True),  # nobody can guess it
        sa.Column("sha256", KEY, nullable=False),  # of the file as it was sent
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("stored_as", KEY),  # where its veiled bytes wait; no reference, none once they are gone
        sa.Column("state", sa.String(10), nullable=False),  # storage.waiting_files.Stage
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),  # from then on nobody knows of it
        sa.Column("attempts", sa.Integer, nullable=False, default=0),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("told_at", Moment),  # when the queue was last told
        sa.Column("held_until", Moment),  # a worker is at it
        sa.Column("fault_code", sa.String(60)),  # of digitize.errors
        sa.Column("fault_detail", sa.String(1000)),
        sa.Column("fault_advice", sa.String(1000)),
    )


verifications = table(
    "verifications",
    *waiting_columns(),
    sa.Column("report", sa.JSON),  # digitize.model.VerificationReport
    sa.Index("ix_verifications_state_due_at", "state", "due_at"),
    sa.Index("ix_verifications_expires_at", "expires_at"),
)

spreadsheets = table(
    "spreadsheets",
    *waiting_columns(),
    sa.Column("owner", ID, nullable=False),  # the person or system that sent it
    sa.Column("rows_stored_as", KEY),  # where its veiled rows lie; no reference, none once they are gone
    sa.Column("plain", sa.Boolean, nullable=False, default=False),  # a CSV, JSON or NDJSON: it is its own rows
    sa.Index("ix_spreadsheets_state_due_at", "state", "due_at"),
    sa.Index("ix_spreadsheets_expires_at", "expires_at"),
)
