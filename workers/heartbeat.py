"""A thread that keeps the right to some work alive while the main thread works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from digitize.errors import RegistryUnavailable
from storage import leases
from storage.database import Database
from storage.leases import Lease

log = structlog.get_logger(__name__)

BEATS_PER_LEASE = 3
"""Two beats may be missed before the lease runs out."""

Renew = Callable[[sa.Connection, datetime], bool]
"""Renews the right as of a moment; False when somebody else has it."""


@contextmanager
def heartbeat(database: Database, lease: Lease, clock: Callable[[], datetime], duration: timedelta) -> Iterator[None]:
    """Renew the lease until the block ends, or until somebody else has it."""

    def renew(connection: sa.Connection, now: datetime) -> bool:
        return leases.renew(connection, lease, now, duration)

    with beating(database, lease.subject, renew, clock, duration):
        yield


@contextmanager
def beating(
    database: Database, subject: str, renew: Renew, clock: Callable[[], datetime], duration: timedelta
) -> Iterator[None]:
    """Renew a right that holds for so long until the block ends, or until somebody else has it."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait((duration / BEATS_PER_LEASE).total_seconds()):
            try:
                with database.write() as connection:
                    if not renew(connection, clock()):
                        return
            except RegistryUnavailable as error:
                log.warning("not_renewed", subject=subject, code=error.code())

    thread = threading.Thread(target=beat, name=f"heartbeat-{subject}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
