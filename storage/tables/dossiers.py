"""Dossiers as their sources tell them, the results that they owe, and how both came about."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

dossiers = table(
    "dossiers",
    sa.Column("id", ID, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("procedure_code", sa.String(40), nullable=False),
    sa.Column("procedure_name", sa.String(500), nullable=False),
    sa.Column("field_code", sa.String(40)),
    sa.Column("holder_name", sa.String(300)),
    sa.Column("holder_id", sa.String(40)),
    sa.Column("holder_type", sa.Integer),  # digitize.dossiers.HolderType
    sa.Column("channel", sa.Integer),  # digitize.dossiers.Channel
    sa.Column("received_on", sa.Date),
    sa.Column("due_at", Moment),
    sa.Column("status", sa.Integer),  # digitize.dossiers.Status; none: not known
    sa.Column("status_at", Moment),
    sa.Column("finished_at", Moment),  # status 9, else the first other end
    sa.Column("resolved_on", sa.Date),
    sa.Column("returned_at", Moment),
    sa.Column("handler_name", sa.String(300)),
    sa.Column("vneid_verified", sa.Boolean),  # as the source tells; none: it does not tell
    sa.Column("population_linked", sa.Boolean),
    sa.Column("fee_vnd", sa.BigInteger),
    sa.Column("paid_how", sa.Integer),  # digitize.dossiers.PaidHow
    sa.Column("claims", sa.JSON(none_as_null=True)),  # what the source says of digitisation; never counted
    sa.Column("source", sa.String(40), nullable=False, default=""),  # who tells of it: a client's id, or a name
    sa.Column("told_at", Moment),  # of when the source's last facts are
    sa.Column("tallied", sa.JSON(none_as_null=True)),  # storage.tallies: what is counted for it
    sa.Column("version", sa.Integer, nullable=False, default=0),  # raised by one with every change of a fact
    sa.Column("last_event", sa.Integer, nullable=False, default=0),  # sequence of its last event
    sa.Column("created_by", ID, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_dossiers_unit_id_resolved_on", "unit_id", "resolved_on", "id"),
    sa.Index("ix_dossiers_holder_id", "holder_id"),
    sa.Index("ix_dossiers_unit_id_received_on", "unit_id", "received_on", "id"),
    sa.Index("ix_dossiers_unit_id_due_at", "unit_id", "due_at"),
    sa.Index("ix_dossiers_unit_id_finished_at", "unit_id", "finished_at", "id"),
)

results = table(
    "results",
    sa.Column("id", ID, primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),  # n of <dossier code>-KQ(n), from 1
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("title", sa.String(2000), nullable=False),
    sa.Column("kind_code", sa.String(80)),
    sa.Column("result_type_code", sa.String(40)),  # KQ.Gxx.xxxxxx
    sa.Column("number", sa.String(200)),  # as printed on the paper
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),  # last day in force; none: for good
    sa.Column("cancelled_on", sa.Date),  # first day no longer usable
    sa.Column("from_upload", sa.Boolean, nullable=False, default=False),  # its day is a guess until data are confirmed
    sa.Column("secret", sa.Boolean, nullable=False, default=False),  # stands on the list of state secrets
    sa.Column("from_elsewhere", sa.Boolean, nullable=False, default=False),  # of another agency's competence
    sa.Column("source_ref", sa.String(200)),  # the source's own id of it
    sa.Column("tallied", sa.JSON(none_as_null=True)),  # storage.tallies: what is counted for it
    sa.Column("wanted_until", sa.Date),  # by it too: last day on which a scan would count; none: none is wanted
    sa.UniqueConstraint("dossier_id", "ordinal"),
    sa.Index("ix_results_unit_id_issued_on", "unit_id", "issued_on", "id"),
    sa.Index("ix_results_wanted", "unit_id", "wanted_until", "issued_on", "id"),
    sa.Index("ix_results_wanted_kind", "unit_id", "kind_code", "wanted_until", "issued_on", "id"),
)

components = table(
    "components",
    sa.Column("id", ID, primary_key=True),
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),  # from 1 for each dossier
    sa.Column("code", sa.String(80)),  # MaThanhPhanHoSo
    sa.Column("name", sa.String(4000), nullable=False),
    sa.Column("copy_kind", sa.Integer),  # digitize.dossiers.CopyKind
    sa.Column("file_key", KEY, index=True),  # the scan or the received file
    sa.Column("scanned_at", Moment),  # set with ComponentScanned
    sa.Column("reused_result_id", ID, sa.ForeignKey("results.id")),  # set with ComponentReused
    sa.Column("from_personal_store", sa.Boolean),  # set with ComponentReused
    sa.Column("claims", sa.JSON(none_as_null=True)),  # what the source says of it; never counted
    sa.Column("source_ref", sa.String(200)),  # the source's own id of it
    sa.Column("removed_at", Moment),  # taken back by the source
    sa.UniqueConstraint("dossier_id", "ordinal"),
)

dossier_events = table(
    "dossier_events",
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),  # from 1 for each dossier
    sa.Column("name", sa.String(40), nullable=False),  # storage.dossiers.events.DossierEvent
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
)
