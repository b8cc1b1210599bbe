"""The signing agent as a browser meets it: a small HTTP server on the loopback, beside the token.

A page of the service has orders and no key; the token has a key and knows no page. In between stands this program. It
listens on 127.0.0.1 alone, answers the origin of one service alone (CORS, and the preflight that browsers send before
they let a public page speak with the loopback: Private Network Access), and only a browser whose person has typed the
code that the program shows. What it signs are the attributes of a CMS signature (RFC 5652 §5.4) and nothing else, so
that no page can have it sign a contract, a log-in or a certificate.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import InvalidInput, NotIdentified, SohoaError, TooOften
from digitize.sign.eligibility import common_name
from workers.token_values import certificates_of, sign_half

MOST_VALUES = 2
"""Values of one request: of the file and of the data."""

MOST_BYTES = 64 * 1024
"""Of a request's body."""

GUESSES = 5
"""Wrong codes after which the code is another one."""

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8


@dataclass(slots=True)
class Pairing:
    """Which browsers may ask; the secrets themselves are kept by the browsers."""

    known: set[str] = field(default_factory=set)
    """SHA-256 of the secrets that were given out, in hex."""
    code: str = ""
    """To be typed on the page; shown by the program."""
    guesses: int = 0
    """Wrong codes since the code was made."""

    def __post_init__(self) -> None:
        """Make the first code."""
        self.renew()

    def renew(self) -> None:
        """Make another code."""
        self.code, self.guesses = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)), 0

    def pair(self, typed: str) -> str:
        """Give a secret to who typed the code; the code is spent.

        Raises:
            NotIdentified: it is another one.
            TooOften: it was guessed at too often; there is a new one.
        """
        plain = "".join(typed.split()).replace("-", "").upper()
        if not hmac.compare_digest(plain.encode(), self.code.encode()):
            self.guesses += 1
            if self.guesses >= GUESSES:
                self.renew()
                raise TooOften("mã ghép đã đổi vì gõ sai nhiều lần", wait_s=1)
            raise NotIdentified("mã ghép không đúng", remedy="Hãy gõ mã đang hiện ở chương trình ký.")
        secret = secrets.token_urlsafe(32)
        self.known.add(_hash(secret))
        self.renew()
        return secret

    def knows(self, secret: str) -> bool:
        """Tell whether a browser was paired."""
        return _hash(secret) in self.known


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the agent."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listener:
    """What the agent answers; where it listens is :mod:`workers.agent_server`."""

    origin: str
    """Of the service, such as ``https://sohoa.xa.gov.vn``; nobody else is answered."""
    open_token: Callable[[], Signer]
    """Opens the token, or finds it open; raises when it is not plugged in."""
    pairing: Pairing
    paired: Callable[[Pairing], None]
    """Keeps what was paired."""

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        """Answer one request."""
        origin = headers.get("origin", "")
        if origin != self.origin:
            return Told(HTTPStatus.FORBIDDEN, None, {})
        allowed = {"Access-Control-Allow-Origin": self.origin, "Vary": "Origin", "Cache-Control": "no-store"}
        if method == "OPTIONS":
            return Told(HTTPStatus.NO_CONTENT, None, {**allowed, **_preflight()})
        try:
            act = self._act(method, path, headers)
            return Told(HTTPStatus.OK, act(_json(body)), allowed)
        except SohoaError as error:
            told = {"code": error.code(), "message": error.message}
            return Told(_status(error), told, allowed)

    def _act(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        if (method, path) == ("POST", "/pairing"):
            return self._pair
        if not self.pairing.knows(headers.get("authorization", "").removeprefix("Bearer ")):
            raise Unpaired
        if (method, path) == ("GET", "/token"):
            return self._token
        if (method, path) == ("POST", "/signatures"):
            return self._sign
        raise InvalidInput("chương trình ký không có địa chỉ này")

    def _pair(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        secret = self.pairing.pair(str(asked.get("code", "")))
        self.paired(self.pairing)
        return {"secret": secret}

    def _token(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        signer = self.open_token()
        return {"name": common_name(signer.signing_cert), "certificates": certificates_of(signer)}

    def _sign(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        values = asked.get("values")
        if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
            raise InvalidInput(f"cần từ 1 đến {MOST_VALUES} giá trị để ký")
        signer = self.open_token()
        return {"values": [sign_half(signer, each) for each in values]}


class Unpaired(NotIdentified):
    """The browser has not been paired with this agent."""

    sentence = "Trình duyệt này chưa được ghép với chương trình ký."
    remedy = "Hãy gõ mã ghép đang hiện ở chương trình ký."


def _preflight() -> Mapping[str, str]:
    return {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "600",
    }


def _status(error: SohoaError) -> int:
    if isinstance(error, NotIdentified):
        return HTTPStatus.UNAUTHORIZED
    if isinstance(error, TooOften):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.SERVICE_UNAVAILABLE if error.retryable else HTTPStatus.CONFLICT


def _json(body: bytes) -> Mapping[str, Any]:
    if not body:
        return {}
    try:
        read = json.loads(body)
    except ValueError as fault:
        raise InvalidInput("nội dung gửi tới chương trình ký không phải JSON") from fault
    if not isinstance(read, dict):
        raise InvalidInput("nội dung gửi tới chương trình ký không phải JSON")
    return read


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
