"""The demo province: its units, the people who work in them, and the register of the dossiers they resolved in 2021.

Everything is invented. The register is drawn from the seed; its sizes are data (``province.toml``), so that the stock
rates of the three levels stand on both sides of their targets of 2021 once the demo's specimens are published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Literal

from workers.demo.specimens.content import compose
from workers.demo.specimens.demo_set import assignments, draft
from workers.demo.specimens.paper import Paper
from workers.demo.specimens.people import adult
from workers.demo.units import DemoProcedure, DemoUnit, data, procedures, units

Role = Literal["clerk", "officer", "supervisor", "administrator"]
"""Scans and confirms; orders the seal (văn thư); sees the rates of the unit's subtree; keeps units and people."""
Fate = Literal["in_force", "expired", "cancelled", "refused"]
"""What became of a dossier's result until the end of 2021; ``refused`` dossiers have none."""

VIETNAM = timezone(timedelta(hours=7), "+07")
END_OF_YEAR = date(2021, 12, 31)
LOGINS: dict[Role, str] = {"clerk": "canbo", "officer": "vanthu", "supervisor": "lanhdao", "administrator": "quantri"}
"""First part of a login by role."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who works in a unit. Passwords are made at the first start and are in no file of the tree."""

    id: str
    """Stable, opaque to users."""
    username: str
    full_name: str
    role: Role
    unit_code: str


@dataclass(frozen=True, slots=True)
class DemoResult:
    """A paper result of a dossier."""

    ordinal: int
    """1-based: the n of ``<dossier code>-KQ(n)`` (NĐ 45/2020/NĐ-CP Art 14)."""
    title: str
    """Name of the paper; holds no personal data."""
    kind_code: str
    number: str
    """Số, ký hiệu as on the paper, without blanks."""
    issued_on: date
    valid_until: date | None
    """Last day in force; None when it has no end."""
    cancelled_on: date | None
    """Day of cancellation; None when it was never cancelled."""

    def in_force_on(self, day: date) -> bool:
        """Tell whether the result is in force and usable on a day."""
        ended = self.valid_until is not None and self.valid_until < day
        cancelled = self.cancelled_on is not None and self.cancelled_on <= day
        return self.issued_on <= day and not ended and not cancelled


@dataclass(frozen=True, slots=True)
class DemoDossier:
    """A resolved dossier as the unit's one-stop system knows it."""

    code: str
    """Of the pattern of TT 01/2018/TT-VPCP Art 19, or of the newer one with the short unit code."""
    unit_code: str
    procedure_code: str
    procedure_name: str
    holder_name: str
    holder_id: str | None
    """Personal identifier or passport number; None for a business or an agency."""
    received_on: date
    resolved_at: datetime
    """With offset +07:00."""
    results: tuple[DemoResult, ...]
    """Empty when the request was refused."""
    specimen: str | None
    """Name without suffix of the specimen that is the first result; None when the demo does not hand it in."""


@dataclass(frozen=True, slots=True)
class DemoProvince:
    """Everything that the demo loads before the first scan arrives."""

    code: str
    """Invented province code."""
    name: str
    units: tuple[DemoUnit, ...]
    """A parent before its children."""
    people: tuple[DemoPerson, ...]
    dossiers: tuple[DemoDossier, ...]
    """By unit, in the order of their codes."""

    def dossier_of(self, specimen: str) -> DemoDossier:
        """Return the dossier that ended with a specimen.

        Args:
            specimen: the specimen's name, with or without its suffix.

        Raises:
            KeyError: no dossier ended with it.
        """
        stem = specimen.rsplit(".", 1)[0]
        return {each.specimen: each for each in self.dossiers if each.specimen}[stem]


def province(seed: int) -> DemoProvince:
    """Return the demo province.

    Args:
        seed: the one that the specimens are rendered with, so that the register names their holders and numbers.
    """
    raw = data("province.toml")
    return DemoProvince(
        code=raw["code"],
        name=raw["name"],
        units=units(),
        people=tuple(people(Random(f"people/{seed}"))),
        dossiers=tuple(dossier for unit in units() for dossier in register(seed, unit)),
    )


def people(rng: Random) -> Iterator[DemoPerson]:
    """Draw a clerk, a sealing officer and a supervisor for every unit, and one administrator."""
    roles: tuple[Role, ...] = ("clerk", "officer", "supervisor")
    for unit in units():
        for role in roles:
            login = f"{LOGINS[role]}.{unit.slug}"
            yield DemoPerson(f"{unit.short_code}-{role}", login, adult(rng, unit.place).name, role, unit.code)
    root = units()[0]
    name = adult(rng, root.place).name
    yield DemoPerson(f"{root.short_code}-administrator", LOGINS["administrator"], name, "administrator", root.code)


def register(seed: int, unit: DemoUnit) -> list[DemoDossier]:
    """Return the resolved dossiers of a unit: those of its specimens first, then others until the sizes are met."""
    rng = Random(f"register/{seed}/{unit.code}")
    mine = [each for each in assignments() if each.unit_code == unit.code]
    found = [
        dossier(rng, unit, draft(seed, each), "in_force", serial, each.name) for serial, each in enumerate(mine, 1)
    ]
    fates: list[Fate] = ["in_force"] * (unit.register.get("in_force", 0) - len(mine))
    for fate in ("expired", "cancelled", "refused"):
        fates.extend([fate] * unit.register.get(fate, 0))
    for fate in fates:
        paper = compose(rng.choice(resolvable(unit, fate)).kind_code, unit, rng)
        found.append(dossier(rng, unit, paper, fate, len(found) + 1, None))
    return sorted(found, key=lambda each: each.code)


def resolvable(unit: DemoUnit, fate: Fate) -> tuple[DemoProcedure, ...]:
    """Procedures that a unit resolves; only those with a limited validity can have expired, where there are any."""
    mine = tuple(each for each in procedures() if each.level == unit.level and each.department in (None, unit.code))
    limited = tuple(each for each in mine if each.valid_months)
    return limited if fate == "expired" and limited else mine


def dossier(rng: Random, unit: DemoUnit, paper: Paper, fate: Fate, serial: int, specimen: str | None) -> DemoDossier:
    """Return the dossier that ended with a paper."""
    procedure = next(each for each in procedures() if each.kind_code == paper.kind_code)
    resolved_on = paper.issued_on
    if fate == "expired":
        resolved_on = date(2021, 2, 1) + timedelta(days=rng.randrange(100))
    received_on = resolved_on - timedelta(days=rng.randrange(1, 15))
    return DemoDossier(
        code=dossier_code(unit, received_on, rng.randrange(1, 9) * 100 + serial),
        unit_code=unit.code,
        procedure_code=procedure.code,
        procedure_name=procedure.name,
        holder_name=paper.applicant or paper.fields["holder_name"],
        holder_id=paper.fields.get("holder_id"),
        received_on=received_on,
        resolved_at=datetime.combine(resolved_on, time(16, rng.randrange(60)), VIETNAM),
        results=() if fate == "refused" else (result(rng, paper, procedure, resolved_on, fate),),
        specimen=specimen,
    )


def dossier_code(unit: DemoUnit, received_on: date, serial: int) -> str:
    """Write a dossier code: departments use the newer pattern, the others that of TT 01/2018/TT-VPCP Art 19."""
    if unit.level == "tinh":
        return f"{unit.short_code}-{received_on:%Y%m%d}-{serial:07d}"
    return f"{unit.code}-{received_on:%y%m%d}-{serial:04d}"


def result(rng: Random, paper: Paper, procedure: DemoProcedure, issued_on: date, fate: Fate) -> DemoResult:
    """Return the result of a dossier with what became of it until the end of 2021."""
    valid_until = add_months(issued_on, procedure.valid_months) if procedure.valid_months else None
    if fate == "expired":
        valid_until = issued_on + timedelta(days=rng.randrange(90, 190))
    cancelled_on = None
    if fate == "cancelled":
        cancelled_on = min(issued_on + timedelta(days=rng.randrange(5, 60)), END_OF_YEAR)
    return DemoResult(
        1, paper.kind_name, paper.kind_code, paper.number + paper.notation, issued_on, valid_until, cancelled_on
    )


def add_months(day: date, months: int) -> date:
    """Return the day of the same number some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))
