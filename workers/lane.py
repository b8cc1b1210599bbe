"""A long-lived worker process of one lane: no fork per job, so that a loaded key stays loaded.

RQ brings hints, nothing more. When Redis goes away the process waits and comes back by itself; a job that is running
goes on meanwhile, because its truth lies in the registry.
"""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack, suppress
from types import FrameType
from typing import Any

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from storage.outbox import Lane
from storage.queue import Queue
from storage.settings import Settings
from workers import jobs
from workers.compose import lane_work, open_post
from workers.crew import crew
from workers.freed_memory import settled
from workers.journal import open_journal
from workers.pulse import pulse

log = structlog.get_logger(__name__)

BACK_OFF_S = 1.0
"""Seconds between two attempts to reach Redis."""


class Stop(threading.Event):
    """Remembers that SIGTERM or SIGINT came; also the handler for the time in which no worker runs."""

    def __call__(self, _signum: int, _frame: FrameType | None) -> None:
        """Take the signal."""
        self.set()


class LaneWorker(SimpleWorker):
    """Takes hints from one lane until it is asked to stop, and then finishes the job it has."""

    max_connection_wait_time = 2.0
    """RQ doubles its pauses while Redis is away; it may come back at any moment."""

    def __init__(self, queue: Queue, lane: Lane, stop: Stop) -> None:
        """Register with Redis.

        Raises:
            RedisError: it does not answer.
        """
        super().__init__([queue.lane(lane)], connection=queue.connection, serializer=JSONSerializer)
        self._stop = stop

    def request_stop(self, _signum: int, _frame: FrameType | None) -> None:
        """Stop at once when idle, after the job when busy; Redis is not asked, it may be away."""
        self._stop.set()
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def procline(self, message: str) -> None:
        """Keep the title of the process: it names the lane."""

    def subscribe(self) -> None:
        """Take no orders through Redis: who may write to it must not be able to stop a signature."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    def handle_exception(self, job: Job, *exc_info: Any) -> None:  # noqa: ANN401  # rq's own signature
        """Log a bug by its kind and place; its message may hold personal data."""
        kind, _, traceback = exc_info
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else ""
        log.error("bug", kind=kind.__name__ if kind else "", place=place, job=job.id)


def run(settings: Settings, lane: Lane) -> None:
    """Serve a lane until SIGTERM or SIGINT.

    Raises:
        Misconfigured: a setting that this lane needs is missing.
    """
    open_journal(settings.log_level)
    post = open_post(settings)
    hands = settings.tsa_at_once if lane is Lane.TIMESTAMP else 1
    log.info("lane_open", lane=lane.value, holder=post.holder)
    try:
        with ExitStack() as open_parts:
            open_parts.enter_context(pulse(post.storage.queue, lane.value))
            work = lane_work(settings, post, lane)
            jobs.serve({lane: open_parts.enter_context(crew(work, hands)) if hands > 1 else work})
            settled()
            _serve(post.storage.queue, lane)
    finally:
        post.storage.close()
    log.info("lane_closed", lane=lane.value)


def _serve(queue: Queue, lane: Lane) -> None:
    """Take hints; whenever RQ gives up, because Redis went away, begin again."""
    stop = Stop()
    while not stop.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        with suppress(StopRequested):
            try:
                LaneWorker(queue, lane, stop).work(logging_level=None)
            except RedisError as error:
                log.warning("queue_away", error=type(error).__name__)
        stop.wait(BACK_OFF_S)
