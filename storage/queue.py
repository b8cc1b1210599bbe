"""The queue: RQ on Redis, which carries ids and may be emptied at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import rq
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from digitize.errors import QueueUnavailable
from storage.outbox import Hint, Lane

if TYPE_CHECKING:
    import redis

JOB_TIMEOUT_S = 3600
"""RQ's own limit, seconds; the real ones are the lease and the limits of the reading child."""

RESULT_TTL_S = 0
"""Results are rows of the registry; Redis keeps none."""

FAILURE_TTL_S = 0
"""Failures are rows of the registry, too."""


class Queue:
    """Tells workers which document waits for them.

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
            self._lanes[hint.lane].enqueue(
                f"workers.jobs.{hint.lane.value}", hint.document, job_id=hint.job_id, unique=True,
                job_timeout=JOB_TIMEOUT_S, result_ttl=RESULT_TTL_S, failure_ttl=FAILURE_TTL_S,
            )  # fmt: skip
        except DuplicateJobError:
            return

    def depth(self) -> dict[Lane, int]:
        """Count the hints that wait in each lane.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        try:
            return {lane: queue.count for lane, queue in self._lanes.items()}
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def close(self) -> None:
        """Give the connections back."""
        self.connection.close()
