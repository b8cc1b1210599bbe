"""Idempotency-Key: the same request sent twice acts once, and both senders get the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from fastapi import Response

from storage import idempotency
from storage.idempotency import Stored


@dataclass(frozen=True, slots=True)
class Request:
    """What makes two requests the same."""

    actor: str
    method: str
    path: str
    key: str | None
    """The caller's Idempotency-Key; None: every request acts."""
    content: str
    """Whatever the request asks for, in a form that is equal when the request is."""

    @property
    def key_hash(self) -> str:
        """SHA-256 over actor, method, path and key: keys of two callers never meet."""
        return _hash(self.actor, self.method, self.path, self.key or "")

    @property
    def request_hash(self) -> str:
        """SHA-256 over the content."""
        return _hash(self.content)


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def answer(connection: sa.Connection, request: Request, now: datetime, act: Callable[[], Stored]) -> Response:
    """Act, or repeat the answer that was given to the same request before.

    The answer is remembered in the transaction of the act: either both happened or neither.

    Raises:
        Conflict: the key came before with another request.
    """
    if request.key is None:
        return _response(act())
    earlier = idempotency.replay(connection, request.key_hash, request.request_hash)
    if earlier is not None:
        return _response(earlier)
    given = act()
    idempotency.remember(connection, request.key_hash, request.request_hash, given, now)
    return _response(given)


def _response(stored: Stored) -> Response:
    return Response(stored.body, stored.status, dict(stored.headers), media_type="application/json")
