"""What the queue calls: one function a lane, named in :mod:`storage.queue`.

The queue carries ids only; what a process needs to do its work it has put together when it started
(:mod:`workers.compose`), and it keeps it from job to job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from digitize.errors import Impossible
from storage.outbox import Lane

_LANES: dict[Lane, Callable[[str], None]] = {}


def serve(lanes: Mapping[Lane, Callable[[str], None]]) -> None:
    """Say which lanes this process serves and with what."""
    _LANES.clear()
    _LANES.update(lanes)


def read(document_id: str) -> None:
    """Read a scan."""
    _run(Lane.READ, document_id)


def seal(document_id: str) -> None:
    """Make an ordered signature."""
    _run(Lane.SEAL, document_id)


def deliver(document_id: str) -> None:
    """Publish a sealed result."""
    _run(Lane.DELIVER, document_id)


def _run(lane: Lane, document_id: str) -> None:
    if lane not in _LANES:
        raise Impossible(f"this process does not serve the lane {lane.value}")
    _LANES[lane](document_id)
