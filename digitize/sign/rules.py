"""The dated rules about signatures, read from ``digitize/catalogue/signing.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import InvalidInput, Misconfigured

VIETNAM_TIME = timezone(timedelta(hours=7))
"""The time zone of Vietnam: UTC+07:00 all year (Quyết định 134/2002/QĐ-TTg)."""


class Regime(StrEnum):
    """Under which law a certificate was issued; it decides which algorithms may sign."""

    CONG_VU = "cong_vu"
    """Specialised certificates for official use (NĐ 68/2024/NĐ-CP)."""
    CONG_CONG = "cong_cong"
    """Certificates of the public authorities (TT 15/2025/TT-BKHCN)."""


class RsaPadding(StrEnum):
    """How an RSA signature is padded (RFC 8017)."""

    PKCS1V15 = "pkcs1v15"
    PSS = "pss"


@dataclass(frozen=True, slots=True)
class Lettering:
    """The type of the visible block."""

    font: str
    """File name of the face."""
    size_pt: float
    """Points on the reference page."""
    leading: float
    """Line distance in font sizes."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class CopyForm:
    """A form of copy (NĐ 30/2020/NĐ-CP Art 25)."""

    code: str
    """``SY``, ``TrS`` or ``SL``."""
    wording: str
    """As it stands on the page."""
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NoLegalValue:
    """How a signature of the development PKI confesses itself."""

    wording: str
    policy_oid: str
    """Certificate policy that marks a development certificate."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What may be signed with, under one regime and for one period."""

    regime: Regime
    rsa_paddings: tuple[RsaPadding, ...]
    """Permitted paddings; the first is used."""
    rsa_bits_min: int
    ecdsa_curves: tuple[str, ...]
    """Names as asn1crypto has them."""
    digests: tuple[str, ...]
    """Names as asn1crypto has them."""
    source: str
    verified: bool
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Weak:
    """What a verification does not rest a verdict on."""

    digests: tuple[str, ...]
    rsa_bits_below: int
    ec_bits_below: int
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class TimestampRules:
    """How a timestamp authority is asked."""

    timeout_seconds: float
    attempts: int
    backoff_seconds: tuple[float, ...]
    """Pauses between the attempts."""
    allowance_bytes: int
    """DER bytes kept free for a token whose size is not known yet."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Contents:
    """The place that is kept free for a signature."""

    reserved_bytes: int
    """Bytes of DER; the file takes twice as many."""
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class ClockRules:
    """How far a timestamp may differ from our own clock."""

    behind_seconds: float
    ahead_seconds: float
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class BuiltInRoot:
    """A root that is trusted without being named."""

    name: str
    file: str
    """DER, beside the catalogue."""
    sha256: str
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SigningRules:
    """All of ``signing.toml``."""

    lettering: Lettering
    copy_form: tuple[CopyForm, ...]
    no_legal_value: NoLegalValue
    algorithms: tuple[Algorithms, ...]
    weak: Weak
    timestamp: TimestampRules
    contents: Contents
    clock: ClockRules
    roots: tuple[BuiltInRoot, ...]

    def copy_wording(self, code: str, on: date) -> str:
        """Return what a form of copy is called on a day.

        Raises:
            InvalidInput: no such form of copy is in force that day.
        """
        for form in self.copy_form:
            if form.code == code and in_force(form.since, form.until, on):
                return form.wording
        raise InvalidInput(f"không có hình thức sao “{code}” đang áp dụng")

    def algorithms_for(self, regime: Regime, on: date) -> Algorithms:
        """Return the algorithms that a regime permits on a day.

        Raises:
            Misconfigured: the catalogue has a hole at that day.
        """
        for row in self.algorithms:
            if row.regime is regime and in_force(row.since, row.until, on):
                return row
        raise Misconfigured(f"danh mục ký số thiếu thuật toán cho ngày {on.isoformat()}")


def in_force(since: date, until: date | None, on: date) -> bool:
    """Tell whether a rule holds on a day; both ends belong to its life."""
    return since <= on and (until is None or on <= until)


def vietnam_day(moment: datetime) -> date:
    """Return the calendar day in Vietnam at a moment."""
    return moment.astimezone(VIETNAM_TIME).date()


@cache
def signing_rules() -> SigningRules:
    """Read the catalogue once.

    Raises:
        Misconfigured: the file is missing or does not have the shape above.
    """
    try:
        text = files("digitize.catalogue").joinpath("signing.toml").read_text(encoding="utf-8")
        table: Mapping[str, object] = tomllib.loads(text)
        return msgspec.convert(table, SigningRules)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise Misconfigured(f"danh mục signing.toml không đọc được: {fault}") from fault
