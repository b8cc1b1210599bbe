"""Uploads that come in pieces (tus 1.0): how far each has come, and where its pieces are."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

uploads = table(
    "uploads",
    sa.Column("id", ID, primary_key=True),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("length_bytes", sa.BigInteger, nullable=False),
    sa.Column("received_bytes", sa.BigInteger, nullable=False),
    sa.Column("metadata", sa.Text, nullable=False),  # Upload-Metadata as it was sent
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("object_key", KEY),  # the whole, once it was put together; none again when a document has it
    sa.Column("made_document_id", ID),
    sa.Index("ix_uploads_actor_id_expires_at", "actor_id", "expires_at"),
)

upload_pieces = table(
    "upload_pieces",
    sa.Column("id", ID, sa.ForeignKey("uploads.id"), primary_key=True),  # of the upload
    sa.Column("start_byte", sa.BigInteger, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("key", KEY, nullable=False, index=True),
)

watched_folders = table(
    "watched_folders",
    sa.Column("id", ID, primary_key=True),  # of machine, folder and person: storage.watched_folders
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),  # the folder's own name, without the way to it
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("waiting", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("problem", sa.String(1000), nullable=False),
)
