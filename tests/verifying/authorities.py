"""A public key infrastructure with every fault that a certificate can have, made in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitize.sign.trust import TrustAnchors

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""The moment of every verification."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate with its key and its issuers."""

    certificate: x509.Certificate
    key: Key
    issuer: Holder | None = None

    @property
    def der(self) -> bytes:
        """Return the certificate's bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def parsed(self) -> asn1_x509.Certificate:
        """Return the certificate as asn1crypto has it."""
        return asn1_x509.Certificate.load(self.der)

    @property
    def chain(self) -> tuple[Holder, ...]:
        """Return the holder and its issuers, the root left out."""
        return () if self.issuer is None else (self, *self.issuer.chain)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is written into a certificate."""

    name: str
    begins: datetime = NOW - 365 * DAY
    ends: datetime = NOW + 365 * DAY
    authority: bool = False
    path_length: int | None = None
    constraints: bool = True
    """Whether BasicConstraints is there at all."""
    usage: frozenset[str] | None = frozenset({"digital_signature", "content_commitment"})
    """Key usages; None leaves the extension out."""
    extended: tuple[x509.ObjectIdentifier, ...] = ()
    permitted: tuple[x509.GeneralName, ...] = ()
    """Name constraints."""
    sha1: bool = False
    """Is signed with a weak hash."""
    critical_stranger: bool = False
    """Carries a critical extension that nobody knows."""
    organisation: str = "Cơ quan thử"
    no_check: bool = False


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
CERTIFIES = frozenset({"key_cert_sign", "crl_sign"})


@cache
def key(kind: str = "p256", number: int = 0) -> Key:
    """Return a key; the same for the same name."""
    del number
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    curves = {"p224": ec.SECP224R1(), "p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    return ec.generate_private_key(curves[kind])


def issue(profile: Profile, own: Key, issuer: Holder | None) -> Holder:
    """Make a certificate; without an issuer it signs itself."""
    subject = _name(profile)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(profile.begins)
        .not_valid_after(profile.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )
    signing_key = issuer.key if issuer else own
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
    )
    for extension, critical in _extensions(profile):
        builder = builder.add_extension(extension, critical=critical)
    digest = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(signing_key, digest)
    return Holder(_signed_with_sha1(certificate, signing_key) if profile.sha1 else certificate, own, issuer)


def _signed_with_sha1(certificate: x509.Certificate, signing_key: Key) -> x509.Certificate:
    """Sign again, the way no library does any more."""
    assert isinstance(signing_key, ec.EllipticCurvePrivateKey)
    made = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    made["tbs_certificate"]["signature"] = {"algorithm": "sha1_ecdsa"}
    made["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    tbs = made["tbs_certificate"].dump(force=True)
    made["signature_value"] = signing_key.sign(tbs, ec.ECDSA(hashes.SHA1()))  # noqa: S303 - the weakness is the subject
    return x509.load_der_x509_certificate(made.dump(force=True))


def _extensions(profile: Profile) -> list[tuple[x509.ExtensionType, bool]]:
    made: list[tuple[x509.ExtensionType, bool]] = []
    if profile.constraints:
        made.append((x509.BasicConstraints(ca=profile.authority, path_length=profile.path_length), True))
    if profile.usage is not None:
        made.append((x509.KeyUsage(**{name: name in profile.usage for name in _USAGES}), True))
    if profile.extended:
        stamps = profile.extended == (ExtendedKeyUsageOID.TIME_STAMPING,)
        made.append((x509.ExtendedKeyUsage(profile.extended), stamps))
    if profile.permitted:
        made.append((x509.NameConstraints(profile.permitted, None), True))
    if profile.critical_stranger:
        made.append((x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.77"), b"\x05\x00"), True))
    if profile.no_check:
        made.append((x509.OCSPNoCheck(), False))
    return made


def _name(profile: Profile) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, profile.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, profile.name),
        ]
    )


ROOT = Profile("Gốc thử", NOW - 3650 * DAY, NOW + 3650 * DAY, authority=True, usage=CERTIFIES)
ISSUING = replace(ROOT, name="Cấp chứng thư thử", begins=NOW - 1825 * DAY, ends=NOW + 1825 * DAY)
PERSON = Profile("Trần Văn Bình")
STAMPING = Profile(
    "Dấu thời gian thử", NOW - 1000 * DAY, NOW + 1000 * DAY, extended=(ExtendedKeyUsageOID.TIME_STAMPING,)
)
ANSWERING = replace(PERSON, name="Trả lời OCSP", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,), no_check=True)


@cache
def root() -> Holder:
    """Return the root that the tests trust."""
    return issue(ROOT, key("p256", 1), None)


@cache
def issuing() -> Holder:
    """Return the authority below it."""
    return issue(ISSUING, key("p256", 2), root())


@cache
def person(kind: str = "p256") -> Holder:
    """Return a good signer."""
    return issue(PERSON, key(kind, 3), issuing())


@cache
def second_person() -> Holder:
    """Return another good signer."""
    return issue(replace(PERSON, name="Lê Thị Cúc"), key("p256", 4), issuing())


@cache
def stamping() -> Holder:
    """Return the timestamp authority."""
    return issue(STAMPING, key("p256", 5), issuing())


@cache
def strange_root() -> Holder:
    """Return a root that nobody trusts; it bears the trusted root's name."""
    return issue(ROOT, key("p256", 6), None)


def trust(*anchors: Holder) -> TrustAnchors:
    """Return the anchors of a verification; the root when none is named."""
    return TrustAnchors(tuple(each.der for each in anchors or (root(),)))


def revocation_list(
    issuer: Holder,
    revoked: dict[Holder, datetime] | None = None,
    *,
    this_update: datetime = NOW - HOUR,
    next_update: datetime = NOW + 7 * DAY,
    reason: x509.ReasonFlags | None = None,
    signer: Key | None = None,
) -> asn1_crl.CertificateList:
    """Make a revocation list."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    for holder, moment in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number).revocation_date(moment)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    made = builder.sign(signer or issuer.key, hashes.SHA256())
    return asn1_crl.CertificateList.load(made.public_bytes(Encoding.DER))


def ocsp_answer(
    holder: Holder,
    *,
    revoked_at: datetime | None = None,
    at: datetime = NOW - HOUR,
    until: datetime | None = NOW + 7 * DAY,
    responder: Holder | None = None,
) -> asn1_ocsp.OCSPResponse:
    """Make an OCSP response, signed by the issuer itself unless a responder is named."""
    issuer = holder.issuer or holder
    signer = responder or issuer
    status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=holder.certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - the name of a certificate, not a signature
            cert_status=status,
            this_update=at,
            next_update=until,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if responder:
        builder = builder.certificates([responder.certificate])
    made = builder.sign(signer.key, hashes.SHA256())
    return asn1_ocsp.OCSPResponse.load(made.public_bytes(Encoding.DER))
