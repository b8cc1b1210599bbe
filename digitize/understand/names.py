"""Names of persons: told from other words, and repaired where a mark was misread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from digitize.catalogue import reading as catalogue
from digitize.vietnamese import tidy, unmarked

FEWEST, MOST = 2, 6
"""Syllables of a name."""
SECOND_SYLLABLES = frozenset({"Văn", "Thi", "Đức", "Hữu", "Xuân", "Ngọc", "Minh", "Thanh", "Quang"})
"""Middle names that are hardly ever family names: where one stands first, the family name was lost."""
_STROKE = re.compile(r"(?<=[^\W\d_])[-.](?=[^\W\d_])")
"""A stroke of the pen that runs two syllables together: "Vũ-Thị Thu Ngân"."""
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
    syllables = [part.strip(_EDGES) for part in tidy(_STROKE.sub(" ", text)).split()]
    syllables = [part for part in syllables if part]
    if not FEWEST <= len(syllables) <= MOST or not all(map(_is_syllable, syllables[1:])):
        return None
    read = " ".join(syllables)
    family = syllables[0]
    if not family.isalpha():
        return None
    rest = _with_marked_thi(syllables[1:])
    if rest == syllables[1:] and _spelled(family) in _families():
        whole = _spelled(family) not in SECOND_SYLLABLES
        struck = _STROKE.search(text) is not None
        known = whole and not struck and all(_known(part) for part in syllables)
        return PersonName(read, known=known, alternatives=(tidy(text),) if struck else ())
    meant = _spelled(family) if _spelled(family) in _families() else _meant(family)
    if meant is None:
        return None
    repaired = " ".join([meant.upper() if family.isupper() else meant, *rest])
    return PersonName(repaired, known=False, alternatives=(read,))


def _with_marked_thi(rest: list[str]) -> list[str]:
    """Set "Thi" right after a family name: "Thị" is in most names of women, "Thi" there in hardly any."""
    if len(rest) < 2 or _spelled(rest[0]) != "Thi":
        return rest
    return ["THỊ" if rest[0].isupper() else "Thị", *rest[1:]]


def _families() -> frozenset[str]:
    return catalogue.words("family_names")


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
