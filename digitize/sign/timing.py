"""A signature made and not yet stamped, and the stamping: two acts, because an authority may take minutes or be away.

What lies between the two is a value that survives JSON: the new revision with its place still empty, and the CMS object
that goes into it. No key is needed to stamp, and nothing is lost by stamping again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import new as new_hash
from hashlib import sha256

from asn1crypto import cms, parser, x509
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import Conflict, SignatureTooLarge
from digitize.model import SIGNATURE_FIELDS
from digitize.sign.eligibility import check_clock, common_name, within_validity
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.rules import VIETNAM_TIME, signing_rules
from digitize.sign.slot import Slot, TooSmall


@dataclass(frozen=True, slots=True)
class UntimedSignature:
    """A whole signature that waits for its timestamp; ``model.to_json`` and ``from_json`` carry it."""

    order: SigningOrder
    base_sha256: str
    """Of the file that was signed, lower-case hex."""
    tail: bytes
    """The new revision: what is appended to that file, its place still empty."""
    start: int
    """Offset of the place in the whole file."""
    end: int
    """Offset behind the place."""
    document_digest: bytes
    """Over the whole file but the place."""
    cms: bytes
    """DER of the CMS object, of level B-B."""
    signed_at: str
    """ISO 8601 with +07:00: the time that the signature claims (/M)."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A CMS object with the timestamp of its signature value."""

    der: bytes
    stamped_at: datetime
    """The time of the timestamp."""


def add_time(untimed: UntimedSignature, pdf: bytes, timestamper: TimeStamper | None, now: datetime) -> SignedRevision:
    """Finish a revision: PAdES B-T, or B-B without a timestamper.

    Args:
        untimed: what ``apply.sign_untimed`` or ``two_step.complete`` gave.
        pdf: the file that was signed; the result begins with exactly these bytes.
        timestamper: None for B-B.
        now: with an offset.

    Raises:
        Conflict: another file than the one that was signed.
        SignatureTooLarge: the token does not fit into the place; the file must be signed again with more room.
        SigningRefused: the authority's clock is not ours, or the certificate has expired in the meantime.
        TimestampUnavailable: the authority does not answer; the same signature may be stamped later.
    """
    if sha256(pdf).hexdigest() != untimed.base_sha256:
        raise Conflict("tệp đã khác với tệp đã ký")
    der, stamped_at = untimed.cms, None
    if timestamper is not None:
        stamped = stamp(untimed.cms, timestamper, now)
        der, stamped_at = stamped.der, stamped.stamped_at
    place = Slot(pdf + untimed.tail, untimed.start, untimed.end, untimed.document_digest)
    try:
        signed = place.fill(der)
    except TooSmall as fault:
        raise SignatureTooLarge(fault.needed, place.room) from fault
    return SignedRevision(
        pdf=signed,
        sha256=sha256(signed).hexdigest(),
        base_sha256=untimed.base_sha256,
        field=SIGNATURE_FIELDS[untimed.order.role],
        role=untimed.order.role,
        signer=common_name(signer_of(untimed.cms)),
        certificate_sha256=signer_of(untimed.cms).sha256.hex(),
        signed_at=untimed.signed_at if stamped_at is None else iso(stamped_at),
        level="B-B" if stamped_at is None else "B-T",
    )


def stamp(signature: bytes, timestamper: TimeStamper, now: datetime) -> Stamped:
    """Add a timestamp over the signature value to a CMS object (RFC 3161 Appendix A).

    Args:
        signature: DER of a CMS object with one signer and no timestamp yet.
        timestamper: asked once; its own patience is its affair.
        now: with an offset.

    Raises:
        SigningRefused: the authority's clock is not ours, or the signer's certificate has expired in the meantime.
        TimestampUnavailable: the authority does not answer.
    """
    content = cms.ContentInfo.load(signature)
    info = content["content"]["signer_infos"][0]
    algorithm = info["digest_algorithm"]["algorithm"].native
    digest = new_hash(algorithm, info["signature"].native).digest()
    token = asyncio.run(timestamper.async_timestamp(digest, algorithm))
    stamped_at: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    check_clock(stamped_at, now)
    within_validity(signer_of(signature), stamped_at)
    attribute: bytes = simple_cms_attribute("signature_time_stamp_token", token).dump()
    return Stamped(_with_unsigned(signature, attribute), stamped_at)


def _with_unsigned(signature: bytes, attribute: bytes) -> bytes:
    """Give the only signer of a CMS object an unsigned attribute; every other byte stays, only lengths grow.

    asn1crypto would write every level anew, and what somebody signed is better not written by us a second time.
    """
    unsigned: bytes = parser.emit(2, 1, 1, attribute)  # [1] IMPLICIT SET OF, the last field of SignerInfo
    return _append(signature, _SIGNER_INFO, unsigned)


_SIGNER_INFO = 4
"""Levels down: ContentInfo, its [0], SignedData, the set of signers, SignerInfo. Each is the last in the one above."""


def _append(der: bytes, levels: int, tail: bytes) -> bytes:
    class_, method, tag, _, contents, _ = parser.parse(der, strict=True)
    if levels:
        start = _start_of_last(contents)
        tail = _append(contents[start:], levels - 1, tail)
        contents = contents[:start]
    grown: bytes = parser.emit(class_, method, tag, contents + tail)
    return grown


def _start_of_last(contents: bytes) -> int:
    start = 0
    while True:
        size = sum(map(len, parser.parse(contents[start:])[3:]))
        if start + size == len(contents):
            return start
        start += size


@lru_cache(maxsize=64)
def signer_of(signature: bytes) -> x509.Certificate:
    """Return the signer's certificate of a CMS object of ours: the one that its only signer names."""
    signed_data = cms.ContentInfo.load(signature)["content"]
    wanted = signed_data["signer_infos"][0]["sid"].chosen["serial_number"].native
    certificates = (each.chosen for each in signed_data["certificates"])
    return next(each for each in certificates if each.serial_number == wanted)


def reserve(signature_bytes: int) -> int:
    """Return how many bytes of DER to keep free for a signature of about that size, its timestamp to come."""
    rules = signing_rules()
    expected = signature_bytes + rules.timestamp.allowance_bytes
    return max(rules.contents.reserved_bytes, expected + expected // 2)


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 with +07:00."""
    return moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")
