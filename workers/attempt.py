"""One attempt at a subject's work: claimed, kept alive, and closed whatever happens.

An attempt changes nothing until the one transaction at its end. Whatever fails before leaves the subject in the state
from which the next attempt starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
import structlog

from digitize.errors import RegistryUnavailable, SohoaError
from digitize.lifecycle import Actor, Office
from storage import leases
from storage.connect import Storage
from storage.leases import Lease, LeaseLost
from storage.outbox import Lane
from workers.heartbeat import heartbeat
from workers.metrics import Meter

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
"""Gives the present moment, with a zone."""

Subject = TypeVar("Subject")
"""What a kind of subject looks like to its work: a document, a copy."""

Find = Callable[[sa.Connection, str], Subject]
"""Loads the subject by its id, in the transaction that takes the lease."""

Work = Callable[[Lease, Subject], None]
"""Does the work of a lane and commits it under the lease."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker process stands on, whatever its lane."""

    storage: Storage
    clock: Clock
    holder: str
    """Host and process: who holds the leases."""
    lease_duration: timedelta
    """After so much silence the work is given to somebody else."""
    meter: Meter

    @property
    def actor(self) -> Actor:
        """The process as the history names it."""
        return Actor(self.holder, Office.WORKER)


def attempt(post: Post, lane: Lane, subject_id: str, find: Find[Subject], work: Work[Subject]) -> None:
    """Do the work if it is still to be done and nobody else does it.

    A fault of the world is recorded with the attempt and tried again later; a lost lease is nobody's fault. Anything
    else that is raised is a bug: it is recorded by its kind, goes up to the log, and is tried again ever more rarely.
    """
    with structlog.contextvars.bound_contextvars(subject=subject_id, lane=lane.value):
        try:
            claimed = _claim(post, lane, subject_id, find)
        except RegistryUnavailable as error:
            log.warning("not_claimed", code=error.code())
            return
        if claimed is None:
            log.info("nothing_to_do")
            return
        lease, subject = claimed
        with structlog.contextvars.bound_contextvars(attempt=lease.number), post.meter.measure(lane) as outcome:
            try:
                with heartbeat(post.storage.database, lease, post.clock, post.lease_duration):
                    work(lease, subject)
                outcome.tell("done")
                log.info("done")
            except LeaseLost:
                outcome.tell("lost")
                log.warning("lease_lost")
            except SohoaError as error:
                outcome.tell("failed")
                log.warning("failed", code=error.code())
                _close(post, partial(leases.fail, lease=lease, error=error, now=post.clock()))
            except Exception as bug:
                _close(post, partial(leases.stumble, lease=lease, kind=type(bug).__name__, now=post.clock()))
                raise


def _claim(post: Post, lane: Lane, subject_id: str, find: Find[Subject]) -> tuple[Lease, Subject] | None:
    with post.storage.database.write() as connection:
        lease = leases.claim(connection, subject_id, lane, post.holder, post.clock(), post.lease_duration)
        if lease is None:
            return None
        return lease, find(connection, subject_id)


def _close(post: Post, close: Callable[[sa.Connection], None]) -> None:
    """Close the attempt as failed; when even that fails, the lease runs out and the sweep closes it."""
    try:
        with post.storage.database.write() as connection:
            close(connection)
    except (LeaseLost, RegistryUnavailable) as second:
        log.warning("not_reported", code=second.code())
