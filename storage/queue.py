"""The queue: RQ on Redis, which carries ids and may be emptied at any time."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import rq
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from digitize.errors import QueueUnavailable
from storage import signs
from storage.outbox import Hint, Lane

if TYPE_CHECKING:
    import redis

JOB_TIMEOUT_S = 3600
"""RQ's own limit, seconds; the real ones are the lease and the limits of the reading child."""

RESULT_TTL_S = 0
"""Results are rows of the registry; Redis keeps none."""

FAILURE_TTL_S = 0
"""Failures are rows of the registry, too."""

_TO_FRONT = """
if redis.call('lrem', KEYS[1], 1, ARGV[1]) == 1 then redis.call('lpush', KEYS[1], ARGV[1]) end
"""
"""Moves a hint that stands in the line to its head, in one step: a hint that is in no line would be lost."""


class Queue:
    """Tells workers which subject waits for them.

    A hint is a hint: sending one twice, or losing all of them, changes nothing but the time that passes.
    """

    def __init__(self, connection: redis.Redis) -> None:
        """Keep the connection; nothing is contacted yet."""
        self.connection = connection
        self._lanes = {lane: rq.Queue(lane.value, connection=connection, serializer=JSONSerializer) for lane in Lane}

    def lane(self, lane: Lane) -> rq.Queue:
        """Return RQ's queue for a lane."""
        return self._lanes[lane]

    def tell(self, hints: Sequence[Hint]) -> None:
        """Enqueue the hints; one that the queue still holds is dropped.

        Raises:
            QueueUnavailable: Redis does not answer; tell again later.
        """
        try:
            for hint in hints:
                self._tell_one(hint)
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def _tell_one(self, hint: Hint) -> None:
        try:
            self._enqueue(hint)
        except DuplicateJobError:
            if self._left_behind(hint):
                self._enqueue(hint)
            elif hint.urgent:
                lane = self._lanes[hint.lane]
                self.connection.eval(_TO_FRONT, 1, lane.key, hint.job_id)

    def _enqueue(self, hint: Hint) -> None:
        self._lanes[hint.lane].enqueue(
            f"workers.jobs.{hint.lane.value}", hint.subject, job_id=hint.job_id, unique=True,
            job_timeout=JOB_TIMEOUT_S, result_ttl=RESULT_TTL_S, failure_ttl=FAILURE_TTL_S, at_front=hint.urgent,
        )  # fmt: skip

    def _left_behind(self, hint: Hint) -> bool:
        """Remove what a worker left of a hint that it took and died with before it held a lease; True if it did.

        Such a hint is no longer in the line, yet its name is taken: RQ would refuse it for ever.
        """
        lane = self._lanes[hint.lane]
        name = Job.key_for(hint.job_id)
        taken = self.connection.lpos(lane.intermediate_queue_key, hint.job_id) is not None
        if self.connection.hget(name, "status") == b"queued" and not taken:
            return False
        self.connection.lrem(lane.intermediate_queue_key, 0, hint.job_id)
        self.connection.delete(name)
        return True

    def depth(self) -> dict[Lane, int]:
        """Count the hints that wait in each lane.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        try:
            return {lane: queue.count for lane, queue in self._lanes.items()}
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def report(self, part: str) -> None:
        """Say that a part is alive on this machine.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        try:
            signs.leave(self.connection, part, socket.gethostname(), datetime.now(UTC))
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def close(self) -> None:
        """Give the connections back."""
        self.connection.close()
