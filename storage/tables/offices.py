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
    sa.Column("branch", sa.String(20), nullable=False, default="dia_phuong"),  # digitize.territory.Branch
    sa.Column("parent_id", ID, sa.ForeignKey("units.id")),  # today's, as name and path are: storage.units.settle
    sa.Column(
        "path", sa.String(600), nullable=False, unique=True
    ),  # "/province/district/commune/": a subtree is a prefix
    sa.Column("four_eyes", sa.Boolean, nullable=False, default=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
)

unit_parents = table(
    "unit_parents",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("parent_id", ID, sa.ForeignKey("units.id"), index=True),  # null: at the top
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date),  # last day; null: no known end
)

unit_names = table(
    "unit_names",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("folded", sa.String(300), nullable=False, index=True),  # digitize.offices.OfficeName.key
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date),
)

unit_heirs = table(
    "unit_heirs",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("heir_id", ID, sa.ForeignKey("units.id"), primary_key=True, index=True),
    sa.Column("since", sa.Date, nullable=False),  # first day without the unit
    sa.Column("principal", sa.Boolean, nullable=False),  # one of a unit's heirs: who answers for what it left
    sa.Column("source", sa.String(500), nullable=False),
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
    sa.Column("oidc_subject", sa.String(255), unique=True),  # who it is to the identity provider; none: not linked
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("has_role", sa.Boolean, nullable=False, default=True),  # today's, as office and unit are: storage.roles
    sa.Column("password_until", Moment),  # of one that an administrator gave; none: the person chose it
    sa.Column("folded", sa.String(200), nullable=False, default=""),  # full_name without marks, to be searched
)

person_roles = table(
    "person_roles",
    sa.Column("id", ID, primary_key=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("office", sa.String(20), nullable=False),  # digitize.lifecycle.Office
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("valid_from", sa.Date),  # none: from the first day on
    sa.Column("valid_to", sa.Date),  # last day; none: no known end
)

sessions = table(
    "sessions",
    sa.Column("token_hash", KEY, primary_key=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("proved_at", Moment, nullable=False),  # when the password was last given
    sa.Column("awaits_factor", sa.Boolean, nullable=False, default=False),  # nobody yet: the second factor is missing
    sa.Column("factor_at", Moment),  # when a second factor was last given; none: never
    sa.Column("challenge", sa.String(128)),  # that a passkey is asked to sign, base64url
)

clients = table(
    "clients",
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("secret_hash", sa.String(300), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("per_minute", sa.Integer),  # requests; none: as the settings say
    sa.Column("per_day", sa.Integer),  # none: without limit
    sa.Column("per_month", sa.Integer),
    sa.Column("certificate", KEY),  # SHA-256 of the one it must show (RFC 8705); none: it needs none
    sa.Column("secret_number", sa.Integer, nullable=False, default=1),  # how often it was given a secret
    sa.Column("granted_at", Moment),  # when it was given a token last; none: never
)

tokens = table(
    "tokens",
    sa.Column("token_hash", KEY, primary_key=True),
    sa.Column("client_id", ID, sa.ForeignKey("clients.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("certificate", KEY),  # to which it is bound (RFC 8705); none: to no one
    sa.Column("expires_at", Moment, nullable=False),
)

oidc_logins = table(
    "oidc_logins",
    sa.Column("state_hash", KEY, primary_key=True),  # of the state that the identity provider sends back
    sa.Column("browser_hash", KEY, nullable=False),  # of the cookie that the asking browser holds
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),  # PKCE (RFC 7636)
    sa.Column("session_hash", KEY),  # whose proof is renewed; none: a session begins
    sa.Column("expires_at", Moment, nullable=False, index=True),
)
