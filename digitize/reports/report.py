"""What a periodic report tells: where each unit stands, who digitised, what is late. Numbers of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from digitize.span import Span
from digitize.targets import Level, Rate, Target

ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A quarter or a year, as far as it has come."""

    year: int
    quarter: int | None
    """1 to 4; None: the year."""
    span: Span

    @property
    def code(self) -> str:
        """``2021Q3`` or ``2021``."""
        return f"{self.year}" if self.quarter is None else f"{self.year}Q{self.quarter}"

    @property
    def name(self) -> str:
        """As a person reads it: "quý III năm 2021"."""
        return f"năm {self.year}" if self.quarter is None else f"quý {ROMAN[self.quarter - 1]} năm {self.year}"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """Where a unit, or all units of a level together, stand at the end of the period."""

    code: str
    """Empty for a level."""
    name: str
    level: Level
    depth: int
    """Steps below the unit that the report is of; 0 for that unit and for levels."""
    stock: Rate
    flow: Rate
    """Of the dossiers resolved within the period."""
    on_time: Rate
    """Of the dossiers that ended within the period."""
    target: Target | None
    """For the stock; None when there is none for the level and year."""

    @property
    def reached(self) -> bool | None:
        """Whether the stock rate reaches the target; None when one of the two is missing."""
        return None if self.target is None else self.stock.reaches(self.target.percent)


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """What an indicator of the whole subtree stands at."""

    code: str
    name: str
    rate: Rate
    """The denominator is 0 where the source names none."""
    unknown: int
    """What lacks the fact that would decide."""
    score: float | None
    max_score: float | None
    goal_percent: int | None
    reached: bool | None
    mark: str
    """Beside a figure that was not verified: "chưa kiểm chứng"."""


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """What a clerk did within the period."""

    unit_code: str
    unit: str
    clerk: str
    """Full name, as it stands in the signatures."""
    captures: int
    """Scans signed."""
    published: int
    """Of these, published by the end of the period and still so."""


@dataclass(frozen=True, slots=True)
class LateCounts:
    """Dossiers that ended after their day within the period."""

    late: int
    apologised: int
    """Of these, with a letter recorded as sent."""


@dataclass(frozen=True, slots=True)
class CopyCounts:
    """The service of electronic certified copies in the year of the period."""

    communes: Rate
    """Commune units that offer it and issued at least one ÷ all."""
    target_percent: int | None
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report of one unit and all below it."""

    agency: str
    unit_code: str
    parent: str
    """Name of the agency above it; empty at the top."""
    place: str
    """Địa danh."""
    period: ReportPeriod
    made_at: datetime
    """All numbers are of this moment."""
    method_version: int
    levels: tuple[UnitLine, ...]
    units: tuple[UnitLine, ...]
    """A parent before its children."""
    indicators: tuple[IndicatorLine, ...]
    clerks: tuple[ClerkLine, ...]
    late: LateCounts
    copies: CopyCounts | None
    """None where no commune stands below the unit."""
    due_on: date | None = None
    """When the report is owed, as the catalogue says."""
    due_source: str = ""


@dataclass(frozen=True, slots=True)
class LateDossier:
    """What a letter of apology says of a dossier."""

    code: str
    procedure: str
    holder: str
    """Full name; empty when the register does not know it."""
    due_at: datetime
    finished_at: datetime | None
    """None: not finished yet."""
