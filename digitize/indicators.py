"""The indicators beside the digitisation target: which numbers make them, how they score, what is asked of them.

They are data (``catalogue/indicators.toml``); what counts is in :mod:`digitize.tally`. A unit's indicator covers the
unit and all below it, so a commune's is its own. What nothing is known of is counted beside, never as reached.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import InvalidInput, Misconfigured
from digitize.tally import Measure
from digitize.targets import Rate


class Over(StrEnum):
    """What an indicator counts."""

    RESULTS = "results"
    DOSSIERS = "dossiers"
    PROCEDURES = "procedures"
    """Each once, however many dossiers it has."""
    CATALOGUE = "catalogue"
    """The procedures of the catalogue in force at the end of the period."""
    CERTIFICATIONS = "certifications"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted, out of what, and what for."""

    code: str
    """As people call it: ``4.1``."""
    key: str
    """As programs of the national portal call it."""
    name: str
    over: Over
    since: date
    verified: bool
    """Its definition was found in a published text or in programs that are in use."""
    source: str
    numerator: Measure | None = None
    denominator: Measure | None = None
    """None: the source names none, or the catalogue of procedures is."""
    unknown: Measure | None = None
    max_score: float | None = None
    """None: it scores nothing."""
    threshold_percent: int = 100
    """From which share on it scores the most, 1 to 100."""
    goal_percent: int | None = None
    more_than: bool = False
    """Reaching the goal is not enough."""
    until: date | None = None
    """Last day; None: no known end."""
    note: str = ""

    @property
    def mark(self) -> str:
        """What must stand beside the figure: "chưa kiểm chứng", or nothing."""
        return "" if self.verified else _catalogue().unverified_mark

    def score(self, rate: Rate) -> float | None:
        """Return the points, two decimals; None when there is nothing to count or nothing to win."""
        if self.max_score is None or rate.percent is None:
            return None
        return round(min(self.max_score, self.max_score * rate.percent / self.threshold_percent), 2)

    def reached(self, rate: Rate) -> bool | None:
        """Compare with the goal without rounding; None when one of the two is missing."""
        if self.goal_percent is None or rate.denominator == 0:
            return None
        share, goal = 100 * rate.numerator, self.goal_percent * rate.denominator
        return share > goal if self.more_than else share >= goal


def indicators(thresholds: Mapping[str, int] | None = None) -> Sequence[Indicator]:
    """Return every indicator of the catalogue, in its order.

    Args:
        thresholds: by code, where the place of work reads the share for the full score otherwise; 1 to 100.

    Raises:
        Misconfigured: a threshold is set for what is no indicator, or is none.
    """
    asked = thresholds or {}
    strange = asked.keys() - {each.code for each in _catalogue().indicator}
    if strange or not all(1 <= percent <= 100 for percent in asked.values()):
        raise Misconfigured(
            f"SOHOA_INDICATOR_THRESHOLDS: {', '.join(sorted(strange)) or 'ngưỡng phải từ 1 đến 100'}"
            f"{' không phải chỉ số' if strange else ''}"
        )
    return [
        replace(each, threshold_percent=asked.get(each.code, each.threshold_percent)) for each in _catalogue().indicator
    ]


def thresholds_of(told: str) -> Mapping[str, int]:
    """Read ``4.2=80,4.3=100``."""
    return {code: int(percent) for code, _, percent in (part.partition("=") for part in told.split(",") if part)}


def indicator(code: str) -> Indicator:
    """Return one indicator.

    Raises:
        InvalidInput: there is none of that code.
    """
    for each in _catalogue().indicator:
        if each.code == code:
            return each
    known = ", ".join(each.code for each in _catalogue().indicator)
    raise InvalidInput(f"không có chỉ số {code}", remedy=f"Các chỉ số: stock, flow, {known}.")


@dataclass(frozen=True, slots=True)
class _Catalogue:
    unverified_mark: str
    indicator: tuple[Indicator, ...]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("indicators.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục indicators.toml không đọc được: {fault}") from fault
