"""Signing keys as the sealing worker tells of them, and certificates that administrators barred; never a key itself."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

signing_keys = table(
    "signing_keys",
    sa.Column("holder_id", ID, primary_key=True),  # of a person or a unit, as the keyring names it
    sa.Column("place", sa.String(10), primary_key=True),  # storage.signing_keys.Where
    sa.Column("adapter", sa.String(10), nullable=False),  # storage.signing_keys.Adapter
    sa.Column("subject", sa.String(300), nullable=False),  # of the certificate; empty: it was not opened yet
    sa.Column("issuer", sa.String(300), nullable=False),
    sa.Column("serial", sa.String(80), nullable=False),  # hexadecimal
    sa.Column("fingerprint", KEY),  # SHA-256 of the certificate, DER
    sa.Column("valid_from", Moment),
    sa.Column("valid_to", Moment),
    sa.Column("development", sa.Boolean, nullable=False, default=False),  # the certificate says it has no legal value
    sa.Column("fault", sa.String(500), nullable=False),  # why it may not sign; empty: it may, or was not opened
    sa.Column("advice", sa.String(500), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

barred_certificates = table(
    "barred_certificates",
    sa.Column("fingerprint", KEY, primary_key=True),
    sa.Column("holder_id", ID, nullable=False),  # whose key it was when it was barred
    sa.Column("barred_at", Moment, nullable=False),
)
