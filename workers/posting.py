"""One attempt to bring a message: to the very address that was judged, without redirects, within limits."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from digitize.errors import AddressRefused
from storage.webhooks.address import Address, Guard
from storage.webhooks.messages import Attempt

TOTAL_S = 20.0
"""For one attempt, from the name to the answer (Standard Webhooks 1.0: between 15 and 30 s)."""

STEP_S = 15.0
"""For each step of it, so that the reason can be named."""

READ_BYTES = 4096
"""Of an answer; what it says is of no interest, and whoever says more is cut off."""

NAMES = ThreadPoolExecutor(32, thread_name_prefix="name")
"""Asks for addresses: a name server that does not answer must not hold the threads that speak to the database."""


def trusted_authorities() -> ssl.SSLContext:
    """Return what certificates of receivers are judged by: Mozilla's authorities and those of this machine."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def client(authorities: ssl.SSLContext) -> httpx.AsyncClient:
    """Open a client for one receiver; one for several would share connections between names at one address."""
    return httpx.AsyncClient(verify=authorities, trust_env=False, follow_redirects=False, timeout=STEP_S)


async def post(
    http: httpx.AsyncClient, guard: Guard, url: str, body: str, headers: Mapping[str, str], at: datetime
) -> Attempt:
    """Send a message once and say what came of it; whatever the receiver does, this ends in time and raises nothing.

    Args:
        http: of this receiver alone.
        guard: judges the address anew, for names change their meaning.
        url: as it was registered.
        body: JSON.
        headers: signed.
        at: the present moment, UTC.
    """
    began = time.monotonic()
    status: int | None = None
    fault = ""
    wish = timedelta()
    try:
        async with asyncio.timeout(TOTAL_S):
            address = await asyncio.get_running_loop().run_in_executor(NAMES, guard.check, url)
            request = http.build_request(
                "POST", at_address(url, address), content=body.encode(), headers=_named(url, headers)
            )
            request.extensions["sni_hostname"] = address.host
            answer = await http.send(request, stream=True)
            status, wish = answer.status_code, _wish(answer.headers.get("retry-after", ""), at)
            await _leave(answer)
    except AddressRefused as refused:
        fault = f"địa chỉ không dùng được: {refused.detail}"
    except (TimeoutError, httpx.TimeoutException):
        fault = f"không trả lời trong {TOTAL_S:.0f} giây"
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        fault = f"không kết nối được ({type(error).__name__})"
    if status is not None:
        # The answer is the status; what went wrong with the rest of it is of no interest.
        fault = "" if httpx.codes.is_success(status) else f"máy chủ nhận trả lời {status}"
    return Attempt(at, round((time.monotonic() - began) * 1000), status, fault or None, wish)


def at_address(url: str, address: Address) -> httpx.URL:
    """Lead a URL to the very address that was judged."""
    return httpx.URL(url).copy_with(host=address.ip_host.strip("[]"), port=address.port)


def _named(url: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Name the receiver, which the address alone does not; TLS names it too, and proves the name."""
    return {
        **headers,
        "host": httpx.URL(url).netloc.decode("ascii"),
        "content-type": "application/json",
        "user-agent": "sohoa-webhooks/1",
        "accept-encoding": "identity",
    }


async def _leave(answer: httpx.Response) -> None:
    """Read a little, so that a well-behaved receiver's connection serves the next message; then let go of it."""
    read = 0
    try:
        async for piece in answer.aiter_raw(READ_BYTES):
            read += len(piece)
            if read > READ_BYTES:
                return
    finally:
        await answer.aclose()


def _wish(told: str, now: datetime) -> timedelta:
    """Read ``Retry-After`` (RFC 9110 §10.2.3); what is none is no wish."""
    if told.isascii() and told.isdigit() and len(told) < 9:
        return timedelta(seconds=int(told))
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return timedelta()
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(timedelta(), aware - now)
