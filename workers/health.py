"""Whether a part of the service is alive on this machine: the answer to a container's health check.

Asked every half minute for years, so nothing heavy is imported: the API is asked over plain HTTP, and the others leave
a sign of life in Redis that fades (:meth:`storage.queue.Queue.report`).
"""

from __future__ import annotations

import http.client
import socket

import redis
from redis.exceptions import RedisError

from storage.settings import Settings
from storage.signs import sign_of_life

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
        with redis.Redis.from_url(settings.redis, socket_connect_timeout=5) as connection:
            well = bool(connection.exists(sign_of_life(part.removeprefix("worker-"), socket.gethostname())))
    except RedisError as fault:
        return f"{part}: không hỏi được hàng đợi ({type(fault).__name__}).", False
    return (f"{part}: đang làm việc.", True) if well else (f"{part}: không thấy tiến trình nào trên máy này.", False)


def _api(settings: Settings) -> tuple[str, bool]:
    host = "127.0.0.1" if settings.api_host == "0.0.0.0" else settings.api_host  # noqa: S104  # compared, not bound
    connection = http.client.HTTPConnection(host, settings.api_port, timeout=API_WAIT_S)
    try:
        connection.request("GET", "/health/live")
        status = connection.getresponse().status
    except OSError as fault:
        return f"api: không trả lời ({type(fault).__name__}).", False
    finally:
        connection.close()
    return f"api: trả lời {status}.", http.client.OK <= status < http.client.MULTIPLE_CHOICES
