"""Owners of results, found by their number and by nothing else.

A number is compared whole: there is no prefix, no list and no count to guess from. The number on a dossier stands in
the register; the one that was confirmed for a paper stands beside its document as a keyed hash, so that no further
place holds it. The key lies in the database, because the numbers do as well: it keeps the hashes of an export, a log or
a partner's copy from being guessed, and not those of who can read the whole registry.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.reuse import owner_number
from storage.tables import documents, dossiers, results, reuse_keys

_KEPT = sa.select(reuse_keys.c.key, reuse_keys.c.made_at).where(reuse_keys.c.number == 1)

_KEYS: WeakKeyDictionary[sa.Engine, bytes] = WeakKeyDictionary()
"""Of the registries of this process; a key never changes once it is committed."""

_SETTLED = timedelta(minutes=5)
"""A younger key may be that of a transaction which is still open, and may yet be taken back."""


def owner_hash(connection: sa.Connection, number: str, now: datetime) -> str:
    """Return the keyed hash of an owner's number.

    Args:
        connection: a writing transaction: the first hash of a registry makes its key.
        number: as typed.
        now: when.

    Raises:
        InvalidInput: it is no number of a person or business.
    """
    return hmac.new(_key(connection, now), owner_number(number).encode(), hashlib.sha256).hexdigest()


def confirmed_hash(connection: sa.Connection, holder_id: str, now: datetime) -> str | None:
    """Return the hash that a document keeps of its confirmed holder; None when the paper names no number."""
    return owner_hash(connection, holder_id, now) if holder_id else None


_OF_DOSSIERS = (
    sa.select(results.c.id)
    .join(dossiers, dossiers.c.id == results.c.dossier_id)
    .where(dossiers.c.holder_id == sa.bindparam("owner_number"))
)
_OF_PAPERS = sa.select(documents.c.result_id).where(documents.c.owner_hash == sa.bindparam("owner_hash"))
_BOTH = _OF_DOSSIERS.union(_OF_PAPERS).subquery()

OWNED = sa.select(_BOTH.c.id)
"""The results of an owner: of their dossiers, or of papers that name them. It is filled with :func:`named`."""


def named(number: str, hashed: str) -> dict[str, str]:
    """Return what :data:`OWNED` needs.

    Args:
        number: normal form of :func:`digitize.reuse.owner_number`.
        hashed: of it.
    """
    return {"owner_number": number, "owner_hash": hashed}


def _key(connection: sa.Connection, now: datetime) -> bytes:
    kept = _KEYS.get(connection.engine)
    if kept is not None:
        return kept
    row = connection.execute(_KEPT).one_or_none()
    if row is None:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        made = dialect.insert(reuse_keys).values(number=1, key=secrets.token_hex(32), made_at=now)
        connection.execute(made.on_conflict_do_nothing(index_elements=[reuse_keys.c.number]))
        row = connection.execute(_KEPT).one()
    key = bytes.fromhex(row.key)
    if row.made_at < now - _SETTLED:
        _KEYS[connection.engine] = key
    return key
