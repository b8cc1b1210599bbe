"""A bounded number at once, first come first served, and the counter a little before the nightly batch.

A token has few sessions (a YubiHSM 16, a USB token often one) and is used by many. Whoever comes waits behind those
who came before; a customer at the counter overtakes a nightly job, but only one that came less than ``HEAD_START_S``
before: so the nightly batch is delayed and never starved.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from digitize.errors import KeyUnavailable

HEAD_START_S = 5.0
"""Seconds that somebody at the counter is put before a nightly job."""


class Urgency(StrEnum):
    """Who waits for a signature."""

    COUNTER = "counter"
    """A person at the counter."""
    BATCH = "batch"
    """A job of the night: nobody waits."""


@dataclass(order=True, slots=True)
class _Waiting:
    rank: float
    """Monotonic seconds of arrival; a nightly job counts as if it had come later."""
    number: int
    called: threading.Event = field(compare=False)
    admitted: bool = field(default=False, compare=False)


class Turns:
    """So many at once; the others wait in order."""

    def __init__(self, at_once: int) -> None:
        """Open for ``at_once`` users."""
        self._free = at_once
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._arrivals = 0

    @contextmanager
    def turn(self, urgency: Urgency, patience_s: float) -> Iterator[None]:
        """Wait for a turn, and give it back.

        Raises:
            KeyUnavailable: it did not come within ``patience_s`` seconds.
        """
        self._take(urgency, patience_s)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, urgency: Urgency, patience_s: float) -> None:
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            self._arrivals += 1
            rank = time.monotonic() + (HEAD_START_S if urgency is Urgency.BATCH else 0.0)
            place = _Waiting(rank, self._arrivals, threading.Event())
            heapq.heappush(self._waiting, place)
        if place.called.wait(patience_s):
            return
        with self._lock:
            if place.admitted:
                return
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
        raise KeyUnavailable(f"mọi phiên ký đều bận suốt {patience_s:.0f} giây")

    def _give_back(self) -> None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            first = heapq.heappop(self._waiting)
            first.admitted = True
            first.called.set()
