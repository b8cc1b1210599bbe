"""Invented people: names joined at random, identifiers of a province code that was never given to a province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from workers.demo import units

INVENTED_PROVINCE = "099"
"""First three digits of an identifier. TT 59/2021/TT-BCA gives 001 to 096 to provinces, so no living person has it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    """Family name, middle name, given name."""
    female: bool
    born: date
    identifier: str
    """12 digits: province, century and sex, year of birth, six digits at random (NĐ 137/2015/NĐ-CP Art 13)."""
    ethnic_group: str
    address: str

    @property
    def sex(self) -> str:
        """The sex as forms print it."""
        return "Nữ" if self.female else "Nam"


@cache
def parts() -> dict[str, Any]:
    """Name parts of ``names.toml``."""
    return units.data("names.toml")


def identifier(rng: Random, born: date, female: bool) -> str:
    """Draw a personal identifier that fits the birth."""
    century_and_sex = 2 * (born.year // 100 - 19) + int(female)
    return f"{INVENTED_PROVINCE}{century_and_sex}{born.year % 100:02d}{rng.randrange(10**6):06d}"


def person(
    rng: Random, *, female: bool, born_after: date, born_before: date, area: str, surname: str | None = None
) -> Person:
    """Draw a person.

    Args:
        rng: source of chance.
        female: sex.
        born_after: earliest day of birth.
        born_before: latest day of birth.
        area: commune, district and province of the address.
        surname: family name; drawn when None.
    """
    names = parts()
    sex = "female" if female else "male"
    born = born_after + timedelta(days=rng.randrange((born_before - born_after).days + 1))
    family = surname or rng.choice(names["surnames"])
    return Person(
        name=f"{family} {rng.choice(names[f'middle_{sex}'])} {rng.choice(names[f'given_{sex}'])}",
        female=female,
        born=born,
        identifier=identifier(rng, born, female),
        ethnic_group=rng.choice(names["ethnic_groups"]),
        address=f"{rng.choice(names['hamlets'])}, {area}",
    )


def adult(rng: Random, area: str, *, female: bool | None = None) -> Person:
    """Draw somebody between 22 and 60 years of age in 2021."""
    chosen = rng.random() < 0.5 if female is None else female
    return person(rng, female=chosen, born_after=date(1961, 1, 1), born_before=date(1998, 12, 31), area=area)
