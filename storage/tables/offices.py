"""Offices, the people and systems that act for them, and how they came in."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

units = table(
    "units",
    sa.Column("id", ID, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("level", sa.String(10), nullable=False),  # tinh, huyen, xa
    sa.Column("parent_id", ID, sa.ForeignKey("units.id")),
    sa.Column(
        "path", sa.String(600), nullable=False, unique=True
    ),  # "/province/district/commune/": a subtree is a prefix
    sa.Column("four_eyes", sa.Boolean, nullable=False, default=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
)

people = table(
    "people",
    sa.Column("id", ID, primary_key=True),
    sa.Column("username", sa.String(100), nullable=False, unique=True),
    sa.Column("full_name", sa.String(200), nullable=False),
    sa.Column("office", sa.String(20), nullable=False),  # digitize.lifecycle.Office
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("password_hash", sa.String(300), nullable=False),
    sa.Column("failed_logins", sa.Integer, nullable=False, default=0),
    sa.Column("locked_until", Moment),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
)

sessions = table(
    "sessions",
    sa.Column("token_hash", KEY, primary_key=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("proved_at", Moment, nullable=False),  # when the password was last given
)

clients = table(
    "clients",
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("secret_hash", sa.String(300), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
)

tokens = table(
    "tokens",
    sa.Column("token_hash", KEY, primary_key=True),
    sa.Column("client_id", ID, sa.ForeignKey("clients.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
