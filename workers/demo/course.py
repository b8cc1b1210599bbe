"""The course of the demo's dossiers: how each was handed in, when it was due, how it ended, and how it was paid.

Drawn from the dossier's code alone, so that the register and the specimens stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from digitize.dossiers.words import Channel, PaidHow, Status
from workers.demo.province import VIETNAM, DemoDossier

LATE = 0.12
"""Share of the dossiers that were finished after they were due."""
RETURNED = 0.8
"""Share of the finished ones whose results were handed out."""
FEES_VND = (0, 8_000, 50_000, 150_000)


@dataclass(frozen=True, slots=True)
class Course:
    """How a dossier ran."""

    channel: Channel
    status: Status
    status_at: datetime
    due_at: datetime
    finished_at: datetime
    returned_at: datetime | None
    """None: its result waits at the counter, or there is none."""
    fee_vnd: int
    paid_how: PaidHow | None
    """None: there was nothing to pay."""


def course(dossier: DemoDossier) -> Course:
    """Draw the course of a dossier."""
    rng = Random(f"course/{dossier.code}")
    channel = rng.choices((Channel.COUNTER, Channel.ONLINE, Channel.POST), (60, 33, 7))[0]
    finished = dossier.resolved_at
    days = -rng.randrange(1, 4) if rng.random() < LATE else rng.randrange(3)
    due_on = max(finished.date() + timedelta(days=days), dossier.received_on)
    due = datetime.combine(due_on, time(17), VIETNAM)
    returned = finished + timedelta(hours=rng.randrange(1, 72)) if rng.random() < RETURNED else None
    fee = rng.choice(FEES_VND)
    online = rng.choice((PaidHow.PROVINCE_PORTAL, PaidHow.NATIONAL_PORTAL))
    paid_how = None if fee == 0 else (online if channel is Channel.ONLINE else PaidHow.COUNTER)
    if not dossier.results:
        return Course(channel, Status.STOPPED, finished, due, finished, None, fee, paid_how)
    if returned is None:
        return Course(channel, Status.FINISHED, finished, due, finished, None, fee, paid_how)
    return Course(channel, Status.RETURNED, returned, due, finished, returned, fee, paid_how)
