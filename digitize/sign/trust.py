"""The roots that a verification believes in; nothing is ever fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from asn1crypto import cms, crl, pem, x509

from digitize.errors import InvalidInput, Misconfigured
from digitize.sign.evidence import Evidence
from digitize.sign.rules import in_force, signing_rules

LARGEST_FILE_BYTES = 1 << 26
"""A larger file in a folder of trust is none of its own; revocation lists of a whole country take a few mebibytes."""


_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der", ".p7b", ".p7c"})


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """Certificates that need no further proof, and what helps to reach them."""

    roots: tuple[bytes, ...]
    """DER of each."""
    issuers: tuple[bytes, ...] = ()
    """DER of certificates between: they need proof like any other, and are at hand when a file lacks them."""
    revocations: tuple[bytes, ...] = ()
    """DER of revocation lists (RFC 5280 §5)."""

    def certificates(self) -> list[x509.Certificate]:
        """Return the anchors parsed."""
        return [_parse(der) for der in self.roots]

    def between(self) -> list[x509.Certificate]:
        """Return the certificates between, parsed."""
        return [_parse(der) for der in self.issuers]

    def evidence(self) -> Evidence:
        """Return the revocation lists, parsed."""
        return Evidence(crls=tuple(_parse_list(der) for der in self.revocations))


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file of the folder holds."""

    certificates: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()


def load_trust(folder: Path) -> TrustAnchors:
    """Read every certificate and revocation list of a folder, PEM, DER or PKCS#7, whatever the files are called.

    A certificate whose issuer is in the folder too is no anchor but a step on the way: it can be revoked.

    Raises:
        InvalidInput: no such folder, or no certificate in it.
    """
    if not folder.is_dir():
        raise InvalidInput(f"không có thư mục chứng thư gốc “{folder.name}”")
    contents = {place: _content(place) for place in sorted(folder.rglob("*")) if place.is_file()}
    found = tuple(dict.fromkeys(der for each in contents.values() for der in each.certificates))
    if not found:
        broken = next((place.name for place in contents if place.suffix.lower() in _SUFFIXES), None)
        if broken:
            raise InvalidInput(f"tệp “{broken}” không phải chứng thư số")
        raise InvalidInput(f"thư mục “{folder.name}” không có chứng thư nào (.pem, .crt, .cer, .der, .p7b)")
    issuers = tuple(der for der in found if _has_issuer(der, found))
    revocations = dict.fromkeys(der for each in contents.values() for der in each.revocations)
    return TrustAnchors(tuple(der for der in found if der not in issuers), issuers, tuple(revocations))


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


def _content(place: Path) -> _Content:
    """Return what a file holds; nothing when it is something else."""
    if place.stat().st_size > LARGEST_FILE_BYTES:
        return _Content()
    data = place.read_bytes()
    try:
        blocks = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    except ValueError:
        return _Content()
    found = [_block(der) for der in blocks]
    return _Content(
        tuple(der for each in found for der in each.certificates),
        tuple(der for each in found for der in each.revocations),
    )


def _block(der: bytes) -> _Content:
    for parse in (_certificate, _revocation_list, _bundle):
        try:
            return parse(der)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return _Content()


def _certificate(der: bytes) -> _Content:
    certificate = x509.Certificate.load(der, strict=True)
    certificate.subject.human_friendly  # noqa: B018 - parses it to the bottom
    certificate.public_key.algorithm  # noqa: B018 - the same
    return _Content((der,))


def _revocation_list(der: bytes) -> _Content:
    listed = crl.CertificateList.load(der, strict=True)
    listed.issuer.human_friendly  # noqa: B018 - parses it to the bottom
    return _Content(revocations=(der,))


def _bundle(der: bytes) -> _Content:
    """Read a PKCS#7 object that holds certificates only (.p7b, .p7c)."""
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    certificates = [each.chosen.dump() for each in signed["certificates"] if each.name == "certificate"]
    lists = [each.chosen.dump() for each in signed["crls"] or ()]
    return _Content(tuple(certificates), tuple(lists))


def _has_issuer(der: bytes, found: tuple[bytes, ...]) -> bool:
    certificate = _parse(der)
    if certificate.self_issued:
        return False
    return any(_parse(other).subject == certificate.issuer for other in found if other != der)


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


@lru_cache(maxsize=64)
def _parse_list(der: bytes) -> crl.CertificateList:
    return crl.CertificateList.load(der)
