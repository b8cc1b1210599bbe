"""One signature, one new revision."""

from __future__ import annotations

import asyncio
from datetime import datetime
from hashlib import sha256
from weakref import WeakKeyDictionary

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import SignatureTooLarge
from digitize.sign.block import wording
from digitize.sign.eligibility import digest_for, may_sign, without_legal_value
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.slot import open_slot
from digitize.sign.timing import UntimedSignature, add_time, iso, reserve

_REHEARSED: WeakKeyDictionary[Signer, int] = WeakKeyDictionary()
"""Bytes of DER that a signer's signature takes without a timestamp; weak, so that a key that is put away goes away."""


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
    untimed = sign_untimed(pdf, order, signer, now, visible=visible)
    try:
        return add_time(untimed, pdf, timestamper, now)
    except SignatureTooLarge as first:
        room = 2 * first.needed_bytes
        again = sign_untimed(pdf, order, signer, now, visible=visible, room=room)
        return add_time(again, pdf, timestamper, now)


def sign_untimed(
    pdf: bytes, order: SigningOrder, signer: Signer, now: datetime, *, visible: bool = True, room: int | None = None
) -> UntimedSignature:
    """Use the key, and leave the timestamp to ``timing.add_time``.

    Args:
        pdf: the file so far.
        order: role, wording, regime.
        signer: any pyHanko signer with a certificate.
        now: with an offset.
        visible: draw the block; False serves foreign files and measurements.
        room: bytes of DER to keep free; without it by a dry run and the size of tokens in practice. After a
            ``SignatureTooLarge``, twice what it names.

    Raises:
        SigningRefused: certificate, key, clock or field forbid it.
        DocumentAtFault: the file cannot be signed.
    """
    certificate = may_sign(signer.signing_cert, signer.prefer_pss, order.regime, now)
    lines = wording(order, without_legal_value(certificate), now) if visible else None
    digest = digest_for(certificate)
    kept = room or reserve(_rehearsed_bytes(signer, digest))
    slot = open_slot(pdf, order.role, lines, kept, digest, now)
    signature = asyncio.run(_sign_digest(slot.digest, signer, digest))
    if len(signature) > kept:
        raise SignatureTooLarge(len(signature), kept)
    return UntimedSignature(
        order=order,
        base_sha256=sha256(pdf).hexdigest(),
        tail=slot.pdf[len(pdf) :],
        start=slot.start,
        end=slot.end,
        document_digest=slot.digest,
        cms=signature,
        signed_at=iso(now),
    )


def _rehearsed_bytes(signer: Signer, digest_algorithm: str) -> int:
    """Measure a signature by a dry run, without the key and without the authority, once in a signer's life."""
    known = _REHEARSED.get(signer)
    if known is None:
        rehearsed = asyncio.run(signer.async_sign(bytes(64), digest_algorithm, dry_run=True, use_pades=True))
        known = _REHEARSED[signer] = len(rehearsed.dump())
    return known


async def _sign_digest(document_digest: bytes, signer: Signer, digest_algorithm: str) -> bytes:
    """Return the CMS object over a file's digest, DER.

    The attributes are written once and read back: what was built piece by piece, asn1crypto would write anew each time
    somebody looks at it, and that took longer than the key.
    """
    built = await signer.signed_attrs(document_digest, digest_algorithm, use_pades=True)
    written = cms.CMSAttributes.load(built.dump())
    signature: bytes = (await signer.async_sign_prescribed_attributes(digest_algorithm, written)).dump()
    return signature
