"""One request to a portal: to the very address that was judged, without redirects, within limits."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import httpx

from digitize.errors import AddressRefused, NotTaken
from storage.webhooks.address import Guard
from workers.posting import NAMES, at_address

TOTAL_S = 60.0
"""For one request, from the name to the end of the answer; portals are slow at noon."""

READ_BYTES = 256 * 1024
"""Of an answer; whoever says more is cut off."""


def client(authorities: ssl.SSLContext) -> httpx.AsyncClient:
    """Open a client for one portal; one for several would share connections between names at one address."""
    return httpx.AsyncClient(verify=authorities, trust_env=False, follow_redirects=False, timeout=TOTAL_S)


async def ask(
    http: httpx.AsyncClient, guard: Guard, url: str, body: bytes, headers: Mapping[str, str], total_s: float = TOTAL_S
) -> tuple[int, bytes]:
    """Send a request once; return the status and the beginning of the answer.

    Args:
        http: of this portal alone.
        guard: judges the address anew, for names change their meaning.
        url: of the connector.
        body: what is sent.
        headers: its type, and who speaks.
        total_s: seconds of patience.

    Raises:
        NotTaken: there was no whole answer in time; the detail is Vietnamese.
    """
    try:
        async with asyncio.timeout(total_s):
            address = await asyncio.get_running_loop().run_in_executor(NAMES, guard.check, url)
            named = {
                **headers,
                "host": httpx.URL(url).netloc.decode("ascii"),
                "user-agent": "sohoa-exchange/1",
                "accept": "application/json",
                "accept-encoding": "identity",
            }
            request = http.build_request("POST", at_address(url, address), content=body, headers=named)
            request.extensions["sni_hostname"] = address.host
            answer = await http.send(request, stream=True)
            return answer.status_code, await _beginning(answer)
    except AddressRefused as refused:
        raise NotTaken(f"địa chỉ không dùng được: {refused.detail}") from refused
    except (TimeoutError, httpx.TimeoutException) as late:
        raise NotTaken(f"không trả lời trong {total_s:.0f} giây") from late
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise NotTaken(f"không kết nối được ({type(error).__name__})") from error


async def _beginning(answer: httpx.Response) -> bytes:
    read = b""
    try:
        async for piece in answer.aiter_raw(READ_BYTES):
            read += piece
            if len(read) >= READ_BYTES:
                break
    finally:
        await answer.aclose()
    return read
