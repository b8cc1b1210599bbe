"""The requests of the Cloud Signature Consortium's API, version 2: bearer token, one POST, its answer or what it means.

Three kinds of answer are told apart, because they ask for three deeds: an answer; none, or "busy" (try again later);
and a refusal with a code of the specification (§10.1), which no repetition changes.
"""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from digitize.errors import Misconfigured
from workers.keys.secret import OneTry, Secret

REPLY_LIMIT_BYTES = 1 << 20
"""An answer above one mebibyte is none."""

TOKEN_MARGIN_S = 30.0
"""A bearer token is renewed so long before it ends."""

BUSY_STATUSES = frozenset({408, 409, 423, 425, 429})
"""How services without a code of their own say that they are busy with the same or another request."""

_BUSY_WORDS = ("busy", "already processing", "in progress", "too many")


@dataclass(frozen=True, slots=True)
class CscService:
    """Where a service is, and as whom it is asked."""

    name: str
    """As the operator calls it; stands in messages."""
    url: str
    """Base of the API with its version: ``https://…/csc/v2``."""
    token_url: str
    """OAuth 2.0 token endpoint for client credentials (RFC 6749 §4.4)."""
    client_id: str
    client_secret: Secret
    timeout_s: float = 30.0
    """For one request."""
    at_once: int = 4
    """Signatures that this process asks for at the same time."""


class RefusedError(Exception):
    """The service understood and said no."""

    def __init__(self, code: str, description: str) -> None:
        """Keep both as the specification names them."""
        super().__init__(code, description)
        self.code = code
        self.description = description


class UnansweredError(Exception):
    """No answer, or one that says: later."""


class CscClient:
    """Asks one service; any thread may use it."""

    def __init__(self, service: CscService, clock: Callable[[], float] = time.monotonic) -> None:
        """Contact nobody yet.

        Args:
            service: whom to ask.
            clock: monotonic seconds.

        Raises:
            Misconfigured: an address without TLS that leaves this machine.
        """
        for address in (service.url, service.token_url):
            _refuse_open_line(address)
        self.service = service
        self._clock = clock
        self._http = httpx.Client(timeout=service.timeout_s)
        self._lock = threading.Lock()
        self._bearer = ""
        self._bearer_ends = 0.0
        self._secret = OneTry(service.client_secret, f"service {service.name}")

    def ask(self, method: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Call a method of the API and return its answer.

        Args:
            method: such as ``credentials/info``.
            body: what becomes JSON.

        Raises:
            RefusedError: with a code of the specification.
            UnansweredError: no answer, or busy.
            Misconfigured: the service does not know us.
        """
        bearer = self._authorization()
        status, answer = self._post(f"{self.service.url.rstrip('/')}/{method}", bearer, json=body)
        if status == httpx.codes.UNAUTHORIZED:
            self._forget(bearer)
            status, answer = self._post(f"{self.service.url.rstrip('/')}/{method}", self._authorization(), json=body)
        return _good(status, answer)

    def _authorization(self) -> str:
        """Return a bearer token, a fresh one when the old one ends soon."""
        with self._lock:
            if self._clock() < self._bearer_ends:
                return self._bearer
            if self._secret.was_refused():
                raise self._unknown()
            version = self._secret.secret.version()
            request = {
                "grant_type": "client_credentials",
                "client_id": self.service.client_id,
                "client_secret": self._secret.secret.read(),
                "scope": "service",
            }
            try:
                granted = _good(*self._post(self.service.token_url, None, data=request))
            except RefusedError as fault:
                self._secret.refuse(version)
                raise self._unknown() from fault
            self._bearer = str(granted.get("access_token", ""))
            life_s = float(granted.get("expires_in", 3600))
            self._bearer_ends = self._clock() + max(life_s - TOKEN_MARGIN_S, life_s / 2)
            return self._bearer

    def _forget(self, bearer: str) -> None:
        with self._lock:
            if self._bearer == bearer:
                self._bearer_ends = 0.0

    def _unknown(self) -> Misconfigured:
        return Misconfigured(
            f"dịch vụ ký từ xa {self.service.name} không nhận tên hoặc mật khẩu ứng dụng",
            remedy="Hãy sửa tệp mật khẩu; mật khẩu cũ không được thử lại.",
        )

    def _post(self, url: str, bearer: str | None, **content: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        try:
            with self._http.stream("POST", url, headers=headers, **content) as reply:
                body = b"".join(_limited(reply))
        except (httpx.HTTPError, OSError) as fault:
            raise UnansweredError from fault
        if reply.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise UnansweredError(reply.status_code)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if reply.status_code in BUSY_STATUSES or _says_busy(answer):
            raise UnansweredError(reply.status_code)
        return reply.status_code, answer if isinstance(answer, dict) else {}


def _good(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if status in {httpx.codes.OK, httpx.codes.ACCEPTED}:
        return answer
    raise RefusedError(str(answer.get("error", status)), str(answer.get("error_description", "")))


def _says_busy(answer: object) -> bool:
    if not isinstance(answer, dict) or "error" not in answer:
        return False
    told = f"{answer['error']} {answer.get('error_description', '')}".lower().replace("_", " ")
    return any(word in told for word in _BUSY_WORDS)


def _limited(reply: httpx.Response) -> list[bytes]:
    pieces: list[bytes] = []
    for piece in reply.iter_bytes():
        pieces.append(piece)
        if sum(map(len, pieces)) > REPLY_LIMIT_BYTES:
            raise UnansweredError("too long")
    return pieces


def _refuse_open_line(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    try:
        if parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback:
            return
    except ValueError:
        pass
    raise Misconfigured("địa chỉ dịch vụ ký từ xa phải bắt đầu bằng https://")
