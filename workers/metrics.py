"""Counters of the worker processes, shared through a folder so that one page shows them all.

Labels are lanes and outcomes, never a document or a person.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from storage.outbox import Lane

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0)
"""Seconds: a signature takes tenths, a page some seconds, a thick file minutes."""


class Outcome:
    """How an attempt ended; a bug unless somebody tells."""

    def __init__(self) -> None:
        """Begin with the worst."""
        self.name = "bug"

    def tell(self, name: str) -> None:
        """Say ``done``, ``failed`` or ``lost``."""
        self.name = name


@dataclass(frozen=True, slots=True)
class Meter:
    """The figures of a process."""

    attempts: Counter
    seconds: Histogram
    swept: Counter
    backlog: Gauge
    verified: Counter
    webhooks: Counter
    exchange: Counter

    @contextmanager
    def measure(self, lane: Lane) -> Iterator[Outcome]:
        """Count one attempt and its time by the clock on the wall."""
        outcome = Outcome()
        started = time.perf_counter()
        try:
            yield outcome
        finally:
            self.attempts.labels(lane.value, outcome.name).inc()
            self.seconds.labels(lane.value).observe(time.perf_counter() - started)


@cache
def open_meter(folder: Path) -> Meter:
    """Return the figures of this process, kept in the shared folder."""
    folder.mkdir(parents=True, exist_ok=True)
    # prometheus_client decides by this variable where its values live; one inherited from the process that started
    # us would hide our figures from the page that shows them.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.absolute())
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

    own = CollectorRegistry()
    return Meter(
        attempts=Counter(
            "sohoa_attempts", "Attempts at the work of a lane, by outcome.", ("lane", "outcome"), registry=own
        ),
        seconds=Histogram(
            "sohoa_attempt_seconds", "Wall-clock seconds of an attempt.", ("lane",), buckets=BUCKETS_S, registry=own
        ),
        swept=Counter(
            "sohoa_swept", "Repairs of the sweep: hints told, leases expired, strays marked.", ("repair",), registry=own
        ),
        backlog=Gauge(
            "sohoa_backlog", "Documents that wait for a lane.", ("lane",), multiprocess_mode="livemostrecent",
            registry=own,
        ),
        verified=Counter(
            "sohoa_verifications", "Files of anybody that were judged, by verdict, or by why not.", ("answer",),
            registry=own,
        ),
        webhooks=Counter(
            "sohoa_webhooks", "Attempts to bring a message to another system, by outcome.", ("outcome",), registry=own
        ),
        exchange=Counter(
            "sohoa_exchange", "Requests to portals, by service and outcome.", ("service", "outcome"), registry=own
        ),
    )  # fmt: skip
