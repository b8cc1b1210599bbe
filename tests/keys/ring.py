"""A keyring with every adapter and every algorithm, and what proves a signature without our own code."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from digitize.model import Role
from digitize.sign.order import SigningOrder
from digitize.sign.rules import Regime
from tests.keys.csc_service import CLIENT, CLIENT_SECRET, EC_BARE, RSA_BARE, RSA_PSS, Credential, CscDouble
from tests.keys.csc_service import PIN as CSC_PIN
from tests.keys.softhsm import MODULE, PIN, SoftHsm
from tests.pki.world import NOW, StrangeSigner, strange_signer

PASSPHRASE = "mật khẩu của tệp khóa"


class Kind(StrEnum):
    """Key and padding."""

    RSA = "rsa"
    RSA_PSS = "rsa-pss"
    P256 = "p256"
    P384 = "p384"

    @property
    def padding(self) -> str:
        """As the keyring writes it."""
        return "pss" if self is Kind.RSA_PSS else "pkcs1v15"

    @property
    def order(self) -> SigningOrder:
        """Of a clerk's signature; public certificates sign by PSS (TT 15/2025/TT-BKHCN)."""
        regime = Regime.CONG_CONG if self is Kind.RSA_PSS else Regime.CONG_VU
        return SigningOrder(Role.CLERK, "Nguyễn Thị Hương", scanned_at=NOW, regime=regime)

    @property
    def algorithm(self) -> str:
        """As a verification names it."""
        return {
            Kind.RSA: "rsassa_pkcs1v15 sha256", Kind.RSA_PSS: "rsassa_pss sha256",
            Kind.P256: "ecdsa sha256", Kind.P384: "ecdsa sha384",
        }[self]  # fmt: skip


@cache
def holder(kind: Kind) -> StrangeSigner:
    """Return key and certificate of a kind."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if kind in {Kind.RSA, Kind.RSA_PSS}:
        key = rsa.generate_private_key(65537, 2048)
    else:
        key = ec.generate_private_key(ec.SECP256R1() if kind is Kind.P256 else ec.SECP384R1())
    return strange_signer(key=key)


@dataclass(frozen=True, slots=True)
class Ring:
    """The keyring and what stands behind it."""

    file: Path
    hsm: SoftHsm
    token: str
    """Label of the token with all keys."""
    service: CscDouble
    token_pin: Path
    csc_pin: Path


def make_ring(folder: Path, hsm: SoftHsm, service: CscDouble, token: str) -> Ring:
    """Give every adapter a key of every kind: ``pkcs12-rsa``, ``pkcs11-p384``, ``csc-rsa-pss``."""
    secrets = {"pass": PASSPHRASE, "hsm.pin": PIN, "csc.pin": CSC_PIN, "csc.secret": CLIENT_SECRET}
    for name, secret in secrets.items():
        (folder / name).write_text(secret + "\n", encoding="utf-8")
        (folder / name).chmod(0o600)
    hsm.add_token(token)
    for number, kind in enumerate(Kind, start=1):
        own = holder(kind)
        bundle = pkcs12.serialize_key_and_certificates(
            b"x", own.key, own.certificate, [own.issuer], BestAvailableEncryption(PASSPHRASE.encode())
        )
        (folder / f"{kind}.p12").write_bytes(bundle)
        hsm.load(token, kind, own.key, (own.certificate, own.issuer), f"{number:02x}")
        service.credentials[kind] = Credential(own.key, (own.certificate, own.issuer), _offered(kind))
    file = folder / "keyring.toml"
    file.write_text(_toml(token, service), encoding="utf-8")
    file.chmod(0o600)
    return Ring(file, hsm, token, service, folder / "hsm.pin", folder / "csc.pin")


def openssl_accepts(pdf: bytes, kind: Kind, folder: Path) -> None:
    """Have the openssl program verify the one signature of a file against its root."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        value = next(each.V for each in opened.Root.AcroForm.Fields if "/V" in each)
        first, before, second, after = (int(number) for number in value.ByteRange)
        (folder / "cms.der").write_bytes(cms.ContentInfo.load(bytes(value.Contents)).dump())
    (folder / "covered").write_bytes(pdf[first:before] + pdf[second : second + after])
    (folder / "root.pem").write_bytes(holder(kind).issuer.public_bytes(Encoding.PEM))
    said = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-in", folder / "cms.der", "-binary", "-cades"),
            *("-content", folder / "covered", "-CAfile", folder / "root.pem", "-purpose", "any"),
            *("-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def _offered(kind: Kind) -> tuple[str, ...]:
    if kind is Kind.RSA:
        return (RSA_BARE,)
    if kind is Kind.RSA_PSS:
        return (RSA_BARE, RSA_PSS)
    return ("1.2.840.10045.4.3.2",) if kind is Kind.P256 else (EC_BARE,)


def _toml(token: str, service: CscDouble) -> str:
    shared = f"""
[tokens.hsm]
module = "{MODULE}"
label = "{token}"
pin_file = "hsm.pin"
sessions = 2

[services.csc]
url = "{service.url}"
token_url = "{service.token_url}"
client_id = "{CLIENT}"
client_secret_file = "csc.secret"
timeout_s = 10.0
at_once = 2
"""
    return shared + "".join(map(_entries, Kind))


def _entries(kind: Kind) -> str:
    return f"""
[signers.pkcs12-{kind}]
p12 = "{kind}.p12"
passphrase_file = "pass"
rsa_padding = "{kind.padding}"

[signers.pkcs11-{kind}]
adapter = "pkcs11"
tokens = ["hsm"]
key_label = "{kind}"
rsa_padding = "{kind.padding}"

[signers.csc-{kind}]
adapter = "csc"
service = "csc"
credential = "{kind}"
pin_file = "csc.pin"
wait_s = 20.0
rsa_padding = "{kind.padding}"
"""
