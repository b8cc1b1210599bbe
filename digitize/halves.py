"""What a token at a person's machine is asked to sign, and what it answers: plain values, no library behind them.

The worker that prepares (:mod:`digitize.sign.two_step`, :mod:`digitize.sign.metadata`) and the door that hands out
share them. A prepared signature is stored as JSON; :class:`SignatureRequest` reads of it what the token needs and
nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_CERTIFICATES = 8
"""In the chain of a token: the signer's own and a few issuers."""

MOST_CERTIFICATE_BYTES = 8192
"""Of one certificate, DER; those in use have 1 to 3 kB."""

MOST_VALUE_BYTES = 1024
"""Of one signature value: RSA of 8192 bit."""


class SignatureAlgorithm(StrEnum):
    """How a token computes its value."""

    RSASSA_PKCS1V15 = "rsassa_pkcs1v15"
    """RFC 8017 §8.2."""
    RSASSA_PSS = "rsassa_pss"
    """RFC 8017 §8.1; MGF1 with the same digest, salt of :attr:`Half.salt_bytes`."""
    ECDSA = "ecdsa"
    """Value as DER of SEQUENCE {r, s} (RFC 3279 §2.2.3)."""


@dataclass(frozen=True, slots=True)
class Half:
    """The half of a signature that is known before the token was asked."""

    signer: str
    """Common name of the certificate."""
    certificates: tuple[bytes, ...]
    """DER; the signer's own first."""
    algorithm: SignatureAlgorithm
    digest_algorithm: str
    """``sha256``, ``sha384`` or ``sha512``."""
    salt_bytes: int
    """Of a PSS signature: as many as the digest has; 0 for the others."""
    to_sign: bytes
    """DER of the signed attributes: what a token that hashes for itself takes."""
    digest_to_sign: bytes
    """Their digest: what a token that signs digests takes."""
    prepared_at: str
    """ISO 8601 with +07:00."""
    expires_at: str
    """ISO 8601 with +07:00: later the value is refused."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A prepared signature, as far as a token must know it."""

    half: Half


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """Everything that one order asks of a token."""

    file: Waiting
    """The signature on the file."""
    data: Waiting | None = None
    """The agency's signature over the confirmed data."""

    @property
    def halves(self) -> tuple[Half, ...]:
        """In the order in which the values are given: the file's first."""
        return (self.file.half,) if self.data is None else (self.file.half, self.data.half)


@dataclass(frozen=True, slots=True)
class SignatureAnswer:
    """What a token gave."""

    values: tuple[bytes, ...]
    """In the order of :attr:`SignatureRequest.halves`."""
