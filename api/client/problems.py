"""Problems (RFC 9457) as exceptions, one class for each way in which a program goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from .retry_after import wait_s


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of the request that is at fault."""

    where: str
    message: str


class Problem(Exception):
    """The service did not do it; ``str()`` is its Vietnamese sentence, to be shown to the person who works."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        title: str = "",
        faults: tuple[Fault, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        """Keep what the service said; decide by ``code``, which is stable."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.faults = faults
        self.retry_after_s = retry_after_s

    @classmethod
    def of(cls, response: httpx.Response) -> Problem:
        """Read a problem from an answer that was read whole; what stands before the service may answer otherwise."""
        body = _body(response)
        status = response.status_code
        return _CLASSES.get(status, cls)(
            status,
            str(body.get("code", "http_error")),
            str(body.get("detail") or f"Máy chủ trả lời mã {status} không kèm lời giải thích: hãy báo người vận hành."),
            str(body.get("title", "")),
            tuple(Fault(str(each.get("where")), str(each.get("message"))) for each in body.get("errors", ())),
            wait_s(response),
        )

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Survive the way between processes: queues pickle what a task raised."""
        kept = (self.status, self.code, self.detail, self.title, self.faults, self.retry_after_s)
        return type(self), kept


class NotIdentified(Problem):
    """401: wrong client, secret, certificate or token."""


class NotAllowed(Problem):
    """403: a scope is missing, or a rule stands against it."""


class NotThere(Problem):
    """404: it does not exist, or lies outside one's units."""


class InTheWay(Problem):
    """409, 412, 428: what is known contradicts it, or it has changed; read anew and decide."""


class Invalid(Problem):
    """400, 413, 415, 422: the request must be corrected; ``faults`` says where."""


class TooOften(Problem):
    """429, after patience ended: go on after ``retry_after_s``."""


class Unavailable(Problem):
    """503, after patience ended: nothing was done; try again later."""


_CLASSES: Mapping[int, type[Problem]] = {
    400: Invalid, 401: NotIdentified, 403: NotAllowed, 404: NotThere, 409: InTheWay, 412: InTheWay, 413: Invalid,
    415: Invalid, 422: Invalid, 428: InTheWay, 429: TooOften, 503: Unavailable,
}  # fmt: skip


def _body(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}
