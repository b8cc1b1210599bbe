"""The units of the demo province and the procedures that they resolve, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

Level = Literal["tinh", "huyen", "xa"]
"""Levels of government in 2021: province, district, commune."""


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """An office that resolves dossiers."""

    code: str
    """Code of the older pattern, such as ``000.00.01.H99`` (QĐ 20/2020/QĐ-TTg); invented."""
    short_code: str
    """Code of the newer pattern, such as ``H99.01``; invented."""
    parent: str | None
    """Code of the unit above; None for the province itself."""
    name: str
    level: Level
    """The level whose target counts for the unit; a department of the province is ``tinh``."""
    address: str
    """Without the words for the country."""
    header_parent: str | None
    """The governing agency over the issuing one in cell 2 of NĐ 30/2020; None where it is not printed."""
    header: tuple[str, ...]
    """The issuing agency as printed in cell 2, line by line."""
    place: str
    """Place name in cell 4."""
    titles: tuple[str, ...]
    """The signer's title in cell 7a, line by line."""
    signer: str
    """Full name in cell 7c."""
    notation: str
    """Abbreviation of the agency in a document's notation."""
    valid_to: date | None
    """Last day of the unit; None when it has no known end."""
    slug: str
    """ASCII name for logins."""
    register: Mapping[str, int]
    """How many resolved dossiers the unit has: in_force, expired, cancelled, refused; empty for the province itself."""

    @property
    def organ_name(self) -> str:
        """The issuing agency on one line, as printed."""
        return " ".join(self.header)


@dataclass(frozen=True, slots=True)
class DemoProcedure:
    """An administrative procedure and the kind of paper that it ends with."""

    code: str
    """National code, such as ``1.001193``."""
    name: str
    kind_code: str
    """Kind of its result."""
    level: Level
    """Level that resolves it in the demo."""
    department: str | None
    """Code of the only unit that resolves it; None when every unit of the level does."""
    verified: bool
    """False when the code was not found in a published decision."""
    valid_months: int | None
    """Months for which the result is in force; None when it has no end."""


def data(name: str) -> dict[str, Any]:
    """Read a TOML file that lies beside this module."""
    return tomllib.loads(resources.files("workers.demo").joinpath(name).read_text(encoding="utf-8"))


@cache
def units() -> tuple[DemoUnit, ...]:
    """All units, a parent before its children."""
    raw = data("province.toml")
    ends: date = raw["district_level_ends"]
    return tuple(
        DemoUnit(
            code=unit["code"],
            short_code=unit["short_code"],
            parent=unit.get("parent"),
            name=unit["name"],
            level=unit["level"],
            address=unit["address"],
            header_parent=unit.get("header_parent"),
            header=tuple(unit["header"]),
            place=unit["place"],
            titles=tuple(unit["titles"]),
            signer=unit["signer"],
            notation=unit["notation"],
            valid_to=ends if unit["level"] == "huyen" else None,
            slug=unit["slug"],
            register=unit.get("register", {}),
        )
        for unit in raw["unit"]
    )


@cache
def procedures() -> tuple[DemoProcedure, ...]:
    """All procedures of the demo."""
    return tuple(
        DemoProcedure(
            code=item["code"],
            name=item["name"],
            kind_code=item["kind_code"],
            level=item["level"],
            department=item.get("department"),
            verified=item["verified"],
            valid_months=item.get("valid_months"),
        )
        for item in data("procedures.toml")["procedure"]
    )


def unit(code: str) -> DemoUnit:
    """Return the unit of that code.

    Raises:
        KeyError: the demo province has no such unit.
    """
    return {each.code: each for each in units()}[code]


def resolving_units(procedure: DemoProcedure) -> tuple[DemoUnit, ...]:
    """Units that resolve a procedure, in the order of the file."""
    return tuple(
        each
        for each in units()
        if each.level == procedure.level and procedure.department in (None, each.code) and each.parent is not None
    )
