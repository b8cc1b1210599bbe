"""Whether a part of the service is alive on this machine: the answer to a container's health check."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import httpx
import rq
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer

from storage.connect import open_queue
from storage.outbox import Lane
from storage.queue import Queue
from storage.settings import Settings

SILENT_AFTER = timedelta(minutes=3)
"""An idle RQ worker reports about every minute and a half; a busy one holds a lease that the sweep watches."""

API_WAIT_S = 5.0


def ask(settings: Settings, part: str) -> tuple[str, bool]:
    """Return a Vietnamese sentence on a part, and whether it is well.

    Args:
        settings: of the part itself.
        part: ``api``, ``worker-sweep`` or ``worker-<lane>``.
    """
    if part == "api":
        return _api(settings)
    try:
        queue = open_queue(settings)
        well = queue.is_alive("sweep") if part == "worker-sweep" else _works(queue, Lane(part.removeprefix("worker-")))
    except RedisError as fault:
        return f"{part}: không hỏi được hàng đợi ({type(fault).__name__}).", False
    return (f"{part}: đang làm việc.", True) if well else (f"{part}: không thấy tiến trình nào trên máy này.", False)


def _api(settings: Settings) -> tuple[str, bool]:
    host = "127.0.0.1" if settings.api_host == "0.0.0.0" else settings.api_host  # noqa: S104  # compared, not bound
    try:
        answer = httpx.get(f"http://{host}:{settings.api_port}/health/live", timeout=API_WAIT_S)
    except httpx.HTTPError as fault:
        return f"api: không trả lời ({type(fault).__name__}).", False
    return f"api: trả lời {answer.status_code}.", answer.is_success


def _works(queue: Queue, lane: Lane) -> bool:
    now = datetime.now(UTC)
    here = socket.gethostname()
    heard = [
        worker.last_heartbeat
        for worker in rq.Worker.all(connection=queue.connection, serializer=JSONSerializer)
        if worker.hostname == here and lane.value in worker.queue_names() and worker.last_heartbeat is not None
    ]
    return any(now - moment.replace(tzinfo=moment.tzinfo or UTC) < SILENT_AFTER for moment in heard)
