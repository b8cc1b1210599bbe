"""Certificates of the development PKI: each confesses in its organisation and its policy that it has no legal value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from digitize.sign.rules import signing_rules

ORGANISATION = "THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
"""Stands as organisation in every certificate of this PKI."""

LONGEST_NAME_BYTES = 64
"""Of a common name (RFC 5280 Appendix A, ub-common-name); long Vietnamese names of offices are cut."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority with its key."""

    label: str
    """``root`` or ``issuing``: the name of its files and of its revocation list."""
    certificate: x509.Certificate
    key: Key


@dataclass(frozen=True, slots=True)
class Profile:
    """What a certificate is for and how long."""

    name: str
    """Common name."""
    years: int
    extensions: tuple[tuple[x509.ExtensionType, bool], ...]
    """Each with whether it is critical."""


def certify(
    profile: Profile, key: Key, issuer: Authority | None, now: datetime, address: str | None
) -> x509.Certificate:
    """Make a certificate.

    Args:
        profile: what it is for.
        key: its own key.
        issuer: None for a root.
        now: it is valid from the day before.
        address: where revocation is told, without a slash at the end; None: nowhere.
    """
    subject = _subject(profile.name)
    signing_key = key if issuer is None else issuer.key
    policy = x509.PolicyInformation(x509.ObjectIdentifier(signing_rules().no_legal_value.policy_oid), None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * profile.years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
    )
    for extension, critical in (*profile.extensions, *_pointers(issuer, address)):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signing_key, hashes.SHA256())


def key_usage(*, authority: bool) -> x509.KeyUsage:
    """Return the usages of an authority's key, or of anybody else's."""
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")),
        ]
    )


def _pointers(issuer: Authority | None, address: str | None) -> Iterable[tuple[x509.ExtensionType, bool]]:
    """Say where revocation is told: a list of every authority, and a responder for those of the issuing one."""
    if issuer is None or address is None:
        return
    listed = x509.UniformResourceIdentifier(f"{address}/crl/{issuer.label}.crl")
    yield x509.CRLDistributionPoints([x509.DistributionPoint([listed], None, None, None)]), False
    if issuer.label == "issuing":
        responder = x509.UniformResourceIdentifier(f"{address}/ocsp")
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, responder)
        yield x509.AuthorityInformationAccess([access]), False
