"""Signs of life: what each process leaves in Redis, and which fades when it dies."""

from __future__ import annotations

FADES_AFTER_S = 30
"""Seconds after which a silent process counts as dead; each leaves its sign at least three times as often."""


def sign_of_life(part: str, host: str) -> str:
    """Return the Redis key of a part (a lane, or ``sweep``) on a machine."""
    return f"sohoa:alive:{part}:{host}"
