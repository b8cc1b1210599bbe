"""A PKI that lives for decades: a root, and authorities that replace their certificates every few years."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from asn1crypto.tsp import TimeStampReq, TimeStampResp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.sign.keys import LoadedSigner
from digitize.sign.revocation_source import Word
from digitize.sign.trust import TrustAnchors
from workers.demo.certificates import Authority, Key, Profile, certify, key_usage
from workers.demo.tsa import TimestampAuthority

PLACE = "http://127.0.0.1:9"
"""Where the certificates say that revocation is told."""

YEAR = timedelta(days=365)


@dataclass(slots=True)
class Decades:
    """An authority for decades and what it issued; its clock is what the caller says."""

    begun: datetime
    root: Authority = field(init=False)
    _stampers: dict[int, TimestampAuthority] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the root."""
        key = ec.generate_private_key(ec.SECP384R1())
        extensions = ((x509.BasicConstraints(ca=True, path_length=None), True), (key_usage(authority=True), True))
        certificate = certify(Profile("Gốc bền lâu", 40, extensions), key, None, self.begun, None)
        self.root = Authority("root", certificate, key)

    @property
    def trust(self) -> TrustAnchors:
        """Believe in the root."""
        return TrustAnchors((self.root.certificate.public_bytes(Encoding.DER),))

    def signer(self, name: str, years: int, now: datetime) -> LoadedSigner:
        """Issue a person's certificate."""
        return self._issue(name, years, now, rsa.generate_private_key(65537, 2048), ())

    def stamper(self, now: datetime) -> TimeStamper:
        """Return the timestamp authority of the day.

        The first one has an RSA-2048 key and serves for a year; those after it have P-256 keys and serve for four. All
        their certificates are valid for five.
        """
        period = 0 if now < self.begun + YEAR else 1 + (now - self.begun - YEAR) // (4 * YEAR)
        if period not in self._stampers:
            since = self.begun + YEAR * (4 * period - 3) if period else self.begun
            key: Key = ec.generate_private_key(ec.SECP256R1()) if period else rsa.generate_private_key(65537, 2048)
            purpose = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
            signer = self._issue(f"Dấu thời gian {since:%Y}", 5, since, key, (purpose,))
            self._stampers[period] = TimestampAuthority(signer)
        return _Stamper(self._stampers[period], now)

    def word_on(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate, now: datetime) -> Word:
        """Give the list of the day: nobody is revoked."""
        assert certificate.issuer == issuer.subject
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(now)
            .next_update(now + timedelta(days=1))
        )
        listed = builder.sign(self.root.key, hashes.SHA256())
        return CertificateList.load(listed.public_bytes(Encoding.DER))

    def _issue(
        self, name: str, years: int, now: datetime, key: Key, purpose: tuple[tuple[x509.ExtensionType, bool], ...]
    ) -> LoadedSigner:
        extensions = ((x509.BasicConstraints(ca=False, path_length=None), True), (key_usage(authority=False), True))
        certificate = certify(Profile(name, years, (*extensions, *purpose)), key, self.root, now, PLACE)
        return LoadedSigner(asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)), (), key)


class _Stamper(TimeStamper):
    """An authority at a moment."""

    def __init__(self, authority: TimestampAuthority, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority
        self._now = now

    async def async_request_tsa_response(self, req: TimeStampReq) -> TimeStampResp:
        return TimeStampResp.load(await self._authority.reply(req.dump(), self._now))
