"""A signer whose key is held by a remote service (Cloud Signature Consortium API v2).

pyHanko has a client for version 1.0.4 of that API; version 2 names the fields otherwise, asks for authentication
objects and may answer "not yet", and that client is bound to one event loop, which here lives as long as one signature.

Every signature is authorised by itself and for one digest. Repeating is harmless: the same digest gets the same
signature, and only one of them is put into a file. So an answer that was lost is asked for again with a new
authorisation, and two askers for the same digest, such as a double click makes, share one request.
"""

from __future__ import annotations

import asyncio
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from hashlib import new as new_hash
from typing import Any

from asn1crypto import algos, core, x509

from digitize.errors import KeyUnavailable, Misconfigured, SigningRefused
from digitize.sign.key_signer import KeySigner
from digitize.sign.rules import RsaPadding
from workers.keys.csc_wire import CscClient, RefusedError, UnansweredError
from workers.keys.secret import OneTry
from workers.keys.turns import Turns, Urgency

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Between two attempts at one signature, seconds; the last one again and again."""

_PIN_REFUSED = frozenset({"invalid_authentication_data", "invalid_pin", "invalid_otp"})
"""Of version 2 and, the latter two, of version 1, whose codes several services kept."""

_BARE_KEYS = {"rsa": "1.2.840.113549.1.1.1", "ec": "1.2.840.10045.2.1"}
"""With these in ``key/algo`` the digest is named beside (§11.10)."""


@dataclass(frozen=True, slots=True)
class CscKey:
    """One credential of a service."""

    client: CscClient
    credential: str
    """credentialID."""
    pin: OneTry | None = None
    """Where the credential asks for one."""
    patience_s: float = 60.0
    """How long one signature may take, waiting and repeating included."""


class CscSigner(KeySigner):
    """Asks a service for signature values."""

    def __init__(
        self,
        key: CscKey,
        info: dict[str, Any],
        certificates: Sequence[x509.Certificate],
        rsa_padding: RsaPadding,
        urgency: Urgency,
        turns: Turns,
    ) -> None:
        """Keep what ``credentials/info`` told; see :func:`open_csc_key`."""
        super().__init__(certificates[0], tuple(certificates[1:]), rsa_padding)
        self._key = key
        self._info = info
        self._urgency = urgency
        self._turns = turns
        self._lock = threading.Lock()
        self._pending: dict[bytes, Future[bytes]] = {}
        self._clock: Callable[[], float] = time.monotonic

    async def compute(self, data: bytes, digest_algorithm: str) -> bytes:
        """Have the digest of data signed, and check the value.

        Raises:
            KeyUnavailable: the service does not answer or is busy for too long.
            Misconfigured: it refuses us, the PIN, or this way of signing.
            SigningRefused: the credential is disabled or expired, or another key signed.
        """
        digest = new_hash(digest_algorithm, data).digest()
        value = self._der(await asyncio.to_thread(self._shared, digest, digest_algorithm))
        self.refuse_foreign(value, data, digest_algorithm)
        return value

    def _shared(self, digest: bytes, digest_algorithm: str) -> bytes:
        """Sign, or wait for the one who is at it with the same digest."""
        with self._lock:
            others = self._pending.get(digest)
            if others is None:
                mine = self._pending[digest] = Future()
        if others is not None:
            return others.result()
        try:
            value = self._patiently(digest, digest_algorithm)
        except BaseException as fault:
            mine.set_exception(fault)
            raise
        else:
            mine.set_result(value)
            return value
        finally:
            with self._lock:
                del self._pending[digest]

    def _patiently(self, digest: bytes, digest_algorithm: str) -> bytes:
        until = self._clock() + self._key.patience_s
        with self._turns.turn(self._urgency, self._key.patience_s):
            attempt = 0
            while True:
                try:
                    return self._sign(digest, digest_algorithm, until)
                except UnansweredError as fault:
                    pause = PAUSES_S[min(attempt, len(PAUSES_S) - 1)]
                    if self._clock() + pause > until:
                        raise KeyUnavailable(f"dịch vụ ký từ xa {self._key.client.service.name}") from fault
                    time.sleep(pause)
                    attempt += 1

    def _sign(self, digest: bytes, digest_algorithm: str, until: float) -> bytes:
        hashes = {
            "credentialID": self._key.credential,
            "hashes": [b64encode(digest).decode()],
            "hashAlgorithmOID": algos.DigestAlgorithmId(digest_algorithm).dotted,
        }
        try:
            activation = self._activate(hashes, until)
            answer = self._key.client.ask(
                "signatures/signHash", {**hashes, "SAD": activation, **self._algorithm(digest_algorithm)}
            )
            (value,) = answer["signatures"]
            return b64decode(value, validate=True)
        except RefusedError as refusal:
            raise self._told(refusal) from refusal
        except (KeyError, TypeError, ValueError) as fault:
            raise UnansweredError from fault

    def _activate(self, hashes: dict[str, Any], until: float) -> str:
        """Authorise one signature; where the service wants its user to agree first, wait for that."""
        body = {**hashes, "numSignatures": 1}
        answer = self._authorize(body) if self._password_id is None else self._authorize_by_pin(body)
        while "SAD" not in answer:
            if self._clock() > until:
                raise UnansweredError
            time.sleep(PAUSES_S[1])
            answer = self._key.client.ask("credentials/authorizeCheck", {"handle": answer["handle"]})
        return str(answer["SAD"])

    def _authorize(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._key.client.ask("credentials/authorize", body)

    def _authorize_by_pin(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give the PIN, unless this very PIN was refused before: a service locks a credential after a few."""
        pin = self._key.pin
        if pin is None:
            raise Misconfigured(f"dịch vụ ký từ xa {self._key.client.service.name} đòi mã PIN; hãy ghi pin_file")
        if pin.was_refused():
            raise self._wrong_pin()
        version = pin.secret.version()
        try:
            return self._authorize({**body, "authData": [{"id": self._password_id, "value": pin.secret.read()}]})
        except RefusedError as refusal:
            if refusal.code in _PIN_REFUSED or "locked" in refusal.description.lower():
                pin.refuse(version)
                raise self._wrong_pin() from refusal
            raise

    def _told(self, refusal: RefusedError) -> Exception:
        """Say what a refusal means for the one who waits."""
        told = refusal.description.lower()
        if "sad" in told.split():
            return UnansweredError(refusal.code)
        if "expired" in told or "disabled" in told:
            return SigningRefused("dịch vụ ký từ xa báo khóa đã bị khóa hoặc chứng thư số đã hết hạn")
        return Misconfigured(f"dịch vụ ký từ xa từ chối: {refusal.code} ({refusal.description[:120]})")

    def _wrong_pin(self) -> Misconfigured:
        return Misconfigured(
            f"dịch vụ ký từ xa {self._key.client.service.name} không nhận mã PIN của khóa",
            remedy="Hãy sửa tệp PIN; mã cũ không được thử lại để khóa khỏi bị khóa.",
        )

    def _algorithm(self, digest_algorithm: str) -> dict[str, str]:
        """Name the mechanism as the credential offers it."""
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
        offered = set(self._info["key"]["algo"])
        if mechanism["algorithm"].dotted in offered:
            named = {"signAlgo": mechanism["algorithm"].dotted}
            if not isinstance(mechanism["parameters"], core.Void | core.Null):
                named["signAlgoParams"] = b64encode(mechanism["parameters"].dump()).decode()
            return named
        bare = _BARE_KEYS["ec" if self.elliptic else "rsa"]
        if bare in offered and not (self.prefer_pss and not self.elliptic):
            return {"signAlgo": bare}
        raise Misconfigured("khóa ở dịch vụ ký từ xa không ký được theo thuật toán mà quy định yêu cầu")

    @cached_property
    def _password_id(self) -> str | None:
        """Id of the one authentication object that we can give; None when none is asked for."""
        auth = self._info.get("auth", {})
        objects = auth.get("objects") or []
        asked = [one for one in objects if one.get("type") == "Password" and not one.get("generator")]
        if auth.get("mode") == "oauth2code" or len(objects) > 1 or len(asked) != len(objects):
            raise Misconfigured(
                "khóa ở dịch vụ ký từ xa đòi người dùng xác nhận từng lần (OTP hoặc trang web)",
                remedy="Hãy xin khóa cho phép ký tự động bằng mã PIN, hoặc ký bằng thiết bị của cán bộ.",
            )
        return str(asked[0]["id"]) if asked else None

    def _der(self, value: bytes) -> bytes:
        """Some services give an ECDSA value as two plain integers (IEEE P1363) and not as DER (RFC 3279)."""
        size = (self.key_bits + 7) // 8
        if not self.elliptic or len(value) != 2 * size:
            return value
        signature = algos.DSASignature.from_p1363(value)
        return bytes(signature.dump())


def open_csc_key(
    key: CscKey,
    turns: Turns,
    rsa_padding: RsaPadding = RsaPadding.PKCS1V15,
    urgency: Urgency = Urgency.COUNTER,
) -> CscSigner:
    """Return a signer for a credential.

    Args:
        key: the credential and its service.
        turns: shared by all keys of the service in this process.
        rsa_padding: how RSA signatures are padded.
        urgency: who waits for the signatures.

    Raises:
        KeyUnavailable: the service does not answer.
        Misconfigured: it does not know us or the credential.
        SigningRefused: the key is disabled.
    """
    wanted = {"credentialID": key.credential, "certificates": "chain", "certInfo": False, "authInfo": True}
    try:
        info = key.client.ask("credentials/info", wanted)
        enabled = info["key"]["status"] == "enabled" and isinstance(info["key"]["algo"], list)
        chain = [x509.Certificate.load(b64decode(one), strict=True) for one in info["cert"]["certificates"]]
    except UnansweredError as fault:
        raise KeyUnavailable(f"dịch vụ ký từ xa {key.client.service.name}") from fault
    except RefusedError as refusal:
        raise Misconfigured(f"dịch vụ ký từ xa từ chối: {refusal.code} ({refusal.description[:120]})") from refusal
    except (KeyError, TypeError, ValueError) as fault:
        raise Misconfigured("dịch vụ ký từ xa trả lời sai chuẩn CSC v2") from fault
    if not enabled or not chain:
        raise SigningRefused("dịch vụ ký từ xa báo khóa đang bị tắt")
    return CscSigner(key, info, chain, rsa_padding, urgency, turns)
