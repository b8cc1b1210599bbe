"""Signing with a key that never comes here: a token at the clerk's machine signs a digest.

:func:`prepare` extends the file by a revision with an empty place and hands out the bytes whose signature is wanted;
:func:`complete` makes the value that came back into a signature, which is then stamped and put into the place like any
other (:mod:`digitize.sign.timing`). Between the steps nothing is held open: the prepared signature is a value that
survives JSON, and it keeps only the new revision, not the file, which lies in the store.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from digitize.errors import SignatureTooLarge
from digitize.halves import Half
from digitize.sign.block import wording
from digitize.sign.eligibility import digest_for, without_legal_value
from digitize.sign.elsewhere import finish, half_of, signer_elsewhere
from digitize.sign.order import SigningOrder
from digitize.sign.slot import open_slot
from digitize.sign.timing import UntimedSignature, reserve


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
    half: Half
    """What the token has to sign."""


def prepare(
    pdf: bytes, order: SigningOrder, chain: tuple[bytes, ...], now: datetime, *, room: int | None = None
) -> PreparedSignature:
    """Make everything of a signature but its value.

    Args:
        pdf: the file so far.
        order: role, wording, regime.
        chain: DER certificates, the signer's own first, its issuers after it.
        now: with an offset.
        room: bytes of DER to keep free; see ``apply.sign_untimed``.

    Raises:
        InvalidInput: the chain is empty or holds something else than certificates.
        SigningRefused: certificate, clock or field forbid it.
        DocumentAtFault: the file cannot be signed.
    """
    signer = signer_elsewhere(chain, order.regime, now)
    digest = digest_for(signer.signing_cert)
    rehearsed = asyncio.run(signer.async_sign(bytes(64), digest, dry_run=True, use_pades=True))
    lines = wording(order, without_legal_value(signer.signing_cert), now)
    slot = open_slot(pdf, order.role, lines, room or reserve(len(rehearsed.dump())), digest, now)
    attributes = asyncio.run(signer.signed_attrs(slot.digest, digest, use_pades=True))
    return PreparedSignature(
        order=order,
        base_sha256=sha256(pdf).hexdigest(),
        tail=slot.pdf[len(pdf) :],
        start=slot.start,
        end=slot.end,
        document_digest=slot.digest,
        half=half_of(chain, signer, attributes, now),
    )


def complete(prepared: PreparedSignature, signature_value: bytes, now: datetime) -> UntimedSignature:
    """Make a token's value into a signature that waits for its timestamp.

    The file is not needed for it; ``timing.add_time`` refuses another file than the one that was prepared.

    Args:
        prepared: what :func:`prepare` gave.
        signature_value: as the token computed it.
        now: when the value came, with an offset.

    Raises:
        SigningRefused: too late, the certificate is no longer good, or the value is not of this key and this file.
        SignatureTooLarge: the place is too small; the file must be prepared again with more room.
    """
    signature = finish(prepared.half, signature_value, prepared.order.regime, now)
    room = (prepared.end - prepared.start - 2) // 2
    if len(signature) > room:
        raise SignatureTooLarge(len(signature), room)
    return UntimedSignature(
        order=prepared.order,
        base_sha256=prepared.base_sha256,
        tail=prepared.tail,
        start=prepared.start,
        end=prepared.end,
        document_digest=prepared.document_digest,
        cms=signature,
        signed_at=prepared.half.prepared_at,
    )
