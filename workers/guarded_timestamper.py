"""A timestamp authority behind a circuit breaker: one that does not answer is left in peace for a while.

Without it every waiting document would hold a thread for the authority's whole patience, again and again; with it a
dead authority costs one question every half minute, and the first answer lets all of them go on.
"""

from __future__ import annotations

from asn1crypto import cms
from circuitbreaker import CircuitBreaker
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import TimestampUnavailable

FAILURES = 3
"""So many failures in a row open the breaker."""

PAUSE_S = 30
"""Seconds until the authority is asked again."""


class GuardedTimeStamper(TimeStamper):
    """Asks an authority, or says at once that it does not answer; shared by threads."""

    def __init__(self, behind: TimeStamper, failures: int = FAILURES, pause_s: int = PAUSE_S) -> None:
        """Guard an authority.

        Args:
            behind: who is asked.
            failures: in a row, until it is left in peace.
            pause_s: seconds of peace.
        """
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self._behind = behind
        self._breaker = CircuitBreaker(failures, pause_s, TimestampUnavailable, name="tsa")

    @property
    def resting(self) -> bool:
        """Whether the authority is left in peace at the moment."""
        return bool(self._breaker.opened)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over a digest.

        Raises:
            TimestampUnavailable: the authority does not answer, or did not when it was last asked.
        """
        if self.resting:
            raise TimestampUnavailable("máy chủ dấu thời gian vừa không trả lời, sẽ hỏi lại sau ít giây")
        with self._breaker:
            return await self._behind.async_timestamp(message_digest, md_algorithm)
