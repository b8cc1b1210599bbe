"""A thread that keeps a lease alive while the main thread works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from digitize.errors import RegistryUnavailable
from storage import leases
from storage.database import Database
from storage.leases import Lease

log = structlog.get_logger(__name__)

BEATS_PER_LEASE = 3
"""Two beats may be missed before the lease runs out."""


@contextmanager
def heartbeat(database: Database, lease: Lease, clock: Callable[[], datetime], duration: timedelta) -> Iterator[None]:
    """Renew the lease until the block ends, or until somebody else has it."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(database, lease, clock, duration, ended), name=f"heartbeat-{lease.number}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(
    database: Database, lease: Lease, clock: Callable[[], datetime], duration: timedelta, ended: threading.Event
) -> None:
    while not ended.wait((duration / BEATS_PER_LEASE).total_seconds()):
        try:
            with database.write() as connection:
                if not leases.renew(connection, lease, clock(), duration):
                    return
        except RegistryUnavailable as error:
            log.warning("not_renewed", subject=lease.subject, attempt=lease.number, code=error.code())
