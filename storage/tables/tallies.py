"""What is counted, kept as it changes: sums by unit, so that no board reads rows in proportion to the register."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

tallies = table(
    "tallies",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("measure", sa.String(24), primary_key=True),  # digitize.tally.Measure
    sa.Column("cohort", sa.String(80), primary_key=True),  # a month, a year, a code; empty for the stock
    sa.Column("month", sa.String(7), primary_key=True),  # in which the number changed
    sa.Column("n", sa.BigInteger, nullable=False),  # by how much it changed
    sa.Index("ix_tallies_measure_cohort", "measure", "cohort"),
)

tally_days = table(
    "tally_days",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("measure", sa.String(24), primary_key=True),
    sa.Column("cohort", sa.String(80), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
)

snapshots = table(
    "snapshots",
    sa.Column("month", sa.String(7), primary_key=True),  # that had ended when it was taken
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("measure", sa.String(24), primary_key=True),  # stock, flow, or an indicator's code
    sa.Column("numerator", sa.BigInteger, nullable=False),
    sa.Column("denominator", sa.BigInteger, nullable=False),
    sa.Column("method_version", sa.Integer, nullable=False),  # digitize.tally.METHOD_VERSION
    sa.Column("taken_at", Moment, nullable=False),
    sa.Index("ix_snapshots_unit_id_month", "unit_id", "month"),
)

local_targets = table(
    "local_targets",
    sa.Column("id", ID, primary_key=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False, index=True),  # it and all below it
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("level", sa.String(10)),  # none: every level
    sa.Column("measure", sa.String(24), nullable=False),  # stock, flow, or an indicator's code
    sa.Column("percent", sa.Integer, nullable=False),
    sa.Column("source", sa.String(500), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),  # last day; none: the end of its year
    sa.Column("entered_by", ID, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False, default=False),  # asks nobody; who and why: storage.changes
    sa.Index("ix_local_targets_year", "year", "unit_id"),
)
