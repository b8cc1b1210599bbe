"""What a signature is asked to be, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digitize.errors import InvalidInput
from digitize.model import Role
from digitize.sign.rules import Regime


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """One signature on one file."""

    role: Role
    name: str
    """As it stands on the page: the person who scanned (clerk) or certifies (certifier), or the office (agency)."""
    scanned_at: datetime | None = None
    """When the paper was scanned, with an offset; the clerk's block shows it, so a clerk's order must have it."""
    copy_form: str = "SY"
    """Code of the form of copy; the agency's block shows its wording. Empty on a certified copy, whose attestation says
    it."""
    regime: Regime = Regime.CONG_VU
    """The law under which the signing certificate was issued."""

    def __post_init__(self) -> None:
        """Refuse an order whose block could not be worded.

        Raises:
            InvalidInput: a name is missing, or a time is missing or without offset.
        """
        if not self.name.strip():
            raise InvalidInput("thiếu tên người ký hoặc cơ quan ký")
        if self.role is Role.CLERK and self.scanned_at is None:
            raise InvalidInput("thiếu thời gian quét cho chữ ký của người số hóa")
        if self.scanned_at is not None and self.scanned_at.utcoffset() is None:
            raise InvalidInput("thời gian quét thiếu múi giờ")


@dataclass(frozen=True, slots=True)
class SignedRevision:
    """A file with one signature more; it begins with the exact bytes of the file before."""

    pdf: bytes
    sha256: str
    """Of :attr:`pdf`, lower-case hex."""
    base_sha256: str
    """Of the file that was signed, lower-case hex."""
    field: str
    """Form field that carries the signature."""
    role: Role
    signer: str
    """Common name of the certificate."""
    certificate_sha256: str
    """Of the certificate's DER, lower-case hex."""
    signed_at: str
    """ISO 8601 with +07:00: the timestamp's time where there is one, else our own clock's."""
    level: str
    """``B-T`` with a timestamp, ``B-B`` without."""
