"""Levels B-LT and B-LTA: proof added to a signed file, never a byte changed of it (EN 319 142-1 §5.4-5.5).

:func:`to_lt` appends what the chains need to be judged without asking anybody; :func:`to_lta` appends a timestamp over
the whole file, which keeps the proof when certificates expire and algorithms fade. Both outputs begin with their input.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from digitize.errors import SignatureTooLarge
from digitize.sign.eligibility import check_clock
from digitize.sign.evidence import Evidence
from digitize.sign.rules import signing_rules
from digitize.sign.slot import TooSmall, faults_named, open_archive_slot, revision_of

ARCHIVE_FIELD = "ArchiveTimestamp"
"""Fields of document timestamps are called so, with a number from 1."""

ARCHIVE_DIGEST = "sha512"
"""Digest over the whole file: the longest-lived that every authority stamps; it costs nothing beside the exchange."""


def to_lt(pdf: bytes, evidence: Evidence) -> bytes:
    """Append a document security store with what is not in the file's yet.

    Args:
        pdf: a signed file.
        evidence: see ``revocation_source.gather``.

    Returns:
        The file itself when there is nothing to add.

    Raises:
        DocumentAtFault: the file cannot be extended.
    """
    with faults_named():
        writer = revision_of(pdf)
        store = DocumentSecurityStore.supply_dss_in_writer(
            writer,
            sig_contents=None,
            certs=evidence.certificates,
            ocsps=evidence.ocsps,
            crls=evidence.crls,
        )
        if not store.modified:
            return pdf
        output = BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
        return output.getvalue()


def to_lta(pdf: bytes, timestamper: TimeStamper, now: datetime) -> bytes:
    """Append a document timestamp.

    Args:
        pdf: a signed file, its proof appended.
        timestamper: of an authority.
        now: with an offset.

    Raises:
        TimestampUnavailable: the authority does not answer.
        SigningRefused: its clock is not ours, or its token outgrew its place twice.
        DocumentAtFault: the file cannot be extended.
    """
    try:
        return _stamped(pdf, timestamper, now, signing_rules().contents.reserved_bytes)
    except SignatureTooLarge as first:
        return _stamped(pdf, timestamper, now, 2 * first.needed_bytes)


def _stamped(pdf: bytes, timestamper: TimeStamper, now: datetime, room: int) -> bytes:
    slot = open_archive_slot(pdf, ARCHIVE_FIELD, room, ARCHIVE_DIGEST)
    token: cms.ContentInfo = asyncio.run(timestamper.async_timestamp(slot.digest, ARCHIVE_DIGEST))
    stamped_at: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    check_clock(stamped_at, now)
    try:
        return slot.fill(token.dump())
    except TooSmall as fault:
        raise SignatureTooLarge(fault.needed, slot.room) from fault
