"""Waiting for a worker's answer: nobody holds a thread or a connection meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

LOOK_AGAIN_S = 3
"""What ``Retry-After`` says while there is no answer, seconds."""

_FIRST_LOOK_S, _LAST_LOOK_S = 0.1, 1.0
"""Pauses between two looks, the first and the longest."""

T = TypeVar("T")


async def waited(look: Callable[[], T], answered: Callable[[T], bool], wait_s: float) -> T:
    """Look again and again until there is an answer, or the time is over; return what was seen last.

    Args:
        look: asks the database.
        answered: tells whether what was seen holds the answer.
        wait_s: how long the asker may wait, seconds.
    """
    deadline = time.monotonic() + wait_s
    pause = _FIRST_LOOK_S
    while True:
        seen = await run_in_threadpool(look)
        left = deadline - time.monotonic()
        if answered(seen) or left <= 0:
            return seen
        await asyncio.sleep(min(pause, left))
        pause = min(_LAST_LOOK_S, pause * 1.3)
