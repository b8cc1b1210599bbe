"""When a message is sent again, and when it is given up: the example schedule of Standard Webhooks 1.0."""

from __future__ import annotations

import random
from datetime import timedelta

RETRIES: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Pauses after the first failure, the second …: 75 h 35 min in all."""

JITTER = 0.2
"""A pause is longer by up to this share, at random, so that what failed together does not come back together."""

LONGEST_WISH = timedelta(hours=24)
"""The longest ``Retry-After`` that is heard."""

HOPELESS = sum(RETRIES, timedelta())
"""An endpoint that took nothing for so long is left alone."""


def pause(failures: int, wish: timedelta = timedelta()) -> timedelta | None:
    """Return how long to wait after so many failures; None: give up.

    Args:
        failures: of this message, at least 1.
        wish: the answer's ``Retry-After``.
    """
    if failures > len(RETRIES):
        return None
    planned = RETRIES[failures - 1]
    return max(planned, min(wish, LONGEST_WISH)) + planned * JITTER * random.random()  # noqa: S311  # spreads load, hides nothing
