"""A timestamp authority that does not answer is left in peace, and asked again by one alone."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asn1crypto import cms
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import TimestampUnavailable
from workers.guarded_timestamper import TRIAL_S, GuardedTimeStamper


def test_after_the_peace_one_alone_asks_whether_the_authority_is_back() -> None:
    authority = Slow()
    guarded = GuardedTimeStamper(authority, failures=1)
    with pytest.raises(TimestampUnavailable):
        asyncio.run(guarded.async_timestamp(b"", "sha256"))
    authority.answers, guarded._breaker._recovery_timeout = True, 0  # the peace is over
    with ThreadPoolExecutor(1) as pool:
        trial = pool.submit(asyncio.run, guarded.async_timestamp(b"", "sha256"))
        assert authority.asked.wait(10)
        assert guarded.rests_s == TRIAL_S
        with pytest.raises(TimestampUnavailable):
            asyncio.run(guarded.async_timestamp(b"", "sha256"))
        authority.may_answer.set()
        trial.result(10)
    assert guarded.rests_s == 0
    asyncio.run(guarded.async_timestamp(b"", "sha256"))


class Slow(TimeStamper):
    """An authority that is away, and then takes its time."""

    def __init__(self) -> None:  # noqa: D107 - a test's
        super().__init__()  # type: ignore[no-untyped-call]
        self.answers, self.asked, self.may_answer = False, threading.Event(), threading.Event()

    async def async_timestamp(self, _digest: bytes, _algorithm: str) -> cms.ContentInfo:
        if not self.answers:
            raise TimestampUnavailable
        self.asked.set()
        assert self.may_answer.wait(10)
        return cms.ContentInfo()
