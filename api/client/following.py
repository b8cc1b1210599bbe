"""What is taken on now and done later (202): asking at its Location until it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from tenacity import RetryCallState, RetryError, Retrying, retry_if_result, stop_after_delay

from .retry_after import wait_s


class StillWaiting(Exception):
    """It was not done while we waited; ask at the same address later."""


def follow(
    http: httpx.Client,
    location: str,
    done: Callable[[Mapping[str, Any]], bool] = lambda _: True,
    *,
    every_s: float = 2,
    patience_s: float = 600,
    sleep: Callable[[float], None] = time.sleep,
) -> Mapping[str, Any]:
    """Ask until the answer is no longer 202 and is done; return its body.

    Args:
        http: the way to the service.
        location: of the answer 202.
        done: whether what is there is what we wait for, as ``lambda document: document["state"] != "received"``.
        every_s: how long to wait between, unless Retry-After says more.
        patience_s: how long in all.
        sleep: how to wait.

    Raises:
        StillWaiting: it is not done yet.
    """

    def ask() -> httpx.Response:
        return http.get(location)

    def wait(state: RetryCallState) -> float:
        said = None if state.outcome is None else wait_s(state.outcome.result())
        return max(every_s, said or 0.0)

    waiting = retry_if_result(lambda answer: answer.status_code == 202 or not done(answer.json()))
    try:
        answer = Retrying(retry=waiting, wait=wait, stop=stop_after_delay(patience_s), sleep=sleep)(ask)
    except RetryError as error:
        raise StillWaiting(f"Sau {patience_s:g} giây vẫn chưa xong: hãy hỏi lại sau ở {location}.") from error
    body: Mapping[str, Any] = answer.json()
    return body
