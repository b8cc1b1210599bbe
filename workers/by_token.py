"""A signature whose key lies on a token at the clerk's or the officer's machine: prepared here, answered there.

What is prepared is kept as one object of the store, so that any worker, after any restart, can go on with the answer.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from digitize.errors import InvalidInput
from digitize.halves import SignatureAnswer
from digitize.model import from_json
from digitize.sign.eligibility import common_name
from digitize.sign.elsewhere import refuse_other_holder, signer_elsewhere
from digitize.sign.metadata import PreparedMetadata, complete_metadata, prepare_metadata
from digitize.sign.order import SigningOrder
from digitize.sign.timing import UntimedSignature
from digitize.sign.two_step import PreparedSignature, complete, prepare
from storage.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """What is kept between the two steps; :class:`digitize.halves.SignatureRequest` reads its halves."""

    file: PreparedSignature
    data: PreparedMetadata | None = None
    """None: the order is about the file alone."""

    @property
    def expires_at(self) -> datetime:
        """Later the answer is refused."""
        return datetime.fromisoformat(self.file.half.expires_at)


@dataclass(frozen=True, slots=True)
class SignedByToken:
    """What an answer made."""

    file: UntimedSignature
    data: bytes | None
    """Of the detached signature over the data, DER."""


def prepare_order(
    base: bytes,
    data: bytes | None,
    order: SigningOrder,
    certificates: tuple[str, ...],
    now: datetime,
    room: int | None = None,
) -> PreparedOrder:
    """Make everything of an order's signatures but the values.

    Args:
        base: the file so far.
        data: the confirmed data that are signed with it; None: none.
        order: whose signature, and how it is worded.
        certificates: of the token: DER in base64, the signer's own first.
        now: with an offset.
        room: bytes of DER to keep free in the file.

    Raises:
        InvalidInput: the certificates cannot be read.
        SigningRefused: they must not sign now, or are another person's or office's.
        DocumentAtFault: the file cannot be signed.
    """
    chain = check_token(order, certificates, now)
    prepared = prepare(base, order, chain, now, room=room)
    return PreparedOrder(prepared, None if data is None else prepare_metadata(data, chain, now, order.regime))


def check_token(order: SigningOrder, certificates: tuple[str, ...], now: datetime) -> tuple[bytes, ...]:
    """Return the chain of a token that may sign an order now, DER, the signer's own first.

    Raises:
        InvalidInput: the certificates cannot be read.
        SigningRefused: they must not sign now, or are another person's or office's.
    """
    chain = tuple(_decoded(each) for each in certificates)
    certificate = signer_elsewhere(chain, order.regime, now).signing_cert
    refuse_other_holder(common_name(certificate), order.name)
    return chain


def take_in(objects: ObjectStore, prepared_key: str, answer_key: str, answered_at: datetime) -> SignedByToken:
    """Make what the token answered into signatures that wait for their timestamps; the same answer makes the same.

    Raises:
        SigningRefused: it came too late, or a value is not of this certificate and this document.
        SignatureTooLarge: the place in the file is too small.
    """
    prepared = from_json(objects.get(prepared_key), PreparedOrder)
    values = from_json(objects.get(answer_key), SignatureAnswer).values
    file = complete(prepared.file, values[0], answered_at)
    data = None if prepared.data is None else complete_metadata(prepared.data, values[1], answered_at)
    return SignedByToken(file, data)


def _decoded(certificate: str) -> bytes:
    try:
        return base64.b64decode(certificate, validate=True)
    except binascii.Error as fault:
        raise InvalidInput("chứng thư số gửi lên không đọc được") from fault
