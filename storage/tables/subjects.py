"""Subjects: whatever has a life of its own, how it came about, and the work on it.

A document is a subject, a certified copy is another one. Their own tables hold what they are; these hold what they have
in common, so that leases, the outbox and the history are written once.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, subject, table

subjects = table(
    "subjects",
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # storage.subjects.SubjectKind
    sa.Column("version", sa.Integer, nullable=False),  # raised by one with every event; 0 right after the first
    sa.Column("lease_number", sa.Integer, nullable=False, default=0),  # of the last attempt; only rises
    sa.Column("lease_holder", sa.String(120)),
    sa.Column("lease_expires_at", Moment),
    sa.Index("ix_subjects_lease_expires_at", "lease_expires_at"),
)

events = table(
    "events",
    subject(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),  # from 1 for each subject
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),
    sa.Column("office", sa.String(20), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("previous", KEY, nullable=False),
    sa.Column("hash", KEY, nullable=False),
    sa.Index("ix_events_at", "at"),
)

event_private = table(
    "event_private",
    subject(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("salt", KEY, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)

attempts = table(
    "attempts",
    subject(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),  # the lease number
    sa.Column("lane", sa.String(20), nullable=False),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.String(20)),  # done, failed, lost; none while it runs
    sa.Column("code", sa.String(60)),
    sa.Column("message", sa.String(1000)),
    sa.Column("signing_key", sa.String(120)),  # id of the key about to be used, written before it is used
    sa.Column("signed_object", KEY),  # the file it made, written before the commit that releases it
    sa.Column("discarded", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_attempts_outcome", "outcome"),
)

outbox = table(
    "outbox",
    subject(primary=True),
    sa.Column("lane", sa.String(20), primary_key=True),  # an issued copy may wait for its e-mail and for a renewal
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("urgent_by", ID, index=True),  # the person who put it before the others; none: it takes its turn
    sa.Index("ix_outbox_due_at", "due_at"),
)

lane_rests = table(
    "lane_rests",
    sa.Column("lane", sa.String(20), primary_key=True),
    sa.Column("rests_until", Moment, nullable=False),  # the queue is told of nothing before
)
