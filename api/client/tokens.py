"""A token by client credentials (RFC 6749 §4.4), fetched when it is needed and renewed before it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from threading import Lock
from typing import Any

import httpx

from .problems import Problem

_RENEW_BEFORE_S = 30


class ClientCredentials(httpx.Auth):
    """Puts the token on every request to the service, and on none to anybody else."""

    def __init__(
        self,
        base_url: httpx.URL,
        client_id: str,
        client_secret: str,
        scopes: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep who asks; no scopes: all that the system holds."""
        self._base_url = base_url
        self._basic = httpx.BasicAuth(client_id, client_secret)
        self._scopes = scopes
        self._clock = clock
        self._lock = Lock()
        self._token = ""
        self._ends_at = float("-inf")

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send with a token; when it is refused, once more with a new one."""
        if _origin(request.url) != _origin(self._base_url):
            yield request
            return
        token = yield from self._token_in_force(request, refused="")
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            token = yield from self._token_in_force(request, refused=token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    def _token_in_force(self, wanting: httpx.Request, *, refused: str) -> Generator[httpx.Request, httpx.Response, str]:
        with self._lock:
            if self._token == refused or self._clock() > self._ends_at - _RENEW_BEFORE_S:
                response = yield self._asking(wanting)
                response.read()
                if response.is_error:
                    raise Problem.of(response)
                told = response.json()
                self._token = str(told["access_token"])
                self._ends_at = self._clock() + float(told["expires_in"])
            return self._token

    def _asking(self, wanting: httpx.Request) -> httpx.Request:
        form = {"grant_type": "client_credentials"} | ({"scope": " ".join(self._scopes)} if self._scopes else {})
        request = httpx.Request("POST", self._base_url.join("/oauth/token"), data=form, extensions=_time(wanting))
        return next(self._basic.sync_auth_flow(request))


def _time(request: httpx.Request) -> dict[str, Any]:
    """Return the limits of time that the client put on a request; without them nothing would ever be given up."""
    return {name: value for name, value in request.extensions.items() if name == "timeout"}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
