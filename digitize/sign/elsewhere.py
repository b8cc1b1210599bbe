"""A key that never comes here: what is prepared for it, and what is made of the value that it gives.

Shared by the signature on a file (:mod:`digitize.sign.two_step`) and the one over data (:mod:`digitize.sign.metadata`).
"""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import datetime, timedelta
from hashlib import new as new_hash

from asn1crypto import cms, x509

from digitize.errors import InvalidInput, SigningRefused
from digitize.halves import Half, SignatureAlgorithm
from digitize.sign.eligibility import common_name, digest_for, may_sign
from digitize.sign.key_signer import KeySigner
from digitize.sign.rules import Regime, RsaPadding, signing_rules, vietnam_day
from digitize.sign.timing import iso
from digitize.vietnamese import bare, tidy, unmarked

LIFETIME = timedelta(minutes=15)
"""How long a prepared signature may wait for the token: long enough to find the token and type its PIN."""


class SignerElsewhere(KeySigner):
    """A signer whose key lies on a token; it knows the value that the token gave, or none yet."""

    value: bytes = b""

    async def compute(self, data: bytes, digest_algorithm: str) -> bytes:  # noqa: ARG002 - the token computed it
        """Return what the token gave."""
        return self.value


def signer_elsewhere(chain: tuple[bytes, ...], regime: Regime, now: datetime) -> SignerElsewhere:
    """Open the certificates of a token, and see whether they may sign now.

    Args:
        chain: DER certificates, the signer's own first, its issuers after it.
        regime: the law the certificate was issued under.
        now: with an offset.

    Raises:
        InvalidInput: the chain is empty or holds something else than certificates.
        SigningRefused: certificate or clock forbid it.
    """
    certificates = _parse(chain)
    padding = signing_rules().algorithms_for(regime, vietnam_day(now)).rsa_paddings[0]
    may_sign(certificates[0], padding is RsaPadding.PSS, regime, now)
    return SignerElsewhere(certificates[0], certificates[1:], padding)


def half_of(chain: tuple[bytes, ...], signer: SignerElsewhere, attributes: cms.CMSAttributes, now: datetime) -> Half:
    """Say what the token has to sign, and how."""
    certificate = signer.signing_cert
    digest = digest_for(certificate)
    algorithm, salt_bytes = _how(signer, digest)
    to_sign = attributes.dump()
    return Half(
        signer=common_name(certificate),
        certificates=chain,
        algorithm=algorithm,
        digest_algorithm=digest,
        salt_bytes=salt_bytes,
        to_sign=to_sign,
        digest_to_sign=new_hash(digest, to_sign).digest(),
        prepared_at=iso(now),
        expires_at=iso(now + LIFETIME),
    )


def finish(half: Half, value: bytes, regime: Regime, now: datetime) -> bytes:
    """Make a token's value into a CMS object, DER, of level B-B.

    Args:
        half: what the token was asked.
        value: as it computed it.
        regime: the law the certificate was issued under.
        now: when the value came, with an offset.

    Raises:
        SigningRefused: too late, the certificate is no longer good, or the value is not of this key and this half.
    """
    if now > datetime.fromisoformat(half.expires_at):
        raise SigningRefused("phiên ký đã hết hạn", remedy="Hãy bắt đầu ký lại.")
    signer = signer_elsewhere(half.certificates, regime, now)
    if _how(signer, half.digest_algorithm) != (half.algorithm, half.salt_bytes):
        raise SigningRefused("quy định về thuật toán ký đã thay đổi từ lúc chuẩn bị", remedy="Hãy bắt đầu ký lại.")
    try:
        signer.refuse_foreign(value, half.to_sign, half.digest_algorithm)
    except SigningRefused as fault:
        raise SigningRefused("giá trị ký gửi lên không khớp với chứng thư số và tệp này") from fault
    signer.value = value
    attributes = cms.CMSAttributes.load(half.to_sign)
    made: bytes = asyncio.run(signer.async_sign_prescribed_attributes(half.digest_algorithm, attributes)).dump()
    return made


def refuse_other_holder(held: str, name: str) -> None:
    """Refuse a token that is not of the person or office whose name the signature shows.

    A key that lies here was bound to its person by the operator; what a token shows is bound by its certificate alone.
    Capitals and the place of a tone mark do not matter, and a certificate without any mark matches without marks.

    Args:
        held: common name of the certificate.
        name: of the person or office.

    Raises:
        SigningRefused: the certificate names somebody else.
    """
    plain = unmarked(held) == held and bare(held) == bare(name)
    if not plain and _letters(held) != _letters(name):
        raise SigningRefused(
            f"chứng thư số trên thiết bị cấp cho “{held}”, không phải “{name}”",
            remedy="Hãy cắm đúng thiết bị; nếu tên trong hệ thống sai, báo người quản trị sửa.",
        )


def _letters(name: str) -> tuple[tuple[str, str], ...]:
    """Return of each word its letters and, apart from them, its marks: Ủy and Uỷ are the same word."""
    words = unicodedata.normalize("NFD", tidy(name).casefold()).split()
    return tuple(
        (
            "".join(each for each in word if not unicodedata.combining(each)),
            "".join(sorted(each for each in word if unicodedata.combining(each))),
        )
        for word in words
    )


def _how(signer: SignerElsewhere, digest: str) -> tuple[SignatureAlgorithm, int]:
    if signer.elliptic:
        return SignatureAlgorithm.ECDSA, 0
    if not signer.prefer_pss:
        return SignatureAlgorithm.RSASSA_PKCS1V15, 0
    parameters = signer.get_signature_mechanism_for_digest(digest)["parameters"]
    return SignatureAlgorithm.RSASSA_PSS, int(parameters["salt_length"].native)


def _parse(chain: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    if not chain:
        raise InvalidInput("thiếu chứng thư số của người ký")
    try:
        certificates = tuple(x509.Certificate.load(der, strict=True) for der in chain)
        for certificate in certificates:
            certificate.public_key.algorithm  # noqa: B018 - parses it to the bottom
    except (ValueError, TypeError) as fault:
        raise InvalidInput("chứng thư số gửi lên không đọc được") from fault
    return certificates
