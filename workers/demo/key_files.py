"""The files of the development PKI: a key with its certificate is made once and kept, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from digitize.errors import Misconfigured
from workers.demo.certificates import Authority, Key, Profile, certify, key_usage

SIGNER_YEARS = 3


class Use(Enum):
    """What a key is for."""

    SIGNS = "documents"
    STAMPS = "timestamps"
    ANSWERS = "OCSP responses"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """Where the key of one signer lies."""

    p12: Path
    passphrase_file: Path

    def read(self) -> tuple[bytes, str]:
        """Return the PKCS#12 bytes and the passphrase.

        Raises:
            Misconfigured: one of the files cannot be read.
        """
        try:
            return self.p12.read_bytes(), self.passphrase_file.read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise Misconfigured("không đọc được tệp khóa của PKI thử nghiệm") from fault


@dataclass(frozen=True, slots=True)
class Registrar:
    """Where keys are kept and what every new certificate gets."""

    folder: Path
    now: datetime
    """New certificates are valid from the day before."""
    address: str | None
    """Where revocation is told; None: nowhere."""

    def authority(self, label: str, name: str, issuer: Authority | None, years: int) -> Authority:
        """Load or make a certificate authority.

        Raises:
            Misconfigured: its files are damaged.
        """
        place = self.folder / "authorities" / f"{label}.pem"
        if place.exists():
            return load_authority(self.folder, label)
        key = ec.generate_private_key(ec.SECP256R1())
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
            (x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), True),
            (key_usage(authority=True), True),
        )
        certificate = certify(Profile(name, years, extensions), key, issuer, self.now, self.address)
        passphrase = _new_passphrase(place.with_suffix(".pass"))
        pem = key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
        ) + certificate.public_bytes(Encoding.PEM)
        write_whole(place, pem, 0o600)
        return Authority(label, certificate, key)

    def signer(
        self, identity: str, name: str, issuer: Authority, chain: Iterable[x509.Certificate], use: Use = Use.SIGNS
    ) -> KeyEntry:
        """Keep or make one PKCS#12: RSA-2048 for people and offices, P-256 for the others."""
        stem = _file_stem(identity)
        entry = KeyEntry(self.folder / "keys" / f"{stem}.p12", self.folder / "keys" / f"{stem}.pass")
        if entry.p12.exists() and entry.passphrase_file.exists():
            return entry
        key: Key = (
            rsa.generate_private_key(65537, 2048) if use is Use.SIGNS else ec.generate_private_key(ec.SECP256R1())
        )
        profile = Profile(name, SIGNER_YEARS, _extensions(use))
        certificate = certify(profile, key, issuer, self.now, self.address)
        passphrase = _new_passphrase(entry.passphrase_file)
        bundle = pkcs12.serialize_key_and_certificates(
            identity.encode(), key, certificate, list(chain), BestAvailableEncryption(passphrase.encode())
        )
        write_whole(entry.p12, bundle, 0o600)
        return entry


def load_authority(folder: Path, label: str) -> Authority:
    """Load the key and the certificate of an authority.

    Raises:
        Misconfigured: its files are missing or damaged.
    """
    place = folder / "authorities" / f"{label}.pem"
    try:
        pem = place.read_bytes()
        key = load_pem_private_key(pem, place.with_suffix(".pass").read_text(encoding="utf-8").strip().encode())
        certificate = x509.load_pem_x509_certificates(pem)[0]
    except (OSError, ValueError, IndexError) as fault:
        raise Misconfigured(f"tệp {place.name} của PKI thử nghiệm bị hỏng") from fault
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Misconfigured(f"tệp {place.name} của PKI thử nghiệm không chứa khóa RSA hay ECDSA")
    return Authority(label, certificate, key)


def _extensions(use: Use) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    common: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(authority=False), True),
    )
    if use is Use.STAMPS:
        return (*common, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True))
    if use is Use.ANSWERS:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        return (*common, (purpose, False), (x509.OCSPNoCheck(), False))
    return common


def _file_stem(identity: str) -> str:
    """Return a file name that no id can turn into a path."""
    plain = "".join(character if character.isascii() and character.isalnum() else "-" for character in identity)
    same = plain == identity
    return plain if same else f"{plain[:40]}-{sha256(identity.encode()).hexdigest()[:12]}"


def _new_passphrase(place: Path) -> str:
    passphrase = secrets.token_urlsafe(24)
    write_whole(place, passphrase.encode(), 0o600)
    return passphrase


def write_whole(place: Path, data: bytes, mode: int) -> None:
    """Write a file whole: a reader, and a second start after a crash, sees the old one or the new one."""
    half = place.with_name(f".{place.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(descriptor, mode)
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    half.replace(place)
