"""When a message is sent again, and when it is given up."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=2)
RETRIES = 20
"""Pauses of 30 s, 1 min, 2 min … 64 min, then of 2 h: 26 h in all, without what chance adds."""

JITTER = 0.2
"""A pause is longer by up to this share, at random, so that what failed together does not come back together."""


def pause(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures, at least 1; None: it has been tried for more than a day."""
    return None if failures > RETRIES else longer(planned(failures))


def planned(failures: int) -> timedelta:
    """Return the pause without what chance adds."""
    doublings: int = 2 ** (min(failures, RETRIES) - 1)
    return min(LONGEST, FIRST * doublings)


def longer(wait: timedelta) -> timedelta:
    """Add what chance adds."""
    return wait * (1 + JITTER * random.random())  # noqa: S311  # spreads load, hides nothing
