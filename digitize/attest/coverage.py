"""How far the service reaches: the share of commune units that offer it and issued at least one copy in the year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digitize.attest.rules import CoverageTarget, certification_rules
from digitize.targets import Level, Period, Rate


@dataclass(frozen=True, slots=True)
class UnitService:
    """What one unit did in a year."""

    unit_id: str
    unit_code: str
    name: str
    level: Level
    has_book: bool
    """A book for electronic copies was open within the period."""
    has_certifier: bool
    """Somebody was authorised to certify there within the period."""
    issued: int
    """Copies issued within the period; those cancelled later count, for the service was given."""

    @property
    def offers(self) -> bool:
        """It has a book and somebody who may certify."""
        return self.has_book and self.has_certifier

    @property
    def counts(self) -> bool:
        """It offers the service and issued at least one copy."""
        return self.offers and self.issued > 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a level stands in a year."""

    period: Period
    level: Level
    units: tuple[UnitService, ...]
    """Every unit of the level within the scope that existed in the period."""
    offering: Rate
    """Units that offer the service, of all."""
    covered: Rate
    """Units that offer it and issued a copy, of all; stands beside the target."""
    target: CoverageTarget | None
    """None when the year has none."""

    @property
    def mark(self) -> str:
        """What must stand beside the target: "chưa kiểm chứng", or nothing."""
        return "" if self.target is None else certification_rules().mark(self.target)

    @property
    def reached(self) -> bool | None:
        """Whether the share reaches the target; None when one of the two is missing."""
        return None if self.target is None else self.covered.reaches(self.target.percent)


def coverage(units: Iterable[UnitService], level: Level, period: Period) -> Coverage:
    """Count the units of a level (NQ 01/NQ-CP of 2021: 35 % of the commune units).

    Args:
        units: of any level.
        level: whose target it is.
        period: the year.
    """
    counted = tuple(unit for unit in units if unit.level is level)
    return Coverage(
        period,
        level,
        counted,
        offering=Rate(sum(unit.offers for unit in counted), len(counted)),
        covered=Rate(sum(unit.counts for unit in counted), len(counted)),
        target=_target(level, period.year),
    )


def _target(level: Level, year: int) -> CoverageTarget | None:
    set_down = certification_rules().coverage
    return next((target for target in set_down if (target.level, target.year) == (level, year)), None)
