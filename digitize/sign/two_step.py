"""Signing with a key that never comes here: a token at the clerk's machine signs a digest.

:func:`prepare` extends the file by a revision with an empty place and hands out the bytes whose signature is wanted;
:func:`complete` puts the value that came back into the place. Between the two nothing is held open: the prepared
signature is a value that survives JSON, and it keeps only the new revision, not the file, which lies in the store.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import new as new_hash
from hashlib import sha256

from asn1crypto import algos, cms, core, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from digitize.errors import Conflict, InvalidInput, SigningRefused
from digitize.sign.apply import digest_for, reserve, signed_revision, token_time
from digitize.sign.block import wording
from digitize.sign.eligibility import check_clock, may_sign, without_legal_value
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.rules import VIETNAM_TIME, RsaPadding, signing_rules, vietnam_day
from digitize.sign.slot import Slot, TooSmall, open_slot

LIFETIME = timedelta(minutes=15)
"""How long a prepared signature may wait for the token: long enough to find the token and type its PIN."""

LARGEST_RSA_BYTES = 1024
"""A placeholder as long as the largest RSA signature in use, for the dry run."""


@dataclass(frozen=True, slots=True)
class PreparedSignature:
    """A signature that lacks only the value that the token computes."""

    order: SigningOrder
    base_sha256: str
    """Of the file that is being signed, lower-case hex."""
    tail: bytes
    """The new revision: what is appended to that file, its place still empty."""
    start: int
    """Offset of the place in the whole file."""
    end: int
    """Offset behind the place."""
    document_digest: bytes
    """Over the whole file but the place."""
    certificates: tuple[bytes, ...]
    """DER; the signer's own first."""
    digest_algorithm: str
    """``sha256`` or ``sha384``."""
    rsa_padding: RsaPadding
    """How the token pads an RSA signature; without meaning for ECDSA."""
    to_sign: bytes
    """DER of the signed attributes: what a token that hashes for itself takes."""
    digest_to_sign: bytes
    """Their digest: what a token that signs digests takes."""
    prepared_at: str
    """ISO 8601 with +07:00."""
    expires_at: str
    """ISO 8601 with +07:00: later the value is refused."""


def prepare(pdf: bytes, order: SigningOrder, chain: tuple[bytes, ...], now: datetime) -> PreparedSignature:
    """Make everything of a signature but its value.

    Args:
        pdf: the file so far.
        order: role, wording, regime.
        chain: DER certificates, the signer's own first, its issuers after it.
        now: with an offset.

    Raises:
        InvalidInput: the chain is empty or holds something else than certificates.
        SigningRefused: certificate, clock or field forbid it.
        DocumentAtFault: the file cannot be signed.
    """
    certificates = _parse(chain)
    padding = signing_rules().algorithms_for(order.regime, vietnam_day(now)).rsa_paddings[0]
    certificate = may_sign(certificates[0], padding is RsaPadding.PSS, order.regime, now)
    digest = digest_for(certificate)
    signer = _external(certificates, padding, bytes(LARGEST_RSA_BYTES))
    rehearsed = asyncio.run(signer.async_sign(bytes(64), digest, dry_run=True, use_pades=True))
    room = reserve(len(rehearsed.dump()), timestamped=True)
    lines = wording(order, without_legal_value(certificate), now)
    slot = open_slot(pdf, order.role, lines, room, digest, now)
    attributes = asyncio.run(signer.signed_attrs(slot.digest, digest, use_pades=True)).dump()
    return PreparedSignature(
        order=order,
        base_sha256=sha256(pdf).hexdigest(),
        tail=slot.pdf[len(pdf) :],
        start=slot.start,
        end=slot.end,
        document_digest=slot.digest,
        certificates=chain,
        digest_algorithm=digest,
        rsa_padding=padding,
        to_sign=attributes,
        digest_to_sign=new_hash(digest, attributes).digest(),
        prepared_at=_iso(now),
        expires_at=_iso(now + LIFETIME),
    )


def complete(
    prepared: PreparedSignature, pdf: bytes, signature_value: bytes, timestamper: TimeStamper | None, now: datetime
) -> SignedRevision:
    """Put a token's value into its place.

    Args:
        prepared: what :func:`prepare` gave.
        pdf: the same file.
        signature_value: as the token computed it.
        timestamper: None for B-B.
        now: with an offset.

    Raises:
        Conflict: another file than the one that was prepared.
        SigningRefused: too late, the certificate is no longer good, or the value is not of this key and this file.
        TimestampUnavailable: the authority does not answer; the same value may be tried again until it expires.
    """
    if sha256(pdf).hexdigest() != prepared.base_sha256:
        raise Conflict("tệp đã khác với tệp lúc chuẩn bị ký")
    if now > datetime.fromisoformat(prepared.expires_at):
        raise SigningRefused("phiên ký đã hết hạn", remedy="Hãy bắt đầu ký lại.")
    certificates = _parse(prepared.certificates)
    certificate = may_sign(certificates[0], prepared.rsa_padding is RsaPadding.PSS, prepared.order.regime, now)
    signer = _external(certificates, prepared.rsa_padding, signature_value)
    _refuse_foreign_value(prepared, signer, signature_value)
    signature = asyncio.run(
        signer.async_sign_prescribed_attributes(
            prepared.digest_algorithm, cms.CMSAttributes.load(prepared.to_sign), timestamper=timestamper
        )
    )
    stamped_at = token_time(signature)
    if stamped_at is not None:
        check_clock(stamped_at, now)
    place = Slot(pdf + prepared.tail, prepared.start, prepared.end, prepared.document_digest)
    try:
        signed = place.fill(signature.dump())
    except TooSmall as fault:
        raise SigningRefused(f"chữ ký dài {fault.needed} byte, vượt chỗ dành sẵn {place.room} byte") from fault
    return signed_revision(pdf, signed, prepared.order, certificate, stamped_at, now)


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


def _external(certificates: tuple[x509.Certificate, ...], padding: RsaPadding, value: bytes) -> ExternalSigner:
    issuers = SimpleCertificateStore()
    issuers.register_multiple(certificates[1:])
    certificate = certificates[0]
    mechanism = _mechanism(certificate, padding)
    return ExternalSigner(
        certificate,
        issuers,
        signature_value=value,
        signature_mechanism=mechanism,
        prefer_pss=padding is RsaPadding.PSS,
        embed_roots=False,
    )


def _mechanism(certificate: x509.Certificate, padding: RsaPadding) -> algos.SignedDigestAlgorithm | None:
    """Name RSA PKCS#1 v1.5 with its explicit NULL (RFC 4055); leave the others to pyHanko."""
    if certificate.public_key.algorithm != "rsa" or padding is RsaPadding.PSS:
        return None
    name = f"{digest_for(certificate)}_rsa"
    return algos.SignedDigestAlgorithm({"algorithm": name, "parameters": core.Null()})


def _refuse_foreign_value(prepared: PreparedSignature, signer: ExternalSigner, value: bytes) -> None:
    """Check the value before it is stamped and stored: a wrong token or PIN shows here and not at the release."""
    try:
        DefaultSignatureValidator().validate_signature(
            value,
            prepared.to_sign,
            x509.Certificate.load(prepared.certificates[0]).public_key,
            signer.get_signature_mechanism_for_digest(prepared.digest_algorithm),
            context=SignatureValidationContext(prepared.digest_algorithm, prehashed=False),
        )
    except (InvalidSignature, ValueError) as fault:
        raise SigningRefused("giá trị ký gửi lên không khớp với chứng thư số và tệp này") from fault


def _iso(moment: datetime) -> str:
    return moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")
