"""Names of persons: told from other words, and repaired where a mark was misread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from digitize.catalogue import reading as catalogue
from digitize.vietnamese import tidy, unmarked

FEWEST, MOST = 2, 6
"""Syllables of a name."""
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–!?^<>«»“”‘’"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name that was read."""

    value: str
    """The likeliest form."""
    known: bool
    """Family name and every syllable are names that occur."""
    alternatives: tuple[str, ...]
    """As it was read, where that differs."""


def person_name(text: str) -> PersonName | None:
    """Take a text for a person's name, if it can be one.

    A family name whose marks were misread ("Lễ" for "Lê") is set right to the commonest that can be meant; what was
    read is kept as an alternative, and the name counts as not known.
    """
    syllables = [part.strip(_EDGES) for part in tidy(text).split()]
    syllables = [part for part in syllables if part]
    if not FEWEST <= len(syllables) <= MOST or not all(map(_is_syllable, syllables[1:])):
        return None
    read = " ".join(syllables)
    family = syllables[0]
    if not family.isalpha():
        return None
    if _spelled(family) in catalogue.words("family_names"):
        return PersonName(read, known=all(_known(part) for part in syllables), alternatives=())
    meant = _meant(family)
    if meant is None:
        return None
    repaired = " ".join([meant.upper() if family.isupper() else meant, *syllables[1:]])
    return PersonName(repaired, known=False, alternatives=(read,))


def _is_syllable(part: str) -> bool:
    return part.isalpha() and part[0].isupper() and len(part) <= 8


def _spelled(part: str) -> str:
    return part[:1].upper() + part[1:].lower()


def _known(part: str) -> bool:
    return _spelled(part) in catalogue.words("name_syllables")


def _meant(family: str) -> str | None:
    """Give the commonest family name that differs from a misread one in its marks, or by its lost capital."""
    candidates = _by_unmarked().get(unmarked(_spelled(family)), ())
    if not candidates and family[:1].islower():
        # the capital may be lost under a stroke of the pen: "guyễn"
        tail = unmarked(family).casefold()
        candidates = tuple(
            name for name in catalogue.words_in_order("family_names") if unmarked(name).casefold()[1:] == tail
        )
    return candidates[0] if candidates else None


@cache
def _by_unmarked() -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for name in catalogue.words_in_order("family_names"):
        grouped[unmarked(name)] = (*grouped.get(unmarked(name), ()), name)
    return grouped
