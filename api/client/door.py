"""The way to the service: an httpx client that knows its tokens, its patience and its problems."""

from __future__ import annotations

import ssl
import uuid
from typing import Any, TypeVar

import httpx

from .patience import OWN_KEY, Patience, PatientTransport
from .problems import Problem
from .tokens import ClientCredentials

T = TypeVar("T")


class Door(httpx.Client):
    """Every answer that it gives is a good one; everything else is raised as a :class:`Problem`."""

    def send(self, request: httpx.Request, **rest: Any) -> httpx.Response:  # noqa: ANN401  # as httpx takes them
        """Send; a POST without a key gets one, so that what is repeated because the service asked for it is done once.

        Raises:
            Problem: the service did not do it.
        """
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", OWN_KEY + uuid.uuid4().hex)
        response = super().send(request, **rest)
        if response.is_error:
            response.read()
            raise Problem.of(response)
        return response


def connect(
    base_url: str,
    client_id: str,
    client_secret: str,
    *,
    scopes: tuple[str, ...] = (),
    patience: Patience | None = None,
    verify: ssl.SSLContext | bool = True,
    proxy: str | None = None,
    transport: httpx.BaseTransport | None = None,
    timeout_s: float = 60,
) -> Door:
    """Return the way to a service, for use by many threads.

    Args:
        base_url: where the service is, without a path.
        client_id: as ``sohoa client`` said.
        client_secret: as it said once; keep it where nobody reads it.
        scopes: what the token may at most; empty: all that the system holds.
        patience: how often and how long to try.
        verify: for mTLS a context that holds the client's certificate.
        proxy: address of one that lies between; none is taken from the environment.
        transport: instead of the network.
        timeout_s: for each attempt.
    """
    return Door(
        base_url=base_url,
        auth=ClientCredentials(httpx.URL(base_url), client_id, client_secret, scopes),
        transport=PatientTransport(
            transport or httpx.HTTPTransport(verify=verify, proxy=proxy), patience or Patience()
        ),
        timeout=timeout_s,
        headers={"Accept": "application/json, application/problem+json"},
    )


def given(answer: T | None) -> T:
    """Return what a generated function answered.

    Raises:
        RuntimeError: the client is older than the service, or what stands between them answered.
    """
    if answer is None:
        raise RuntimeError("Câu trả lời không có trong mô tả giao diện: hãy sinh lại thư viện từ máy chủ đang dùng.")
    return answer
