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


def read(subject_id: str) -> None:
    """Read a scan."""
    _run(Lane.READ, subject_id)


def seal(subject_id: str) -> None:
    """Make an ordered signature."""
    _run(Lane.SEAL, subject_id)


def timestamp(subject_id: str) -> None:
    """Give a signature its time, or renew a proof."""
    _run(Lane.TIMESTAMP, subject_id)


def deliver(subject_id: str) -> None:
    """Publish a sealed result."""
    _run(Lane.DELIVER, subject_id)


def verify(verification_id: str) -> None:
    """Judge a file that somebody sent."""
    _run(Lane.VERIFY, verification_id)


def table(spreadsheet_id: str) -> None:
    """Make rows of a spreadsheet that somebody handed in."""
    _run(Lane.TABLE, spreadsheet_id)


def _run(lane: Lane, subject_id: str) -> None:
    if lane not in _LANES:
        raise Impossible(f"this process does not serve the lane {lane.value}")
    _LANES[lane](subject_id)
