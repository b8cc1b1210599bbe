"""Who may sign, with what and when: a table of the dated policy, read before any key is touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitize.errors import SigningRefused
from digitize.sign.eligibility import may_sign
from digitize.sign.keys import LoadedSigner
from digitize.sign.possession import prove_possession
from digitize.sign.rules import Regime
from tests.pki.world import strange_signer, world

OLD = datetime(2025, 8, 14, 16, 59, tzinfo=UTC)
"""The last minute in Vietnam of the day before TT 15/2025/TT-BKHCN."""
NEW = datetime(2025, 8, 14, 17, 0, tzinfo=UTC)
"""Its first minute."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(name: str) -> Key:
    """Make a key once."""
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "P-224": ec.SECP224R1(),
              "K-256": ec.SECP256K1()}  # fmt: skip
    if name in curves:
        return ec.generate_private_key(curves[name])
    if name == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(name.removeprefix("RSA-")))


def certificate(name: str, *, purposes: tuple[made.ObjectIdentifier, ...] = ()) -> x509.Certificate:
    """Return a certificate for a key, valid around both dates."""
    subject = made.Name([made.NameAttribute(NameOID.COMMON_NAME, "Người ký")])
    builder = (
        made.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key(name).public_key())
        .serial_number(7)
        .not_valid_before(OLD - timedelta(days=30))
        .not_valid_after(NEW + timedelta(days=30))
    )
    if purposes:
        builder = builder.add_extension(made.ExtendedKeyUsage(purposes), critical=False)
    signed = builder.sign(key("P-256"), hashes.SHA256())
    return x509.Certificate.load(signed.public_bytes(Encoding.DER))


@pytest.mark.parametrize("pss", [False, True], ids=["pkcs1v15", "pss"])
@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("now", [OLD, NEW], ids=["14/8/2025", "15/8/2025"])
@pytest.mark.parametrize("name", ["RSA-1024", "RSA-2048", "RSA-3072"])
def test_rsa_signs_from_2048_bits_and_by_the_padding_of_its_day(
    name: str, now: datetime, regime: Regime, pss: bool
) -> None:
    refused = "ngắn hơn 2048 bit" if name == "RSA-1024" else ""
    if not refused and regime is Regime.CONG_CONG and now is NEW and not pss:
        refused = "RSASSA-PSS"
    if refused:
        with pytest.raises(SigningRefused, match=refused):
            may_sign(certificate(name), pss, regime, now)
    else:
        assert may_sign(certificate(name), pss, regime, now).public_key.algorithm == "rsa"


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("P-256", ""),
        ("P-384", ""),
        ("P-521", ""),
        ("P-224", "đường cong ECDSA"),
        ("K-256", "đường cong ECDSA"),
        ("Ed25519", "ed25519"),
    ],
)
@pytest.mark.parametrize("regime", list(Regime))
def test_only_the_curves_of_the_catalogue_sign(name: str, refused: str, regime: Regime) -> None:
    if refused:
        with pytest.raises(SigningRefused, match=refused):
            may_sign(certificate(name), rsa_pss=False, regime=regime, now=NEW)
    else:
        may_sign(certificate(name), rsa_pss=False, regime=regime, now=NEW)


def test_a_certificate_issued_with_sha_1_does_not_sign() -> None:
    weak = certificate("P-256")
    weak["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    with pytest.raises(SigningRefused, match="băm yếu"):
        may_sign(weak, rsa_pss=False, regime=Regime.CONG_VU, now=NEW)


@pytest.mark.parametrize("purpose", [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH])
def test_a_certificate_for_another_purpose_does_not_sign(purpose: made.ObjectIdentifier) -> None:
    with pytest.raises(SigningRefused, match="mục đích khác"):
        may_sign(certificate("P-256", purposes=(purpose,)), rsa_pss=False, regime=Regime.CONG_VU, now=NEW)
    both = certificate("P-256", purposes=(purpose, ExtendedKeyUsageOID.EMAIL_PROTECTION))
    assert may_sign(both, rsa_pss=False, regime=Regime.CONG_VU, now=NEW)


class WrongToken(LoadedSigner):
    """A token that holds another key under the label of the clerk's."""

    def __init__(self) -> None:
        """Take the clerk's certificate."""
        clerk = world().clerk
        super().__init__(clerk.signing_cert, tuple(clerk.cert_registry), clerk._key)
        self._key = rsa.generate_private_key(65537, 2048)


def test_a_key_proves_that_it_belongs_to_its_certificate_before_it_meets_a_document() -> None:
    for signer in (world().clerk, strange_signer(key=ec.generate_private_key(ec.SECP521R1())).signer):
        prove_possession(signer)
    with pytest.raises(SigningRefused, match="không khớp"):
        prove_possession(WrongToken())
