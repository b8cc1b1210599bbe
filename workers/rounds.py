"""Parts that look into the database again and again for what is due, and serve it in tasks of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

import structlog

from digitize.errors import WorldAtFault

log = structlog.get_logger(__name__)

BACK_OFF_S = 2.0
"""Seconds between two looks while the database is away."""

LEAVE_S = 8.0
"""Seconds that the tasks have when the process is asked to stop; the supervisor kills after ten."""


async def in_rounds(
    look: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
    every_s: float,
    tasks: Callable[[], Collection[asyncio.Task[None]]],
) -> None:
    """Look until asked to stop; then the tasks finish what they have in hand, or leave it.

    Args:
        look: for what is due; a fault of the world is told once and looked past.
        stop: set when the process is to end.
        every_s: seconds between two looks.
        tasks: those under way.
    """
    away = ""
    while not stop.is_set():
        try:
            await look()
            pause, away = every_s, ""
        except WorldAtFault as error:
            pause = BACK_OFF_S
            if away != error.code():
                away = error.code()
                log.warning("away", code=away)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
    if under_way := tasks():
        _, late = await asyncio.wait(under_way, timeout=LEAVE_S)
        for task in late:
            task.cancel()
