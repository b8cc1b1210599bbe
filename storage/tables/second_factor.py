"""What proves a person besides the password."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

factors = table(
    "factors",
    sa.Column("id", ID, primary_key=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),  # storage.second_factor.Kind
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),  # none: shown, but not yet proved to work
    sa.Column("used_at", Moment),
    sa.Column("last_step", sa.BigInteger),  # TOTP: the 30 seconds of the last code taken, which is not taken again
    sa.Column("credential_id", sa.String(1400), unique=True),  # passkey, base64url
    sa.Column("public_key", sa.LargeBinary),  # passkey, COSE
    sa.Column("sign_count", sa.BigInteger),
)

recovery_codes = table(
    "recovery_codes",
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("code_hash", KEY, primary_key=True),
    sa.Column("used_at", Moment),
)
