"""The daily heads of the archive's Merkle trees, and which row stands in which tree."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import KEY, Moment, table

merkle_heads = table(
    "merkle_heads",
    sa.Column("number", sa.Integer, primary_key=True),  # from 1, without a gap
    sa.Column("day", sa.Date, nullable=False),  # in Vietnam: the last one that it covers; a full head may have a next
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("leaves", sa.Integer, nullable=False),
    sa.Column("root", KEY, nullable=False),
    sa.Column("previous", KEY, nullable=False),
    sa.Column("hash", KEY, nullable=False),
    sa.Column("token", sa.Text),  # RFC 3161 over the hash, DER in base64; none: it waits for the authority
    sa.Column("timestamped_at", Moment),
    sa.Column("told_at", Moment),  # when the timestamp lane was told of it
    sa.Index(
        "ix_merkle_heads_untimed",
        "number",
        sqlite_where=sa.text("token IS NULL"),
        postgresql_where=sa.text("token IS NULL"),
    ),
)

merkle_leaves = table(
    "merkle_leaves",
    sa.Column("head_number", sa.Integer, sa.ForeignKey("merkle_heads.number"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),  # in its tree, from 0
    sa.Column("kind", sa.String(40), nullable=False),  # storage.heads.facts
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("salt", KEY),  # none: the digest is a hash of the history, or a purge took the salt away
    sa.Column("digest", KEY, nullable=False),
    sa.UniqueConstraint("kind", "name"),  # nothing stands twice, and nothing moves to another day
)
