"""The authorities of a development PKI, in this process: what they say of revocation, and timestamps that last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPRequest, OCSPResponse
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.sign.keys import LoadedSigner
from digitize.sign.revocation_http import cert_id
from digitize.sign.revocation_source import Word
from workers.demo.certificates import Profile, certify, key_usage
from workers.demo.key_files import load_authority
from workers.demo.pki import DevelopmentPki
from workers.demo.revocation import RevocationDesk
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority


class Issuers:
    """What the authorities of a PKI say about revocation, without the network."""

    def __init__(self, pki: DevelopmentPki) -> None:
        """Open their keys."""
        self._desk = RevocationDesk.open(pki)

    def word_on(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate, now: datetime) -> Word | None:
        """Give the list of the root, and the issuing authority's answer (RFC 6960)."""
        if issuer.self_issued:
            listed = self._desk.crl("root", now)
            return None if listed is None else CertificateList.load(listed)
        request = OCSPRequest({"tbs_request": {"request_list": [{"req_cert": cert_id(certificate, issuer)}]}})
        return OCSPResponse.load(self._desk.answer(request.dump(), now))


def lasting_stamper(pki: Path, years: int, clock: Callable[[], datetime]) -> TimeStamper:
    """Return a timestamp authority in this process whose certificate outlives those of the signers."""
    return AuthorityInProcess(lasting_authority(pki, years, clock), clock)


def lasting_authority(pki: Path, years: int, clock: Callable[[], datetime]) -> TimestampAuthority:
    """Return a timestamp authority whose certificate outlives those of the signers.

    Args:
        pki: folder of a development PKI.
        years: for which the certificate is made.
        clock: of the authority.
    """
    issuing = load_authority(pki, "issuing")
    key = ec.generate_private_key(ec.SECP256R1())
    extensions = (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(authority=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    )
    made = certify(Profile("Dấu thời gian bền", years, extensions), key, issuing, clock(), None)
    certificate, issuer = (
        asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (made, issuing.certificate)
    )
    return TimestampAuthority(LoadedSigner(certificate, (issuer,), key))
