"""The public halves of the keys that signed the QR of copies: every one that was ever used stays published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import qr_keys


def publish(connection: sa.Connection, jwk: Mapping[str, str], now: datetime) -> None:
    """Publish a key, before anything that it signed leaves the house; one that is known changes nothing.

    Args:
        connection: a writing transaction.
        jwk: the public half (RFC 7517) with its ``kid``.
        now: when.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"kid": jwk["kid"], "jwk": dict(jwk), "first_used_at": now}
    connection.execute(dialect.insert(qr_keys).values(row).on_conflict_do_nothing())


def published(connection: sa.Connection) -> tuple[Mapping[str, Any], ...]:
    """Return all keys, the newest first."""
    rows = connection.execute(sa.select(qr_keys.c.jwk).order_by(qr_keys.c.first_used_at.desc(), qr_keys.c.kid))
    return tuple(rows.scalars())
