"""The roots that a verification believes in; nothing is ever fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from asn1crypto import pem, x509

from digitize.errors import InvalidInput, Misconfigured
from digitize.sign.rules import in_force, signing_rules

CERTIFICATE_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
"""What a file of certificates is called."""


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """Certificates that need no further proof."""

    roots: tuple[bytes, ...]
    """DER of each."""

    def certificates(self) -> list[x509.Certificate]:
        """Return them parsed."""
        return [_parse(der) for der in self.roots]


def load_trust(folder: Path) -> TrustAnchors:
    """Read every certificate of a folder, PEM or DER.

    Raises:
        InvalidInput: no such folder, no certificate in it, or a file that is none.
    """
    if not folder.is_dir():
        raise InvalidInput(f"không có thư mục chứng thư gốc “{folder.name}”")
    found: list[bytes] = []
    for place in sorted(folder.iterdir()):
        if place.suffix.lower() in CERTIFICATE_SUFFIXES and place.is_file():
            found += _certificates(place)
    if not found:
        raise InvalidInput(f"thư mục “{folder.name}” không có chứng thư nào (.pem, .crt, .cer, .der)")
    return TrustAnchors(tuple(dict.fromkeys(found)))


def built_in_trust(on: date) -> TrustAnchors:
    """Return the roots of the catalogue that are in force on a day; at present there are none.

    Raises:
        Misconfigured: a root's file is missing or differs from the hash in the catalogue.
    """
    return TrustAnchors(
        tuple(
            _built_in(root.file, root.sha256) for root in signing_rules().roots if in_force(root.since, root.until, on)
        )
    )


def _certificates(place: Path) -> list[bytes]:
    data = place.read_bytes()
    try:
        ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for der in ders:
            x509.Certificate.load(der, strict=True).subject.human_friendly  # noqa: B018 - parses it to the bottom
    except (ValueError, TypeError) as fault:
        raise InvalidInput(f"tệp “{place.name}” không phải chứng thư số") from fault
    return ders


def _built_in(name: str, expected: str) -> bytes:
    try:
        der = files("digitize.catalogue").joinpath(name).read_bytes()
    except OSError as fault:
        raise Misconfigured(f"thiếu chứng thư gốc {name}") from fault
    if sha256(der).hexdigest() != expected:
        raise Misconfigured(f"chứng thư gốc {name} không khớp mã băm trong danh mục")
    return der


@lru_cache(maxsize=256)
def _parse(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
