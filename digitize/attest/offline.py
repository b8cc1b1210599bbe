"""The payload of the QR that a phone checks without network: a signed CBOR Web Token against a published key.

A COSE_Sign1 object (RFC 9052) with ES256 over a claims set (RFC 8392), carried in the fragment of the address that the
QR holds. A camera opens the address and the fragment never reaches the server; a checking program reads the fragment
and needs no server. It proves what was attested, not that the copy is still good: only the server knows a cancellation.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cwt import COSE, COSEHeaders, COSEKey, CWTError

from digitize.attest.codes import VerificationCode, parse_verification_code
from digitize.errors import InvalidInput, Misconfigured

ISS = 1
"""Claim key of the issuer (RFC 8392 §4)."""
COPY = -65537
"""Claim key of the copy's facts, from the range for private use (RFC 8392 §9.1)."""
CERTIFIED_COPY = 1
"""The only type of paper so far; stands first among the facts."""
PREFIX_BYTES = 16
"""Of the pictures' digest: as many as an attacker cannot match by trial."""
KID_BYTES = 6
"""Of a key's thumbprint; the id is their base64url, eight letters, in the key set and in the payload alike."""

COORDINATE_BYTES = 32
"""Of a point on P-256 (RFC 7518 §6.2.1.2)."""


@dataclass(frozen=True, slots=True)
class OfflineClaims:
    """What the QR says of a copy; nothing of it is about a person."""

    issuer: str
    """Name of the certifying agency."""
    serial: int
    book: str
    on: date
    """Day of the attestation."""
    pictures: bytes
    """First 16 bytes of :func:`digitize.attest.pictures.pictures_digest`."""
    code: VerificationCode


@dataclass(frozen=True, slots=True)
class PayloadKey:
    """The key that signs payloads."""

    private: ec.EllipticCurvePrivateKey
    """On P-256."""

    def __post_init__(self) -> None:
        """Refuse a key on another curve.

        Raises:
            Misconfigured: the curve is not P-256.
        """
        if not isinstance(self.private.curve, ec.SECP256R1):
            raise Misconfigured("khóa ký mã QR phải thuộc đường cong P-256")

    @property
    def published(self) -> Mapping[str, str]:
        """The public half as a JWK (RFC 7517), named by its thumbprint (RFC 7638)."""
        numbers = self.private.public_key().public_numbers()
        x, y = (_encoded(value.to_bytes(COORDINATE_BYTES, "big")) for value in (numbers.x, numbers.y))
        point = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        thumbprint = hashlib.sha256(json.dumps(point, sort_keys=True, separators=(",", ":")).encode()).digest()
        return {**point, "kid": _encoded(thumbprint[:KID_BYTES]), "alg": "ES256", "use": "sig"}


def key_set(published: Iterable[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return the document that is published: a JWK Set (RFC 7517 §5) of the present key and all former ones."""
    return {"keys": [dict(key) for key in published]}


def payload(claims: OfflineClaims, key: PayloadKey) -> bytes:
    """Sign what the QR says."""
    facts = [
        CERTIFIED_COPY, claims.serial, claims.book, claims.on.isoformat(), claims.pictures[:PREFIX_BYTES],
        claims.code.text,
    ]  # fmt: skip
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = COSEKey.from_pem(pem, alg="ES256", kid=key.published["kid"])
    message = COSE.new(alg_auto_inclusion=True, kid_auto_inclusion=True)
    signed: bytes = message.encode_and_sign(cbor2.dumps({ISS: claims.issuer, COPY: facts}, canonical=True), signer)
    return signed


def qr_text(base_url: str, code: VerificationCode, signed: bytes) -> str:
    """Return what the QR holds: the address of the copy's page with the payload as its fragment.

    Args:
        base_url: of the public pages, without a slash at its end.
        code: of the copy.
        signed: by :func:`payload`.
    """
    return f"{base_url}/k/{code.text}#{_encoded(signed)}"


def check(scanned: str, published: Mapping[str, Any]) -> OfflineClaims:
    """Return what a scanned QR says, once its signature holds.

    Args:
        scanned: the text of the QR.
        published: the key set, as :func:`key_set` makes it.

    Raises:
        InvalidInput: there is no payload, its signature does not hold, or the address speaks of another copy.
    """
    address, _, fragment = scanned.partition("#")
    keys = [COSEKey.from_jwk(dict(key)) for key in published["keys"]]
    try:
        _, beside, signed = COSE.new().decode_with_headers(_decoded(fragment), keys)
        claims = _claims(cbor2.loads(signed), beside)
    except CWTError as fault:
        raise InvalidInput("chữ ký trong mã QR không đúng hoặc không phải của hệ thống này") from fault
    except (ValueError, TypeError, KeyError, IndexError, cbor2.CBORDecodeError) as fault:
        raise InvalidInput("mã QR không mang nội dung kiểm tra được khi không có mạng") from fault
    if parse_verification_code(address.rpartition("/")[2]) != claims.code:
        raise InvalidInput("địa chỉ trong mã QR không phải của bản sao mà chữ ký nói tới")
    return claims


def _claims(told: Any, beside: Mapping[Any, Any]) -> OfflineClaims:  # noqa: ANN401 - whatever CBOR holds
    if set(beside) != {COSEHeaders.KID}:
        raise ValueError(beside)  # what the signature does not cover names the key, and says nothing else
    kind, serial, book, on, pictures, code = told[COPY]
    if kind != CERTIFIED_COPY or not isinstance(pictures, bytes):
        raise ValueError(kind)
    return OfflineClaims(
        str(told[ISS]), int(serial), str(book), date.fromisoformat(on), pictures, parse_verification_code(code)
    )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
