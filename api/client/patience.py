"""Trying again, where it may help and cannot do a thing twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, retry_if_result, stop_after_attempt

from .retry_after import wait_s

_ASKS_TO_WAIT = frozenset({429, 503})
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})

OWN_KEY = "auto-"
"""How a key begins that the caller did not give; as not every route hears keys, it is no leave to repeat."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try."""

    attempts: int = 5
    """In all, from 1."""
    longest_wait_s: float = 120
    """A longer Retry-After, as when the day's quota is used up, is told to the caller at once."""
    first_wait_s: float = 0.5
    """After a lost connection; doubled each time."""
    sleep: Callable[[float], None] = time.sleep


class PatientTransport(httpx.BaseTransport):
    """Repeats a request while the service asks to wait or the connection is lost."""

    def __init__(self, inner: httpx.BaseTransport, patience: Patience) -> None:
        """Stand before another transport."""
        self._inner = inner
        self._patience = patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send until there is an answer to give."""

        def asks(response: httpx.Response) -> bool:
            wait = wait_s(response)
            asked = response.status_code in _ASKS_TO_WAIT and wait is not None
            return asked and wait is not None and wait <= self._patience.longest_wait_s

        return Retrying(
            retry=retry_if_result(asks) | retry_if_exception(lambda error: _may_repeat(request, error)),
            stop=stop_after_attempt(self._patience.attempts),
            wait=self._wait,
            sleep=self._patience.sleep,
            before_sleep=_let_go,
            retry_error_callback=_last,
        )(self._inner.handle_request, request)

    def close(self) -> None:
        """Close the transport behind."""
        self._inner.close()

    def _wait(self, state: RetryCallState) -> float:
        if state.outcome is not None and not state.outcome.failed:
            return wait_s(state.outcome.result()) or 0.0
        return min(self._patience.first_wait_s * 2.0 ** (state.attempt_number - 1), self._patience.longest_wait_s)


def _may_repeat(request: httpx.Request, error: BaseException) -> bool:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return True
    lost = isinstance(error, httpx.NetworkError | httpx.TimeoutException | httpx.RemoteProtocolError)
    given_key = request.headers.get("Idempotency-Key", OWN_KEY)
    return lost and (request.method in _REPEATABLE or not given_key.startswith(OWN_KEY))


def _let_go(state: RetryCallState) -> None:
    if state.outcome is not None and not state.outcome.failed:
        state.outcome.result().close()


def _last(state: RetryCallState) -> httpx.Response:
    assert state.outcome is not None  # noqa: S101  # tenacity calls this after an attempt
    response: httpx.Response = state.outcome.result()
    return response
