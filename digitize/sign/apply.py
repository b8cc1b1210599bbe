"""One signature, one new revision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from weakref import WeakKeyDictionary

from asn1crypto import cms, x509
from pyhanko.sign.signers.pdf_cms import Signer, select_suitable_signing_md
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import SigningRefused
from digitize.model import SIGNATURE_FIELDS
from digitize.sign.block import wording
from digitize.sign.eligibility import check_clock, common_name, may_sign, without_legal_value
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.rules import VIETNAM_TIME, signing_rules
from digitize.sign.slot import Slot, TooSmall, open_slot

_REHEARSED: WeakKeyDictionary[Signer, int] = WeakKeyDictionary()
"""Bytes of DER that a signer's signature takes without a timestamp; weak, so that a key that is put away goes away."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished CMS object and what is known about it."""

    der: bytes
    stamped_at: datetime | None
    """The time of its timestamp; None without one."""


def sign(
    pdf: bytes,
    order: SigningOrder,
    signer: Signer,
    timestamper: TimeStamper | None,
    now: datetime,
    *,
    visible: bool = True,
) -> SignedRevision:
    """Sign a file: PAdES B-T, or B-B without a timestamper; an approval signature, never a DocMDP one.

    Args:
        pdf: the file so far; the result begins with exactly these bytes.
        order: role, wording, regime.
        signer: any pyHanko signer with a certificate.
        timestamper: None for B-B.
        now: with an offset.
        visible: draw the block; False serves foreign files and measurements.

    Raises:
        SigningRefused: certificate, key, clock or field forbid it.
        TimestampUnavailable: the authority does not answer.
        DocumentAtFault: the file cannot be signed.
    """
    certificate = may_sign(signer.signing_cert, signer.prefer_pss, order.regime, now)
    lines = wording(order, without_legal_value(certificate), now) if visible else None
    digest = digest_for(certificate)
    room = reserve(_rehearsed_bytes(signer, digest), timestamper is not None)
    try:
        slot = open_slot(pdf, order.role, lines, room, digest, now)
        sealed = asyncio.run(_seal(slot, signer, digest, timestamper, now))
        signed = slot.fill(sealed.der)
    except TooSmall as first:
        slot = open_slot(pdf, order.role, lines, 2 * first.needed, digest, now)
        sealed = asyncio.run(_seal(slot, signer, digest, timestamper, now))
        try:
            signed = slot.fill(sealed.der)
        except TooSmall as second:
            raise SigningRefused(f"chữ ký dài {second.needed} byte, vượt chỗ dành sẵn hai lần liền") from second
    return signed_revision(pdf, signed, order, certificate, sealed.stamped_at, now)


def signed_revision(
    base: bytes,
    signed: bytes,
    order: SigningOrder,
    certificate: x509.Certificate,
    stamped_at: datetime | None,
    now: datetime,
) -> SignedRevision:
    """Describe what was made."""
    return SignedRevision(
        pdf=signed,
        sha256=sha256(signed).hexdigest(),
        base_sha256=sha256(base).hexdigest(),
        field=SIGNATURE_FIELDS[order.role],
        role=order.role,
        signer=common_name(certificate),
        certificate_sha256=certificate.sha256.hex(),
        signed_at=(stamped_at or now).astimezone(VIETNAM_TIME).isoformat(timespec="seconds"),
        level="B-B" if stamped_at is None else "B-T",
    )


def digest_for(certificate: x509.Certificate) -> str:
    """Return the digest that suits a key: SHA-256 for RSA and P-256, SHA-384 for wider curves."""
    key = certificate.public_key
    return "sha256" if key.algorithm == "rsa" else str(select_suitable_signing_md(key))


def token_time(signature: cms.ContentInfo) -> datetime | None:
    """Return the time of the signature timestamp in a CMS object; None without one."""
    for attribute in signature["content"]["signer_infos"][0]["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            moment: datetime = token["gen_time"].native
            return moment
    return None


def reserve(signature_bytes: int, timestamped: bool) -> int:
    """Return how many bytes of DER to keep free for a signature of about that size."""
    rules = signing_rules()
    expected = signature_bytes + (rules.timestamp.allowance_bytes if timestamped else 0)
    return max(rules.contents.reserved_bytes, expected + expected // 2)


def _rehearsed_bytes(signer: Signer, digest_algorithm: str) -> int:
    """Measure a signature by a dry run, without the key and without the authority, once in a signer's life."""
    known = _REHEARSED.get(signer)
    if known is None:
        rehearsed = asyncio.run(signer.async_sign(bytes(64), digest_algorithm, dry_run=True, use_pades=True))
        known = _REHEARSED[signer] = len(rehearsed.dump())
    return known


async def _seal(
    slot: Slot, signer: Signer, digest_algorithm: str, timestamper: TimeStamper | None, now: datetime
) -> Sealed:
    signature = await signer.async_sign(slot.digest, digest_algorithm, use_pades=True, timestamper=timestamper)
    stamped_at = token_time(signature)
    if stamped_at is not None:
        check_clock(stamped_at, now)
    return Sealed(signature.dump(), stamped_at)
