"""On what a report rests and when it is owed (``catalogue/reports.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Basis:
    """A text that the report rests on."""

    text: str
    since: date
    until: date | None = None
    """Last day; None: in force."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a report is owed."""

    every: str
    """``year`` or ``quarter``."""
    source: str
    since: date
    verified: bool
    month: int | None = None
    """1 to 12; None: the source names no day."""
    day: int | None = None
    until: date | None = None

    def on(self, year: int) -> date | None:
        """Return the day in a year before which the report must be there."""
        return None if self.month is None or self.day is None else date(year, self.month, self.day)


def bases(on: date) -> Sequence[Basis]:
    """Return the texts in force on a day, the oldest first."""
    return [each for each in _catalogue().basis if _holds(each, on)]


def due(*, yearly: bool, on: date) -> Due | None:
    """Return when the report of a year or of a quarter is owed, by what holds on a day."""
    every = "year" if yearly else "quarter"
    return next((each for each in _catalogue().due if each.every == every and _holds(each, on)), None)


def _holds(each: Basis | Due, on: date) -> bool:
    return each.since <= on and (each.until is None or each.until >= on)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    basis: tuple[Basis, ...]
    due: tuple[Due, ...]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("reports.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục reports.toml không đọc được: {fault}") from fault
