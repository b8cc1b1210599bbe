"""Who asked for whose results, what they were shown, who decided, and which results replaced a paper.

No personal number stands here: owners are named by a keyed hash (:mod:`storage.reuse.owners`).
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

reuse_keys = table(
    "reuse_keys",
    sa.Column("number", sa.Integer, primary_key=True),  # 1: there is one
    sa.Column("key", KEY, nullable=False),  # 256 random bits in hex
    sa.Column("made_at", Moment, nullable=False),
)

reuse_requests = table(
    "reuse_requests",
    sa.Column("id", ID, primary_key=True),
    sa.Column("caller_id", ID, nullable=False),  # a person or a system
    sa.Column("caller_kind", sa.String(10), nullable=False),  # storage.reuse.asking.CallerKind
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),  # of the caller
    sa.Column("purpose", sa.String(300), nullable=False),
    sa.Column("legal_basis", sa.String(300), nullable=False),
    sa.Column("dossier_code", sa.String(64), nullable=False),  # need not be one of ours
    sa.Column("owner_hash", KEY, nullable=False),
    sa.Column("kind_code", sa.String(80)),  # asked for; none: any
    sa.Column("result_type_code", sa.String(40)),
    sa.Column("in_force_on", sa.Date),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # digitize.reuse.RequestState
    sa.Column("decided_by", ID),  # the last one who decided
    sa.Column("decided_at", Moment),
    sa.Column("last_event", sa.Integer, nullable=False),  # sequence of its last event
    sa.Index("ix_reuse_requests_owner_hash_asked_at", "owner_hash", "asked_at", "id"),
    sa.Index("ix_reuse_requests_caller_id_asked_at", "caller_id", "asked_at", "id"),
)

reuse_answers = table(
    "reuse_answers",
    sa.Column("request_id", ID, sa.ForeignKey("reuse_requests.id"), primary_key=True),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), primary_key=True),
    sa.Column("access", sa.String(10), nullable=False),  # digitize.reuse.Access
    sa.Column("asked_at", Moment, nullable=False),  # of the request: what waits is listed by it
    sa.Column("shown", sa.String(10), nullable=False, default=""),  # data, file; empty: nothing
    sa.Column("fetched_at", Moment),  # when it was last shown
    sa.Column("decided_by", ID),
    sa.Column("decided_at", Moment),
    sa.Column("reason", sa.String(1000)),
    sa.Index("ix_reuse_answers_result_id", "result_id"),
    sa.Index(
        "ix_reuse_answers_pending",
        "asked_at",
        "request_id",
        "result_id",
        sqlite_where=sa.text("access = 'pending'"),
        postgresql_where=sa.text("access = 'pending'"),
    ),
)

reuse_events = table(
    "reuse_events",
    sa.Column("request_id", ID, sa.ForeignKey("reuse_requests.id"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),  # from 1 for each request
    sa.Column("name", sa.String(40), nullable=False),  # digitize.reuse.ReuseEvent
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Index("ix_reuse_events_at", "at"),
)

reuse_acceptances = table(
    "reuse_acceptances",
    sa.Column("id", ID, primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("reuse_requests.id"), nullable=False),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), nullable=False),
    sa.Column("dossier_code", sa.String(64), nullable=False),  # whose paper it replaced
    sa.Column("component", sa.String(80), nullable=False),  # code or ordinal of the paper in that dossier
    sa.Column("dossier_id", ID, sa.ForeignKey("dossiers.id")),  # none: the dossier is not kept here
    sa.Column("accepted_at", Moment, nullable=False),
    sa.Column("accepted_by", ID, nullable=False),
    sa.UniqueConstraint("dossier_code", "component", "result_id"),
    sa.Index("ix_reuse_acceptances_result_id_accepted_at", "result_id", "accepted_at"),
    sa.Index("ix_reuse_acceptances_accepted_at", "accepted_at"),
)

file_links = table(
    "file_links",
    sa.Column("secret_hash", KEY, primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("reuse_requests.id"), nullable=False),
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), nullable=False),
    sa.Column("document_id", ID, sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("made_by", ID, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("downloads", sa.Integer, nullable=False, default=0),
)

sent_metadata = table(
    "sent_metadata",
    sa.Column("document_id", ID, sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("fields", sa.JSON, nullable=False),  # of CV 7197, as a system sent them; nobody confirmed them
    sa.Column("sent_by", ID, nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
)
