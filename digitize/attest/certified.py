"""An archive file becomes what the certifier signs: attestation, QR with its signed payload, both empty fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from digitize.attest.attestation import QrPrint, attach
from digitize.attest.codes import VerificationCode
from digitize.attest.numbering import Numbering
from digitize.attest.offline import OfflineClaims, PayloadKey, payload, qr_text
from digitize.attest.pictures import pictures_digest
from digitize.attest.wording import words


@dataclass(frozen=True, slots=True)
class Attesting:
    """What is attested of one copy, once its number was given."""

    numbering: Numbering
    certifier_title: str
    """Of the authority on which the certifier relies."""
    issuer: str
    """Name of the agency; stands in the QR."""
    code: VerificationCode
    base_url: str
    """Of the public pages, without a slash at its end."""


def certified(archive: bytes, attesting: Attesting, key: PayloadKey, now: datetime) -> bytes:
    """Return the file that the certifier signs.

    ECDSA draws a random number, so two calls give two files; keep the one that is being signed.

    Args:
        archive: the unsigned archive file of the capture.
        attesting: number, names and code.
        key: signs the payload of the QR.
        now: with offset.

    Raises:
        DamagedFile: the file cannot be parsed.
        Impossible: somebody signed it already.
        Misconfigured: the typeface is missing, or the catalogue lacks the form for that day.
    """
    numbering = attesting.numbering
    claims = OfflineClaims(
        attesting.issuer, numbering.serial, numbering.book, numbering.on, pictures_digest(archive), attesting.code
    )
    printed = QrPrint(
        text=qr_text(attesting.base_url, attesting.code, payload(claims, key)),
        code=attesting.code.printed,
        address=f"{urlsplit(attesting.base_url).netloc}/k",
    )
    return attach(archive, words(numbering, attesting.certifier_title), printed, now)
