"""A timestamp authority behind a circuit breaker: one that does not answer is left in peace for a while.

Without it every waiting document would hold a thread for the authority's whole patience, again and again; with it a
dead authority costs one question every half minute, and the first answer lets all of them go on. While it is left in
peace its lane rests: the queue is told of no document that would only be sent away (:func:`resting`).
"""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from asn1crypto import cms
from circuitbreaker import CircuitBreaker
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import RegistryUnavailable, TimestampUnavailable
from storage import outbox
from storage.outbox import Lane
from workers.attempt import Post

log = structlog.get_logger(__name__)

FAILURES = 3
"""So many failures in a row open the breaker."""

TRIAL_S = 10
"""Seconds for which the others wait while one asks whether the authority is back; it may take its whole patience."""


class GuardedTimeStamper(TimeStamper):
    """Asks an authority, or says at once that it does not answer; shared by threads."""

    def __init__(self, behind: TimeStamper, failures: int = FAILURES, pause_s: int = 30) -> None:
        """Guard an authority.

        Args:
            behind: who is asked.
            failures: in a row, until it is left in peace.
            pause_s: seconds of peace.
        """
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self._behind = behind
        self._breaker = CircuitBreaker(failures, pause_s, TimestampUnavailable, name="tsa")
        self._trial = threading.Lock()

    @property
    def rests_s(self) -> float:
        """Seconds for which the authority is left in peace; 0: it may be asked."""
        if self._breaker.opened:
            return max(1.0, float(self._breaker.open_remaining))
        return TRIAL_S if self._trial.locked() and not self._breaker.closed else 0.0

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over a digest.

        Raises:
            TimestampUnavailable: the authority does not answer, or did not when it was last asked.
        """
        trial = self._take_turn()
        try:
            with self._breaker:
                return await self._behind.async_timestamp(message_digest, md_algorithm)
        finally:
            if trial:
                self._trial.release()

    def _take_turn(self) -> bool:
        """Let one alone ask after the peace; tell whether it is that one."""
        if self._breaker.closed:
            return False
        if self._breaker.opened or not self._trial.acquire(blocking=False):
            raise TimestampUnavailable("máy chủ dấu thời gian vừa không trả lời, sẽ hỏi lại sau ít giây")
        return True


def resting(post: Post, timestamper: TimeStamper | None) -> bool:
    """Tell whether an authority is left in peace; until it may be asked again the queue is told nothing of its lane."""
    rests_s = timestamper.rests_s if isinstance(timestamper, GuardedTimeStamper) else 0.0
    if not rests_s:
        return False
    now = post.clock()
    try:
        with post.storage.database.read() as connection:
            told = outbox.rests_until(connection, Lane.TIMESTAMP)
        if told is None or told <= now:
            with post.storage.database.write() as connection:
                outbox.rest(connection, Lane.TIMESTAMP, now + timedelta(seconds=rests_s))
            log.info("authority_resting", seconds=rests_s)
    except RegistryUnavailable as error:
        log.warning("rest_not_told", code=error.code())
    return True
