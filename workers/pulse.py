"""A thread that says that a process is alive, also while its main thread is deep in a long file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from digitize.errors import QueueUnavailable
from storage.queue import Queue
from storage.signs import FADES_AFTER_S


@contextmanager
def pulse(queue: Queue, part: str) -> Iterator[None]:
    """Report the part until the block ends; while Redis is away nobody can hear it."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(queue, part, ended), name=f"pulse-{part}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(queue: Queue, part: str, ended: threading.Event) -> None:
    while True:
        with suppress(QueueUnavailable):
            queue.report(part)
        if ended.wait(FADES_AFTER_S / 3):
            return
