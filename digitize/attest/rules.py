"""The dated rules of certification, read from ``digitize/catalogue/certification.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeVar

import msgspec

from digitize.attest.refusal import RefusalGround
from digitize.attest.visit import Act
from digitize.errors import Misconfigured
from digitize.targets import Level


class _Dated(Protocol):
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every entry of the catalogue has."""

    source: str
    since: date
    """First day on which it holds."""
    until: date | None = None
    """Last day; None: in force."""
    verified: bool
    """The wording or figure was read in a published text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Rule):
    """The administrative procedure of an act."""

    act: Act
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationForm(Rule):
    """The wording of the attestation (lời chứng)."""

    lines: tuple[str, ...]
    """With ``{number}``, ``{book}``, ``{day}``, ``{month}`` and ``{year}`` to fill in."""
    certifier: str
    """What stands above the certifier's signature."""
    agency: str
    """What stands above the agency's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookForm(Rule):
    """A kind of book."""

    act: Act
    medium: str
    """``paper`` or ``electronic``."""
    symbol: str
    cover: str
    """Python format string of a volume's name."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Rule):
    """A column of the book."""

    field: str
    """Of :class:`digitize.attest.register.RegisterRow`."""
    title: str
    share: int
    """Of the sheet's width, out of the sum of all shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundForm(Rule):
    """A ground of refusal as the letter words it."""

    ground: RefusalGround
    clause: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptForeign(Rule):
    """A kind of foreign paper that needs no legalisation."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule(Rule):
    """The formula of the fee, all amounts in đồng."""

    first_pages: int
    first_vnd: int
    """For each of the first pages."""
    further_vnd: int
    """For each page after them."""
    most_vnd: int
    """For one copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRule(Rule):
    """How long an act may take."""

    cutoff: time
    """What is received later is due on the next working day."""
    close: time
    """End of a working day."""
    extension_days_max: int
    """Working days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay(Rule):
    """A day on which offices work or rest against the general calendar."""

    on: date
    works: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageTarget(Rule):
    """What share of a level's units must offer the service in a year."""

    year: int
    level: Level
    percent: int
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class CertificationRules:
    """All of ``certification.toml``."""

    unverified_mark: str
    procedure: tuple[Procedure, ...]
    attestation: tuple[AttestationForm, ...]
    book: tuple[BookForm, ...]
    column: tuple[Column, ...]
    refusal: tuple[GroundForm, ...]
    exempt_foreign: tuple[ExemptForeign, ...]
    fee: tuple[FeeRule, ...]
    term: tuple[TermRule, ...]
    day: tuple[SpecialDay, ...]
    coverage: tuple[CoverageTarget, ...]

    def mark(self, rule: Rule) -> str:
        """What must stand beside a rule: "chưa kiểm chứng", or nothing."""
        return "" if rule.verified else self.unverified_mark

    def book_form(self, act: Act, medium: str, on: date) -> BookForm:
        """Return the kind of book of an act.

        Raises:
            Misconfigured: the catalogue has none for that day.
        """
        kinds = tuple(form for form in self.book if (form.act, form.medium) == (act, medium))
        return the_one(kinds, on, f"sổ {medium} của {act}")


def in_force(rules: tuple[D, ...], on: date) -> tuple[D, ...]:
    """Return the rules that hold on a day; both ends belong to a rule's life."""
    return tuple(rule for rule in rules if rule.since <= on and (rule.until is None or on <= rule.until))


def the_one(rules: tuple[D, ...], on: date, what: str) -> D:
    """Return the rule that holds on a day.

    Args:
        rules: versions of one rule.
        on: day in Vietnam.
        what: Vietnamese name, for the message.

    Raises:
        Misconfigured: none or more than one holds that day.
    """
    held = in_force(rules, on)
    if len(held) != 1:
        raise Misconfigured(f"danh mục chứng thực có {len(held)} quy định về {what} cho ngày {on.isoformat()}")
    return held[0]


def book_name(form: BookForm, volume: int, year: int) -> str:
    """Return what stands on the cover of a volume: ``01/2026-SCT/BS``."""
    return form.cover.format(volume=volume, year=year, symbol=form.symbol)


@cache
def certification_rules() -> CertificationRules:
    """Read the catalogue once.

    Raises:
        Misconfigured: the file is missing, has another shape, or an entry names no source.
    """
    try:
        text = files("digitize.catalogue").joinpath("certification.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), CertificationRules)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise Misconfigured(f"danh mục certification.toml không đọc được: {fault}") from fault
