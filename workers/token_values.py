"""What a token at a person's machine gives: its certificates, and the values of signatures that it was asked for."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import InvalidInput, SigningRefused


def certificates_of(signer: Signer) -> list[str]:
    """Return the token's certificates, DER in base64, the signer's own first.

    Raises:
        SigningRefused: it has none of its own.
    """
    own = signer.signing_cert
    if own is None:
        raise SigningRefused("thiếu chứng thư số của người ký")
    issuers = (each.dump() for each in signer.cert_registry)
    return [base64.b64encode(der).decode() for der in dict.fromkeys((own.dump(), *issuers))]


def sign_half(signer: Signer, half: Mapping[str, Any]) -> str:
    """Have a token sign one value of a request (``ToSignBody`` of the API), after a look at what is asked.

    Raises:
        InvalidInput: the request cannot be read.
        SigningRefused: it contradicts itself, is no signed attributes, or asks for what this token does not do.
        KeyUnavailable: the token does not answer.
    """
    try:
        digest_name, to_sign = str(half["digest_algorithm"]), base64.b64decode(half["to_sign"], validate=True)
        digest = base64.b64decode(half["digest"], validate=True)
        computed = hashlib.new(digest_name, to_sign).digest()
    except (KeyError, TypeError, ValueError, binascii.Error) as fault:
        raise InvalidInput("nội dung ký không đọc được") from fault
    if computed != digest:
        raise SigningRefused("máy chủ gửi nội dung ký và giá trị băm không khớp nhau")
    refuse_other_content(to_sign)
    mechanism = signer.get_signature_mechanism_for_digest(digest_name)
    if mechanism.signature_algo != half.get("algorithm"):
        raise SigningRefused(f"máy chủ yêu cầu {half.get('algorithm')}, thiết bị ký theo {mechanism.signature_algo}")
    return base64.b64encode(asyncio.run(signer.async_sign_raw(to_sign, digest_name))).decode()


def refuse_other_content(to_sign: bytes) -> None:
    """Refuse whatever is no set of signed attributes with a message digest (RFC 5652 §5.4, §11.2).

    Raises:
        SigningRefused: it is something else.
    """
    try:
        names = {attribute["type"].native for attribute in cms.CMSAttributes.load(to_sign, strict=True)}
    except (ValueError, TypeError) as fault:
        raise SigningRefused("nội dung không phải thuộc tính của chữ ký số") from fault
    if "message_digest" not in names:
        raise SigningRefused("nội dung không phải thuộc tính của chữ ký số")
