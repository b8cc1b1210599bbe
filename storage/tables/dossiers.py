"""Resolved dossiers and the results that they owe."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

dossiers = table(
    "dossiers",
    sa.Column("id", ID, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("procedure_code", sa.String(40), nullable=False),
    sa.Column("procedure_name", sa.String(500), nullable=False),
    sa.Column("holder_name", sa.String(300)),
    sa.Column("holder_id", sa.String(40)),
    sa.Column("received_on", sa.Date),
    sa.Column("resolved_on", sa.Date),
    sa.Column("created_by", ID, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_dossiers_unit_id_resolved_on", "unit_id", "resolved_on"),
)

results = table(
    "results",
    sa.Column("id", ID, primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),  # n of <dossier code>-KQ(n), from 1
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("title", sa.String(2000), nullable=False),
    sa.Column("kind_code", sa.String(80)),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),  # last day in force; none: for good
    sa.Column("cancelled_on", sa.Date),  # first day no longer usable
    sa.Column("from_upload", sa.Boolean, nullable=False, default=False),  # its day is a guess until data are confirmed
    sa.UniqueConstraint("dossier_id", "ordinal"),
    sa.Index("ix_results_unit_id_issued_on", "unit_id", "issued_on"),
)
