"""The client of a timestamp authority (RFC 3161)."""

from __future__ import annotations

import asyncio

import requests
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from digitize.errors import TimestampUnavailable
from digitize.sign.rules import TimestampRules, signing_rules

REPLY_LIMIT_BYTES = 1 << 20
"""A reply above one mebibyte is none."""

GRANTED = frozenset({"granted", "granted_with_mods"})
"""The two statuses that come with a token (RFC 3161 §2.4.2)."""


class HttpTimeStamper(TimeStamper):
    """Asks an authority over HTTP, again and again for a while, and believes only a fitting reply."""

    def __init__(self, url: str, rules: TimestampRules | None = None) -> None:
        """Prepare to ask.

        Args:
            url: of the authority.
            rules: timeout, attempts and pauses; those of ``signing.toml`` unless given.
        """
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.url = url
        self.rules = rules or signing_rules().timestamp
        self._session = requests.Session()

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over a digest.

        Raises:
            TimestampUnavailable: no attempt brought a granted token over this very digest.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((OSError, ValueError)),
            stop=stop_after_attempt(self.rules.attempts),
            wait=wait_chain(*(wait_fixed(pause) for pause in self.rules.backoff_seconds)),
        )
        try:
            return await retrying(self._ask, message_digest, md_algorithm)
        except RetryError as fault:
            raise TimestampUnavailable(f"đã hỏi {self.rules.attempts} lần") from fault.last_attempt.exception()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one request.

        Raises:
            TimestampRequestError: the reply is not a timestamp reply.
            OSError: the authority does not answer.
        """
        return await asyncio.to_thread(self._post, req.dump())

    async def _ask(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        reply = await self.async_request_tsa_response(request)
        if reply["status"]["status"].native not in GRANTED:
            raise TimestampRequestError("the authority refused")
        token = reply["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["nonce"].native != nonce:
            raise TimestampRequestError("the token answers another request")
        if info["message_imprint"]["hashed_message"].native != message_digest:
            raise TimestampRequestError("the token stamps another digest")
        return token

    def _post(self, request: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        with self._session.post(
            self.url, request, headers=headers, timeout=self.rules.timeout_seconds, stream=True
        ) as reply:
            reply.raise_for_status()
            kind = reply.headers.get("Content-Type", "").split(";")[0].strip()
            if kind != "application/timestamp-reply":
                raise TimestampRequestError(f"content type {kind!r}")
            body = reply.raw.read(REPLY_LIMIT_BYTES + 1, decode_content=True)
        if len(body) > REPLY_LIMIT_BYTES:
            raise TimestampRequestError("reply too long")
        return tsp.TimeStampResp.load(body, strict=True)
