"""The development PKI: a root, an issuing authority, a timestamp authority, one certificate per clerk and per office.

Every certificate says of itself that it has no legal value: in its organisation, and by a certificate policy that the
visible block and the verifier recognise. Private keys and passphrases lie in files that only their owner may read.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitize.errors import InvalidInput, Misconfigured
from digitize.sign.rules import signing_rules

ORGANISATION = "THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
"""Stands as organisation in every certificate of this PKI."""

ROOT_YEARS = 20
AUTHORITY_YEARS = 10
SIGNER_YEARS = 3

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


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
class DevelopmentPki:
    """The folder of a development PKI."""

    folder: Path
    trust: Path
    """Folder with the root's certificate: what ``sohoa verify --trust`` takes."""
    keyring: Path
    """JSON: id of a clerk or an office to the names of its files, relative to the folder."""
    signers: Mapping[str, KeyEntry]
    """By id of the clerk or the office."""
    timestamp: KeyEntry
    """The timestamp authority's own key."""


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: Key


def make_pki(
    folder: Path, clerks: Sequence[tuple[str, str]], offices: Sequence[tuple[str, str]], now: datetime
) -> DevelopmentPki:
    """Make what is missing of a development PKI; what is there stays as it is.

    Args:
        folder: its home; made with mode 0700.
        clerks: id and full name of each person who signs captures.
        offices: id and name of each office that seals.
        now: certificates are valid from the day before.

    Raises:
        InvalidInput: an id occurs twice.
    """
    ids = [identity for identity, _ in (*clerks, *offices)]
    if len(set(ids)) != len(ids):
        raise InvalidInput("mã người ký bị trùng trong PKI thử nghiệm")
    for part in (folder, folder / "authorities", folder / "keys"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.chmod(0o700)
    root = _authority(folder, "root", "Gốc thử nghiệm của Số hóa", None, ROOT_YEARS, now)
    issuing = _authority(folder, "issuing", "Chứng thực số thử nghiệm của Số hóa", root, AUTHORITY_YEARS, now)
    (folder / "trust").mkdir(mode=0o755, exist_ok=True)
    trusted = folder / "trust" / "root.pem"
    if not trusted.exists():
        _write(trusted, root.certificate.public_bytes(Encoding.PEM), 0o644)
    chain = (issuing.certificate, root.certificate)
    timestamp = _signer(folder, "timestamp", "Dấu thời gian thử nghiệm của Số hóa", issuing, chain, now, stamps=True)
    signers = {
        identity: _signer(folder, identity, name, issuing, chain, now, stamps=False)
        for identity, name in (*clerks, *offices)
    }
    keyring = folder / "keyring.json"
    _write(keyring, _keyring(folder, signers, timestamp), 0o600)
    return DevelopmentPki(folder, folder / "trust", keyring, signers, timestamp)


def open_pki(folder: Path) -> DevelopmentPki:
    """Return the PKI that :func:`make_pki` left in a folder.

    Raises:
        Misconfigured: there is none.
    """
    try:
        ring = json.loads((folder / "keyring.json").read_text(encoding="utf-8"))
        signers = {identity: _entry(folder, entry) for identity, entry in ring["signers"].items()}
        timestamp = _entry(folder, ring["timestamp"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Misconfigured("thư mục PKI thử nghiệm chưa được tạo hoặc bị hỏng") from fault
    return DevelopmentPki(folder, folder / "trust", folder / "keyring.json", signers, timestamp)


def _entry(folder: Path, names: Mapping[str, str]) -> KeyEntry:
    return KeyEntry(folder / names["p12"], folder / names["passphrase_file"])


def _keyring(folder: Path, signers: Mapping[str, KeyEntry], timestamp: KeyEntry) -> bytes:
    """Return the index; signers of an earlier call that were not named again stay in it."""
    try:
        known = json.loads((folder / "keyring.json").read_text(encoding="utf-8"))["signers"]
    except (OSError, ValueError, KeyError):
        known = {}
    named = {identity: _names(folder, entry) for identity, entry in signers.items()}
    ring = {"signers": {**known, **named}, "timestamp": _names(folder, timestamp)}
    return json.dumps(ring, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _names(folder: Path, entry: KeyEntry) -> dict[str, str]:
    return {
        "p12": str(entry.p12.relative_to(folder)),
        "passphrase_file": str(entry.passphrase_file.relative_to(folder)),
    }


def _authority(folder: Path, label: str, name: str, issuer: _Authority | None, years: int, now: datetime) -> _Authority:
    """Load or make a certificate authority."""
    place = folder / "authorities" / f"{label}.pem"
    secret = folder / "authorities" / f"{label}.pass"
    if place.exists():
        return _load_authority(place, secret)
    key = ec.generate_private_key(ec.SECP256R1())
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), True),
        (_key_usage(authority=True), True),
    )
    certificate = _certify(name, key, issuer, years, now, extensions)
    passphrase = _new_passphrase(secret)
    pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    ) + certificate.public_bytes(Encoding.PEM)
    _write(place, pem, 0o600)
    return _Authority(certificate, key)


def _load_authority(place: Path, secret: Path) -> _Authority:
    try:
        pem = place.read_bytes()
        key = load_pem_private_key(pem, secret.read_text(encoding="utf-8").strip().encode())
        certificate = x509.load_pem_x509_certificates(pem)[0]
    except (OSError, ValueError, IndexError) as fault:
        raise Misconfigured(f"tệp {place.name} của PKI thử nghiệm bị hỏng") from fault
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Misconfigured(f"tệp {place.name} của PKI thử nghiệm không chứa khóa RSA hay ECDSA")
    return _Authority(certificate, key)


def _signer(
    folder: Path,
    identity: str,
    name: str,
    issuer: _Authority,
    chain: Iterable[x509.Certificate],
    now: datetime,
    *,
    stamps: bool,
) -> KeyEntry:
    """Keep or make one PKCS#12: RSA-2048 for people and offices, P-256 for the timestamp authority."""
    stem = _file_stem(identity)
    entry = KeyEntry(folder / "keys" / f"{stem}.p12", folder / "keys" / f"{stem}.pass")
    if entry.p12.exists() and entry.passphrase_file.exists():
        return entry
    key: Key = ec.generate_private_key(ec.SECP256R1()) if stamps else rsa.generate_private_key(65537, 2048)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(authority=False), True),
    ]
    if stamps:
        extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True))
    certificate = _certify(name, key, issuer, SIGNER_YEARS, now, extensions)
    passphrase = _new_passphrase(entry.passphrase_file)
    bundle = pkcs12.serialize_key_and_certificates(
        identity.encode(), key, certificate, list(chain), BestAvailableEncryption(passphrase.encode())
    )
    _write(entry.p12, bundle, 0o600)
    return entry


def _certify(
    name: str,
    key: Key,
    issuer: _Authority | None,
    years: int,
    now: datetime,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    signing_key = key if issuer is None else issuer.key
    policy = x509.PolicyInformation(x509.ObjectIdentifier(signing_rules().no_legal_value.policy_oid), None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signing_key, hashes.SHA256())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
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


def _file_stem(identity: str) -> str:
    """Return a file name that no id can turn into a path."""
    plain = "".join(character if character.isascii() and character.isalnum() else "-" for character in identity)
    same = plain == identity
    return plain if same else f"{plain[:40]}-{sha256(identity.encode()).hexdigest()[:12]}"


def _new_passphrase(place: Path) -> str:
    passphrase = secrets.token_urlsafe(24)
    _write(place, passphrase.encode(), 0o600)
    return passphrase


def _write(place: Path, data: bytes, mode: int) -> None:
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
