"""Several hands of one process: work that only waits for somebody else is done side by side.

RQ gives a process one job at a time. A job that waits minutes for a timestamp authority would hold all others back, so
it is handed to a thread, at most so many at once; the process takes the next job while they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore

import structlog

log = structlog.get_logger(__name__)


@contextmanager
def crew(work: Callable[[str], None], hands: int) -> Iterator[Callable[[str], None]]:
    """Give a function that hands a subject to a free hand, and waits only while there is none.

    At the end the hands finish what they have; what is killed before is found by its lease.

    Args:
        work: what a lane does with a subject's id; safe to run in several threads.
        hands: how many at once.
    """
    free = BoundedSemaphore(hands)

    def done(future: Future[None]) -> None:
        free.release()
        bug = future.exception()
        if bug is not None:
            # Its message may hold personal data; the attempt has recorded it.
            log.error("bug", kind=type(bug).__name__)

    with ThreadPoolExecutor(hands, thread_name_prefix="hand") as pool:

        def hand_over(subject_id: str) -> None:
            free.acquire()
            pool.submit(work, subject_id).add_done_callback(done)

        yield hand_over
