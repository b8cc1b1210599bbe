"""Systems with a client of their own: OAuth 2.0 client credentials (RFC 6749 §4.4).

Secrets and tokens are 256 random bits, so their SHA-256 is enough to keep: nobody can try them out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
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
class Limits:
    """How often a system may ask."""

    per_minute: int | None = None
    """None: as the settings say."""
    per_day: int | None = None
    """A day in Vietnam; None: without limit."""
    per_month: int | None = None


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
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Held:
    """A token as the registry has it."""

    client: Client
    """Who holds it, with the scopes of the token."""
    certificate: str | None
    """SHA-256 of the certificate that must come with it, lower-case hex; None: none must."""
    expires_at: datetime

    def shown_with(self, certificate: str | None) -> Client:
        """Return who shows the token, with a certificate or none.

        Raises:
            NotIdentified: it is bound to another certificate.
        """
        _need_certificate(self.certificate, certificate)
        return self.client


def add_client(
    connection: sa.Connection,
    *,
    name: str,
    unit_id: str,
    scopes: Collection[str],
    limits: Limits = Limits(),  # frozen
    certificate: str | None = None,
) -> tuple[Client, str]:
    """Enter a system; return it and its secret, which is shown this once.

    Args:
        connection: a writing transaction.
        name: of the system.
        unit_id: whose subtree it sees.
        scopes: what it may do.
        limits: how often it may ask.
        certificate: SHA-256 of the TLS certificate that it must show, lower-case hex; None: it needs none.

    Raises:
        InvalidInput: the name or the scopes are missing.
        NotFound: there is no such unit.
    """
    if not name.strip() or not scopes:
        raise InvalidInput("thiếu tên hoặc quyền của hệ thống")
    if certificate is not None and re.fullmatch(r"[0-9a-f]{64}", certificate) is None:
        raise InvalidInput("dấu vân tay chứng thư phải là SHA-256, 64 chữ số hex thường")
    _need_limits(limits)
    path = connection.execute(sa.select(units.c.path).where(units.c.id == unit_id)).scalar_one_or_none()
    if path is None:
        raise NotFound("đơn vị")
    secret = secrets.token_urlsafe(32)
    client = Client(uuid.uuid4().hex, name, unit_id, Scope(path), frozenset(scopes), limits)
    connection.execute(
        clients.insert().values(
            id=client.id, name=name, secret_hash=_hash(secret), unit_id=unit_id, scopes=sorted(client.scopes),
            per_minute=limits.per_minute, per_day=limits.per_day, per_month=limits.per_month, certificate=certificate,
        )
    )  # fmt: skip
    return client, secret


def rotate(connection: sa.Connection, client_id: str) -> str:
    """Give a system another secret, shown this once; the old one and all its tokens are worth nothing from now on.

    Raises:
        NotFound: there is no such system.
    """
    secret = secrets.token_urlsafe(32)
    _update(connection, client_id, secret_hash=_hash(secret), secret_number=clients.c.secret_number + 1)
    connection.execute(tokens.delete().where(tokens.c.client_id == client_id))
    return secret


def revoke(connection: sa.Connection, client_id: str) -> None:
    """Let a system in no more; its tokens are worth nothing from now on.

    Raises:
        NotFound: there is no such system.
    """
    _update(connection, client_id, active=False)
    connection.execute(tokens.delete().where(tokens.c.client_id == client_id))


def readmit(connection: sa.Connection, client_id: str) -> None:
    """Let a system in again, with the secret that it had.

    Raises:
        NotFound: there is no such system.
    """
    _update(connection, client_id, active=True)


def limit(connection: sa.Connection, client_id: str, limits: Limits) -> None:
    """Let a system ask so often from now on.

    Raises:
        InvalidInput: a limit is none.
        NotFound: there is no such system.
    """
    _need_limits(limits)
    _update(connection, client_id, per_minute=limits.per_minute, per_day=limits.per_day, per_month=limits.per_month)


def _update(connection: sa.Connection, client_id: str, **values: object) -> None:
    if connection.execute(clients.update().where(clients.c.id == client_id).values(values)).rowcount == 0:
        raise NotFound("hệ thống")


def _need_limits(limits: Limits) -> None:
    if any(most is not None and most < 1 for most in (limits.per_minute, limits.per_day, limits.per_month)):
        raise InvalidInput("giới hạn số yêu cầu phải từ 1 trở lên")


def grant(
    connection: sa.Connection,
    client_id: str,
    secret: str,
    scopes: Collection[str],
    now: datetime,
    minutes: float,
    certificate: str | None = None,
) -> str:
    """Give a token for some of the client's scopes; none asked for: all of them.

    Where the client must show a certificate, the token is bound to it (RFC 8705 §3): stolen, it opens nothing.

    Args:
        connection: a writing transaction.
        client_id: of the client.
        secret: its secret.
        scopes: wanted.
        now: when.
        minutes: that the token lives.
        certificate: SHA-256 of the one that came with the request.

    Raises:
        NotIdentified: there is no such client, or the secret or the certificate are not its own.
        InvalidInput: a scope was asked for that the client does not have.
    """
    row = connection.execute(sa.select(clients).where(clients.c.id == client_id)).one_or_none()
    kept = _hash("") if row is None else row.secret_hash
    if not hmac.compare_digest(kept, _hash(secret)) or row is None or not row.active:
        raise NotIdentified(remedy="Hãy kiểm tra mã hệ thống và khóa bí mật.")
    _need_certificate(row.certificate, certificate)
    granted = frozenset(scopes) or frozenset(row.scopes)
    if not granted <= frozenset(row.scopes):
        raise InvalidInput("hệ thống không có quyền được xin")
    connection.execute(clients.update().where(clients.c.id == client_id).values(granted_at=now))
    token = secrets.token_urlsafe(32)
    connection.execute(
        tokens.insert().values(
            token_hash=_hash(token),
            client_id=client_id,
            scopes=sorted(granted),
            certificate=row.certificate,
            expires_at=now + timedelta(minutes=minutes),
        )
    )
    return token


_HOLDER = (
    sa.select(
        clients.c.id, clients.c.name, clients.c.unit_id, units.c.path, tokens.c.scopes, tokens.c.certificate,
        tokens.c.expires_at,
        clients.c.per_minute, clients.c.per_day, clients.c.per_month,
    )
    .join(clients, clients.c.id == tokens.c.client_id)
    .join(units, units.c.id == clients.c.unit_id)
    .where(tokens.c.token_hash == sa.bindparam("held"), tokens.c.expires_at > sa.bindparam("now"), clients.c.active)
)  # fmt: skip
"""Written once: every request of a system asks it."""


def client_of(connection: sa.Connection, token: str, now: datetime, certificate: str | None = None) -> Client:
    """Return the client that holds a token, with the scopes of the token.

    Raises:
        NotIdentified: the token is unknown or has ended, it is bound to another certificate, or the client is no longer
            let in.
    """
    return held(connection, token, now).shown_with(certificate)


def held(connection: sa.Connection, token: str, now: datetime) -> Held:
    """Return a token as it stands.

    Raises:
        NotIdentified: the token is unknown or has ended, or the client is no longer let in.
    """
    row = connection.execute(_HOLDER, {"held": _hash(token), "now": now}).one_or_none()
    if row is None:
        raise NotIdentified(remedy="Hãy xin thẻ truy cập mới tại /oauth/token.")
    limits = Limits(row.per_minute, row.per_day, row.per_month)
    client = Client(row.id, row.name, row.unit_id, Scope(row.path), frozenset(row.scopes), limits)
    return Held(client, row.certificate, row.expires_at)


def forget_ended_tokens(connection: sa.Connection, now: datetime) -> int:
    """Remove the tokens that have ended; return how many."""
    return connection.execute(tokens.delete().where(tokens.c.expires_at <= now)).rowcount


def _need_certificate(bound: str | None, shown: str | None) -> None:
    if bound is not None and not hmac.compare_digest(bound, shown or ""):
        raise NotIdentified(
            "hệ thống này phải xuất trình chứng thư TLS đã đăng ký", remedy="Hãy gọi bằng chứng thư đã đăng ký (mTLS)."
        )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
