"""A remote signing service that keeps to the API of the Cloud Signature Consortium, version 2.0, and holds real keys.

It listens on the loopback, gives bearer tokens for client credentials, authorises by PIN, binds an activation (SAD) to
the digests it was given for, lets it be used once and lets it expire, and refuses with the codes and sentences of the
specification (§8, §11.5, §11.6, §11.7, §11.10). A test may have it fail: answer "busy", lose an answer after signing,
ask its user first.
"""

from __future__ import annotations

import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import uvicorn
from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tests.servers.process import answers, free_port

CLIENT = "so-hoa"
CLIENT_SECRET = "mật-khẩu-của-ứng-dụng"
PIN = "739154"
LOCKS_AFTER = 3
"""Wrong PINs until a credential is locked."""

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    algos.DigestAlgorithmId("sha256").dotted: hashes.SHA256(),
    algos.DigestAlgorithmId("sha384").dotted: hashes.SHA384(),
}
RSA_BARE, EC_BARE = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
RSA_PSS = "1.2.840.113549.1.1.10"
_OWN_DIGEST = {
    "1.2.840.113549.1.1.11": "sha256", "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384",
}  # fmt: skip


class Mishap(StrEnum):
    """What may go wrong once."""

    BUSY = "busy"
    """It is already at it: what a double click gets."""
    LOST = "lost"
    """It signs, and the answer does not arrive."""
    DOWN = "down"
    """503."""
    TOKEN_ENDED = "token_ended"
    """The bearer token is no longer good."""
    ASKS = "asks"
    """The user is asked first: 202 and a handle."""


@dataclass(slots=True)
class Credential:
    """One key and what the service knows of it."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificates: tuple[x509.Certificate, ...]
    algorithms: tuple[str, ...]
    scal: str = "2"
    multisign: int = 1
    status: str = "enabled"
    objects: tuple[dict[str, str], ...] = ({"type": "Password", "id": "PIN", "format": "N"},)
    plain_ecdsa: bool = False
    """Give ECDSA values as two plain integers."""
    wrong_pins: int = 0


@dataclass(slots=True)
class _Activation:
    credential: str
    digests: frozenset[str]
    left: int
    ends: float


class _Refusal(Exception):
    def __init__(self, description: str, code: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.answer = JSONResponse({"error": code, "error_description": description}, status)


@dataclass(slots=True)
class CscDouble:
    """The service: its credentials, what it has granted, what it saw."""

    credentials: dict[str, Credential] = field(default_factory=dict)
    mishaps: dict[str, list[Mishap]] = field(default_factory=dict)
    """By method, in the order in which they happen."""
    activation_life_s: float = 60.0
    pause_s: float = 0.0
    """How long one signature takes besides."""
    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """Calls by method."""
    signed: Counter[str] = field(default_factory=Counter)
    """Signatures by digest, Base64."""
    at_once: int = 0
    most_at_once: int = 0
    _bearers: set[str] = field(default_factory=set)
    _activations: dict[str, _Activation] = field(default_factory=dict)
    _handles: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Base of the API."""
        return f"http://127.0.0.1:{self.port}/csc/v2"

    @property
    def token_url(self) -> str:
        """OAuth 2.0 token endpoint."""
        return f"http://127.0.0.1:{self.port}/oauth2/token"

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        """oauth2/token (§8.4.4)."""
        self.asked["token"] += 1
        if form.get("grant_type") != "client_credentials":
            raise _Refusal("Invalid parameter grant_type", "unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            raise _Refusal("Client authentication failed", "invalid_client", 401)
        bearer = secrets.token_urlsafe(24)
        self._bearers.add(bearer)
        return {"access_token": bearer, "token_type": "Bearer", "expires_in": 3600}

    def info(self, body: dict[str, Any]) -> dict[str, Any]:
        """credentials/info (§11.5)."""
        credential = self._credential(body)
        key = credential.key
        told: dict[str, Any] = {"status": credential.status, "algo": list(credential.algorithms), "len": key.key_size}
        if isinstance(key, ec.EllipticCurvePrivateKey):
            told["curve"] = {256: "1.2.840.10045.3.1.7", 384: "1.3.132.0.34"}[key.key_size]
        shown = {"none": 0, "single": 1, "chain": None}.get(body.get("certificates", "single"), -1)
        if shown == -1:
            raise _Refusal("Invalid parameter certificates")
        certificates = [b64encode(one.public_bytes(Encoding.DER)).decode() for one in credential.certificates[:shown]]
        return {
            "key": told,
            "cert": {"status": "valid", "certificates": certificates},
            "auth": {"mode": "explicit", "expression": "PIN", "objects": list(credential.objects)},
            "SCAL": credential.scal,
            "multisign": credential.multisign,
        }

    def authorize(self, body: dict[str, Any]) -> dict[str, Any]:
        """credentials/authorize (§11.6)."""
        credential = self._credential(body)
        if credential.status != "enabled":
            raise _Refusal("The credential identified by credentialID is disabled")
        number = body.get("numSignatures")
        if not isinstance(number, int):
            raise _Refusal("Missing (or invalid type) integer parameter numSignatures")
        if number < 1:
            raise _Refusal("Invalid value for parameter numSignatures")
        if number > credential.multisign:
            raise _Refusal("Numbers of signatures is too high")
        if credential.scal == "2" and not body.get("hashes"):
            raise _Refusal("Missing (or invalid type) array parameter hashes")
        self._check_pin(credential, body)
        activation = secrets.token_urlsafe(24)
        self._activations[activation] = _Activation(
            body["credentialID"], frozenset(body.get("hashes", ())), number, time.monotonic() + self.activation_life_s
        )
        return {"SAD": activation, "expiresIn": self.activation_life_s}

    def ask_user(self, body: dict[str, Any]) -> dict[str, Any]:
        """Authorise, but tell only who comes back with the handle."""
        handle = secrets.token_urlsafe(24)
        self._handles[handle] = self.authorize(body)["SAD"]
        return {"handle": handle}

    def check(self, body: dict[str, Any]) -> dict[str, Any]:
        """credentials/authorizeCheck (§11.7)."""
        if body.get("handle") not in self._handles:
            raise _Refusal("Invalid parameter handle")
        return {"SAD": self._handles.pop(body["handle"])}

    def sign_hash(self, body: dict[str, Any]) -> dict[str, Any]:
        """signatures/signHash (§11.10)."""
        credential = self._credential(body)
        digests = body.get("hashes")
        if not isinstance(digests, list):
            raise _Refusal("Missing (or invalid type) array parameter hash")
        if not digests:
            raise _Refusal("Empty hash array")
        self._spend(body, digests)
        how, size = self._algorithm(credential, body)
        values = []
        for digest in digests:
            if len(b64decode(digest)) != size:
                raise _Refusal("Invalid digest value length")
            values.append(b64encode(self._value(credential, b64decode(digest), how, body)).decode())
            self.signed[digest] += 1
        return {"signatures": values}

    def dispatch(self, method: str, bearer: str, body: dict[str, Any]) -> Response:
        """Answer one call of the API, or have a mishap."""
        with self._lock:
            self.asked[method] += 1
            waiting = self.mishaps.get(method)
            mishap = waiting.pop(0) if waiting else None
        if mishap is Mishap.TOKEN_ENDED:
            self._bearers.discard(bearer)
        if bearer not in self._bearers:
            raise _Refusal("The access token is not valid", "invalid_token", 401)
        if mishap is Mishap.BUSY:
            raise _Refusal("The session is already processing this document", "session_busy")
        if mishap is Mishap.DOWN:
            return Response("Service Unavailable", 503)
        if mishap is Mishap.ASKS and method == "credentials/authorize":
            return JSONResponse(self.ask_user(body), 202)
        calls = {
            "credentials/info": self.info, "credentials/authorize": self.authorize,
            "credentials/authorizeCheck": self.check, "signatures/signHash": self.sign_hash,
        }  # fmt: skip
        if method not in calls:
            raise _Refusal("The method is not implemented", "not_implemented", 501)
        answer = JSONResponse(calls[method](body))
        return Response("", 502) if mishap is Mishap.LOST else answer

    def _credential(self, body: dict[str, Any]) -> Credential:
        name = body.get("credentialID")
        if not isinstance(name, str):
            raise _Refusal("Missing (or invalid type) string parameter credentialID")
        if name not in self.credentials:
            raise _Refusal("Invalid parameter credentialID")
        return self.credentials[name]

    def _check_pin(self, credential: Credential, body: dict[str, Any]) -> None:
        if not credential.objects:
            return
        if credential.wrong_pins >= LOCKS_AFTER:
            raise _Refusal("Credential locked")
        if body.get("authData") != [{"id": credential.objects[0]["id"], "value": PIN}]:
            credential.wrong_pins += 1
            raise _Refusal("The authentication data is invalid", "invalid_authentication_data")
        credential.wrong_pins = 0

    def _spend(self, body: dict[str, Any], digests: list[str]) -> None:
        """Use an activation up."""
        name = body.get("SAD")
        if not isinstance(name, str):
            raise _Refusal("Missing (or invalid type) string parameter SAD")
        with self._lock:
            activation = self._activations.get(name)
            if activation is None or activation.credential != body["credentialID"]:
                raise _Refusal("Invalid parameter SAD")
            if time.monotonic() > activation.ends:
                raise _Refusal("SAD expired")
            if activation.digests and not activation.digests.issuperset(digests):
                raise _Refusal("Hash is not authorized by the SAD")
            activation.left -= len(digests)
            if activation.left <= 0:
                del self._activations[name]
            if activation.left < 0:
                raise _Refusal("Invalid parameter SAD")

    def _algorithm(self, credential: Credential, body: dict[str, Any]) -> tuple[hashes.HashAlgorithm, int]:
        named = body.get("signAlgo")
        if not isinstance(named, str):
            raise _Refusal("Missing (or invalid type) string parameter signAlgo")
        if named not in credential.algorithms:
            raise _Refusal("Invalid parameter signAlgo")
        if named == RSA_PSS and not isinstance(body.get("signAlgoParams"), str):
            raise _Refusal("Missing (or invalid type) string parameter signAlgoParams")
        if named in _OWN_DIGEST:
            how = _DIGESTS[algos.DigestAlgorithmId(_OWN_DIGEST[named]).dotted]
        elif body.get("hashAlgorithmOID") in _DIGESTS:
            how = _DIGESTS[body["hashAlgorithmOID"]]
        else:
            raise _Refusal("Invalid parameter hashAlgorithmOID")
        return how, how.digest_size

    def _value(self, credential: Credential, digest: bytes, how: hashes.HashAlgorithm, body: dict[str, Any]) -> bytes:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(self.pause_s)
            key = credential.key
            if isinstance(key, ec.EllipticCurvePrivateKey):
                value = key.sign(digest, ec.ECDSA(utils.Prehashed(how)))
                return algos.DSASignature.load(value).to_p1363() if credential.plain_ecdsa else value
            if body["signAlgo"] == RSA_PSS:
                salt = algos.RSASSAPSSParams.load(b64decode(body["signAlgoParams"]))["salt_length"].native
                return key.sign(digest, padding.PSS(padding.MGF1(how), salt), utils.Prehashed(how))
            return key.sign(digest, padding.PKCS1v15(), utils.Prehashed(how))
        finally:
            with self._lock:
                self.at_once -= 1


def application(double: CscDouble) -> FastAPI:
    """Return the web application of a service."""
    app = FastAPI()

    @app.exception_handler(_Refusal)
    def refuse(_: Request, refusal: _Refusal) -> JSONResponse:
        return refusal.answer

    @app.post("/oauth2/token")
    async def token(request: Request) -> dict[str, Any]:
        form = await request.form()
        return double.grant({name: str(value) for name, value in form.items()})

    @app.post("/csc/v2/{method:path}")
    def call(method: str, request: Request, body: dict[str, Any]) -> Response:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise _Refusal("Malformed authorization header")
        return double.dispatch(method, bearer, body)

    return app


@contextmanager
def listening(double: CscDouble) -> Iterator[CscDouble]:
    """Have a service listen on the loopback until the end of the block."""
    double.port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(application(double), host="127.0.0.1", port=double.port, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not answers(double.port):
        time.sleep(0.02)
    try:
        yield double
    finally:
        server.should_exit = True
        thread.join(10)
