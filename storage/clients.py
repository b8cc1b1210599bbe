"""Systems with a client of their own: OAuth 2.0 client credentials (RFC 6749 §4.4).

Secrets and tokens are 256 random bits, so their SHA-256 is enough to keep: nobody can try them out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import InvalidInput, NotFound, NotIdentified
from storage.registry import Scope
from storage.tables import clients, tokens, units


@dataclass(frozen=True, slots=True)
class Client:
    """A system that hands scans in or reads."""

    id: str
    """Opaque; public."""
    name: str
    unit_id: str
    scope: Scope
    """The subtree of its unit."""
    scopes: frozenset[str]
    """What it may do; of a token: what was granted."""


def add_client(connection: sa.Connection, *, name: str, unit_id: str, scopes: Collection[str]) -> tuple[Client, str]:
    """Enter a system; return it and its secret, which is shown this once.

    Raises:
        InvalidInput: the name or the scopes are missing.
        NotFound: there is no such unit.
    """
    if not name.strip() or not scopes:
        raise InvalidInput("thiếu tên hoặc quyền của hệ thống")
    path = connection.execute(sa.select(units.c.path).where(units.c.id == unit_id)).scalar_one_or_none()
    if path is None:
        raise NotFound("đơn vị")
    secret = secrets.token_urlsafe(32)
    client = Client(uuid.uuid4().hex, name, unit_id, Scope(path), frozenset(scopes))
    connection.execute(
        clients.insert().values(
            id=client.id, name=name, secret_hash=_hash(secret), unit_id=unit_id, scopes=sorted(client.scopes)
        )
    )
    return client, secret


def grant(
    connection: sa.Connection, client_id: str, secret: str, scopes: Collection[str], now: datetime, minutes: float
) -> str:
    """Give a token for some of the client's scopes; none asked for: all of them.

    Raises:
        NotIdentified: there is no such client, or the secret is not its own.
        InvalidInput: a scope was asked for that the client does not have.
    """
    row = connection.execute(sa.select(clients).where(clients.c.id == client_id)).one_or_none()
    kept = _hash("") if row is None else row.secret_hash
    if not hmac.compare_digest(kept, _hash(secret)) or row is None or not row.active:
        raise NotIdentified(remedy="Hãy kiểm tra mã hệ thống và khóa bí mật.")
    granted = frozenset(scopes) or frozenset(row.scopes)
    if not granted <= frozenset(row.scopes):
        raise InvalidInput("hệ thống không có quyền được xin")
    token = secrets.token_urlsafe(32)
    connection.execute(
        tokens.insert().values(
            token_hash=_hash(token),
            client_id=client_id,
            scopes=sorted(granted),
            expires_at=now + timedelta(minutes=minutes),
        )
    )
    return token


def client_of(connection: sa.Connection, token: str, now: datetime) -> Client:
    """Return the client that holds a token, with the scopes of the token.

    Raises:
        NotIdentified: the token is unknown or has ended, or the client is no longer let in.
    """
    row = connection.execute(
        sa.select(clients.c.id, clients.c.name, clients.c.unit_id, units.c.path, tokens.c.scopes)
        .join(clients, clients.c.id == tokens.c.client_id)
        .join(units, units.c.id == clients.c.unit_id)
        .where(tokens.c.token_hash == _hash(token), tokens.c.expires_at > now, clients.c.active)
    ).one_or_none()
    if row is None:
        raise NotIdentified(remedy="Hãy xin thẻ truy cập mới tại /oauth/token.")
    return Client(row.id, row.name, row.unit_id, Scope(row.path), frozenset(row.scopes))


def forget_ended_tokens(connection: sa.Connection, now: datetime) -> int:
    """Remove the tokens that have ended; return how many."""
    return connection.execute(tokens.delete().where(tokens.c.expires_at <= now)).rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
