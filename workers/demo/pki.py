"""The development PKI: authorities, a timestamp authority, a responder, one certificate per clerk and per office.

Every certificate says of itself that it has no legal value: in its organisation, and by a certificate policy that the
visible block and the verifier recognise. Private keys and passphrases lie in files that only their owner may read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from digitize.errors import InvalidInput, Misconfigured
from workers.demo.key_files import KeyEntry, Registrar, Use, write_whole

ROOT_YEARS = 20
AUTHORITY_YEARS = 10

ADDRESS_FILE = "address.txt"
"""Holds where revocation is told."""

QR_KEY_FILE = "qr.pem"
"""Signs the QR of certified copies."""


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
    responder: KeyEntry
    """The key that signs answers on revocation (RFC 6960)."""
    address: str | None
    """Where revocation is told, as the certificates say; None: nowhere."""
    qr_key: Path
    """Signs the QR of certified copies: PEM, P-256."""


def make_pki(
    folder: Path,
    clerks: Sequence[tuple[str, str]],
    offices: Sequence[tuple[str, str]],
    now: datetime,
    address: str | None = None,
) -> DevelopmentPki:
    """Make what is missing of a development PKI; what is there stays as it is.

    Args:
        folder: its home; made with mode 0700.
        clerks: id and full name of each person who signs captures.
        offices: id and name of each office that seals.
        now: certificates are valid from the day before.
        address: where ``workers.demo.tsa`` will be found, like ``http://127.0.0.1:8318``; new certificates point there
            for revocation. A folder that has an address keeps it.

    Raises:
        InvalidInput: an id occurs twice.
    """
    ids = [identity for identity, _ in (*clerks, *offices)]
    if len(set(ids)) != len(ids):
        raise InvalidInput("mã người ký bị trùng trong PKI thử nghiệm")
    for part in (folder, folder / "authorities", folder / "keys"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.chmod(0o700)
    if address is not None and address_of(folder) is None:
        write_whole(folder / ADDRESS_FILE, address.encode(), 0o644)
    registrar = Registrar(folder, now, address_of(folder))
    root = registrar.authority("root", "Gốc thử nghiệm của Số hóa", None, ROOT_YEARS)
    issuing = registrar.authority("issuing", "Chứng thực số thử nghiệm của Số hóa", root, AUTHORITY_YEARS)
    (folder / "trust").mkdir(mode=0o755, exist_ok=True)
    trusted = folder / "trust" / "root.pem"
    if not trusted.exists():
        write_whole(trusted, root.certificate.public_bytes(Encoding.PEM), 0o644)
    chain = (issuing.certificate, root.certificate)
    timestamp = registrar.signer("timestamp", "Dấu thời gian thử nghiệm của Số hóa", issuing, chain, Use.STAMPS)
    responder = registrar.signer("responder", "Trạng thái chứng thư thử nghiệm", issuing, chain, Use.ANSWERS)
    signers = {identity: registrar.signer(identity, name, issuing, chain) for identity, name in (*clerks, *offices)}
    write_whole(folder / "keyring.json", _keyring(folder, signers, timestamp, responder), 0o600)
    qr_key = folder / QR_KEY_FILE
    if not qr_key.exists():
        drawn = ec.generate_private_key(ec.SECP256R1())
        write_whole(qr_key, drawn.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    return DevelopmentPki(
        folder, folder / "trust", folder / "keyring.json", signers, timestamp, responder, registrar.address, qr_key
    )


def open_pki(folder: Path) -> DevelopmentPki:
    """Return the PKI that :func:`make_pki` left in a folder.

    Raises:
        Misconfigured: there is none.
    """
    try:
        ring = json.loads((folder / "keyring.json").read_text(encoding="utf-8"))
        signers = {identity: _entry(folder, entry) for identity, entry in ring["signers"].items()}
        timestamp, responder = (_entry(folder, ring[each]) for each in ("timestamp", "responder"))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Misconfigured("thư mục PKI thử nghiệm chưa được tạo hoặc bị hỏng") from fault
    return DevelopmentPki(
        folder, folder / "trust", folder / "keyring.json", signers, timestamp, responder, address_of(folder),
        folder / QR_KEY_FILE,
    )  # fmt: skip


def address_of(folder: Path) -> str | None:
    """Return where a PKI tells about revocation; None when nowhere, or when there is no PKI."""
    place = folder / ADDRESS_FILE
    return place.read_text(encoding="utf-8").strip() if place.is_file() else None


def _entry(folder: Path, names: Mapping[str, str]) -> KeyEntry:
    return KeyEntry(folder / names["p12"], folder / names["passphrase_file"])


def _keyring(folder: Path, signers: Mapping[str, KeyEntry], timestamp: KeyEntry, responder: KeyEntry) -> bytes:
    """Return the index; signers of an earlier call that were not named again stay in it."""
    try:
        known = json.loads((folder / "keyring.json").read_text(encoding="utf-8"))["signers"]
    except (OSError, ValueError, KeyError):
        known = {}
    named = {identity: _names(folder, entry) for identity, entry in signers.items()}
    ring = {
        "signers": {**known, **named},
        "timestamp": _names(folder, timestamp),
        "responder": _names(folder, responder),
    }
    return json.dumps(ring, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _names(folder: Path, entry: KeyEntry) -> dict[str, str]:
    return {
        "p12": str(entry.p12.relative_to(folder)),
        "passphrase_file": str(entry.passphrase_file.relative_to(folder)),
    }
