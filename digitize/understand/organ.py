"""Cell 2: the agency that issues, and the one above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.found import field_from
from digitize.understand.likeness import begins_with
from digitize.understand.repair import repaired
from digitize.understand.rows import Row
from digitize.vietnamese import bare, bare_words, tidy, unmarked

SURE_WORD = 0.9
"""Confidence from which a word is believed that occurs in no list: names of villages are many."""
_SHORT_CITY = re.compile(r"\b(TP|Tp|TX|TT)\s*\.\s*(?=[^\W\d_]+\s)")
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–"


def organs_of(rows: Sequence[Row]) -> tuple[Field | None, Field | None]:
    """Part the lines of cell 2 into the agency above and the agency that issues.

    A line that begins as names of agencies begin opens a new agency; any other continues the line above.

    Returns:
        The issuing agency and the one above it; either may be missing.
    """
    names = _names(rows)
    if not names:
        return None, None
    issuing = _field(names[-1])
    above = _field([row for name in names[:-1] for row in name]) if len(names) > 1 else None
    return issuing, above


def _names(rows: Sequence[Row]) -> list[list[Row]]:
    names: list[list[Row]] = []
    for row in rows:
        if names and not _opens(row, names[-1]):
            names[-1].append(row)
        elif _looks_like_name(row):
            names.append([row])
    return names


def _looks_like_name(row: Row) -> bool:
    return len(bare(row.text).replace(" ", "")) >= 4


def _opens(row: Row, above: Sequence[Row]) -> bool:
    heads = catalogue.words_in_order("organ_heads")
    opened = begins_with(row.text, heads, 88.0)
    # "TRƯỜNG ĐẠI HỌC ... / HỌC VIỆN" wraps: a line that ends in a joining word wants more
    joining = bare(above[-1].text).split()[-1:] in (["va"], ["cua"], ["thuoc"], ["truong"], ["hanh"], ["doan"])
    return opened and not joining


def _field(rows: Sequence[Row]) -> Field:
    read = tidy(" ".join(row.text.strip(_EDGES) for row in rows)).strip(_EDGES)
    # "TP.HỒ CHÍ MINH" and "TP. HỒ CHÍ MINH" are one name
    value = _SHORT_CITY.sub(r"\1. ", repaired(read))
    return field_from(
        value,
        rows,
        alternatives=(read,),
        doubted=min(row.weakest for row in rows) < SURE_WORD and not _plausible(value),
    )


def _plausible(name: str) -> bool:
    """Tell whether every syllable occurs in names of agencies, places or persons, or is an abbreviation."""
    known = _syllables()
    return all(word in known or not any(letter in "aeiouy" for letter in unmarked(word)) for word in bare_words(name))


@cache
def _syllables() -> frozenset[str]:
    lists = ("syllable_pairs", "places", "organ_heads", "name_syllables")
    return frozenset(word for name in lists for entry in catalogue.words(name) for word in bare_words(entry))
