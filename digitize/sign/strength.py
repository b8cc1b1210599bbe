"""How long algorithms are believed in, read from ``digitize/catalogue/strength.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec
from asn1crypto import keys, x509

from digitize.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Sunset:
    """The end of an algorithm."""

    family: str
    """``digest``, ``rsa`` or ``ec``."""
    last_day: date
    """Of Vietnam: the last on which a proof may rest on it."""
    source: str
    verified: bool
    since: date
    """When the calendar learned of it."""
    names: tuple[str, ...] = ()
    """Of digests, as asn1crypto has them."""
    bits_below: int = 0
    """Keys shorter than this end with it."""


@dataclass(frozen=True, slots=True)
class RenewalCost:
    """What one archive timestamp costs."""

    growth_bytes: int
    """By which a file grows."""
    fastest_seconds: float
    """Of one timestamp."""
    slowest_seconds: float
    """Of one timestamp."""
    at_once: int
    """Timestamps that may be asked for at the same time."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """All of ``strength.toml``."""

    sunset: tuple[Sunset, ...]
    renewal: RenewalCost

    def of_digest(self, name: str) -> Sunset | None:
        """Return the end of a digest, if it is known."""
        return _first([row for row in self.sunset if row.family == "digest" and name in row.names])

    def of_key(self, certificate: x509.Certificate) -> Sunset | None:
        """Return the end of the kind of key that a certificate is for, if it is known."""
        key = certificate.public_key
        return _first([row for row in self.sunset if row.family == key.algorithm and key_bits(key) < row.bits_below])


def key_bits(key: keys.PublicKeyInfo) -> int:
    """Return the length of a key; asn1crypto takes a compressed point (SEC 1 §2.3.3) for one of half the length."""
    if key.algorithm == "ec":
        point = bytes(key["public_key"])
        return 8 * (len(point) - 1) // (1 if point[:1] in (b"\x02", b"\x03") else 2)
    return int(key.bit_size)


@cache
def calendar() -> Calendar:
    """Read the catalogue once.

    Raises:
        Misconfigured: the file is missing or does not have the shape above.
    """
    try:
        text = files("digitize.catalogue").joinpath("strength.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), Calendar)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise Misconfigured(f"danh mục strength.toml không đọc được: {fault}") from fault


def _first(rows: list[Sunset]) -> Sunset | None:
    return min(rows, key=lambda row: row.last_day, default=None)
