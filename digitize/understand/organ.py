"""Cell 2: the agency that issues, and the one above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
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
PLACES = frozenset({"phuong", "xa", "thi", "huyen", "quan", "tinh"})
"""First words of a line that says where the agency above it is."""
WITHOUT_PLACE = frozenset({"uy ban nhan dan", "ubnd", "hoi dong nhan dan", "hdnd"})
"""Names, without marks, that are whole only with a place after them."""
PLACE_ALONE = ("phuong ", "xa ", "thi tran ", "thi xa ", "huyen ", "quan ", "tinh ", "thanh pho ")
"""Beginnings, without marks, of a place whose agency stood on the line above."""
_DEPARTMENT = re.compile(r"-(?:S|P)[A-ZĐ][A-ZĐ&]*$")
"""The abbreviation of a department of a province (Sở) or of a district (Phòng) at the end of a notation."""
_CUT_SHORT = re.compile(r"\b(?:tỉnh|huyện|xã(?!\s+hội)|phường|phố)(?:\s+[^\W\d_]+)?$", re.IGNORECASE)
"""No unit but the city of Huế has a name of one syllable: the rest of the line was lost."""
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


def doubted_by_notation(issuing: Field | None, number: Field | None) -> Field | None:
    """Doubt "UBND TỈNH ..." where the number ends in "-STP": the line of the department was lost."""
    if issuing is None or number is None or not bare(issuing.value).startswith(("ubnd", "uy ban nhan dan")):
        return issuing
    return replace(issuing, doubtful=True) if _DEPARTMENT.search(number.value) else issuing


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
    # "PHƯỜNG GIA CẨM" is a place, though it looks like "PHÒNG"
    first, second = (*bare(row.text).split(), "", "")[:2]
    is_place = first in PLACES and second not in {"uy", "doan"}
    opened = begins_with(row.text, heads, 88.0) and not is_place
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
        doubted=(min(row.weakest for row in rows) < SURE_WORD and not plausible(value)) or _is_part(value),
    )


def _is_part(name: str) -> bool:
    """Tell whether a line of the name was lost: its end, the place after "ỦY BAN NHÂN DÂN", or all but the place."""
    plain = bare(name)
    cut_short = bool(_CUT_SHORT.search(name)) and not name.lower().endswith("phố huế")
    return (
        cut_short
        or plain in WITHOUT_PLACE
        or (plain.startswith(PLACE_ALONE) and plain.split()[1] not in {"uy", "doan"})
    )


def plausible(name: str) -> bool:
    """Tell whether every syllable occurs in names of agencies, places or persons, or is an abbreviation."""
    known = _syllables()
    return all(word in known or not any(letter in "aeiouy" for letter in unmarked(word)) for word in bare_words(name))


@cache
def _syllables() -> frozenset[str]:
    lists = ("syllable_pairs", "places", "organ_heads", "name_syllables")
    return frozenset(word for name in lists for entry in catalogue.words(name) for word in bare_words(entry))
