"""Who holds a token: asked of the registry, and believed for some seconds without asking again.

A system asks many times with one token. What may change within its life is only that the system is shut out or that its
limits change; each process hears of it :data:`BELIEVED_FOR` later at most. The end of a token and the certificate that
it is bound to are looked at with every request.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from storage import clients
from storage.clients import Held
from storage.database import Database

BELIEVED_FOR = timedelta(seconds=5)

_KEPT = 10_000
"""Tokens that a process remembers; beyond that it forgets all of them and asks again."""


class Holders:
    """The tokens that this process has seen lately, by their hash."""

    def __init__(self, database: Database) -> None:
        """Know none yet."""
        self._database = database
        self._known: dict[bytes, tuple[Held, datetime]] = {}

    def known(self, token: str, now: datetime) -> Held | None:
        """Return a token that was asked for a moment ago and lives; None: the registry must be asked."""
        found, asked_at = self._known.get(_hash(token), (None, now))
        if found is None or not asked_at <= now < min(asked_at + BELIEVED_FOR, found.expires_at):
            return None
        return found

    def ask(self, token: str, now: datetime) -> Held:
        """Return a token as the registry has it.

        Raises:
            NotIdentified: it is unknown or has ended, or its system is no longer let in.
        """
        with self._database.read() as connection:
            found = clients.held(connection, token, now)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[_hash(token)] = (found, now)
        return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
