"""Signs of life: what each process leaves in Redis, and which fades when it dies.

A sign is a key that expires; beside it stands, in one hash, when each part was last heard of on each machine, so that
a board can name who is missing without walking through all keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import redis

FADES_AFTER_S = 30
"""Seconds after which a silent process counts as dead; each leaves its sign at least three times as often."""

HEARD = "sohoa:heard"
"""Hash: ``part:host`` → seconds since 1970, by the part's own clock."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A part on a machine."""

    part: str
    """A lane, ``sweep``, ``notify`` or ``exchange``."""
    host: str
    at: datetime
    """When it was last heard of."""

    def lives(self, now: datetime) -> bool:
        """Tell whether it was heard of lately."""
        return (now - self.at).total_seconds() < FADES_AFTER_S


def sign_of_life(part: str, host: str) -> str:
    """Return the Redis key of a part (a lane, or ``sweep``) on a machine."""
    return f"sohoa:alive:{part}:{host}"


def leave(client: redis.Redis, part: str, host: str, now: datetime) -> None:
    """Leave a sign; what redis raises is the caller's."""
    with client.pipeline(transaction=False) as pipeline:
        pipeline.set(sign_of_life(part, host), 1, ex=FADES_AFTER_S)
        pipeline.hset(HEARD, f"{part}:{host}", str(int(now.timestamp())))
        pipeline.execute()


def heard(client: redis.Redis) -> Sequence[Heard]:
    """Return every part that was ever heard of; what redis raises is the caller's."""
    found = []
    for name, when in client.hgetall(HEARD).items():
        part, _, host = _text(name).partition(":")
        found.append(Heard(part, host, datetime.fromtimestamp(int(when), UTC)))
    return sorted(found, key=lambda each: (each.part, each.host))


def _text(word: str | bytes) -> str:
    return word.decode() if isinstance(word, bytes) else word
