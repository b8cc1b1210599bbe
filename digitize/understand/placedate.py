"""Cell 4: place and date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.dates import find_date
from digitize.understand.found import field_from
from digitize.understand.header import DATE_MARK, LABEL
from digitize.understand.likeness import holds
from digitize.understand.organ import plausible
from digitize.understand.repair import repaired, repaired_place
from digitize.understand.rows import Row, row_of
from digitize.vietnamese import tidy

SURE_FIGURES = 0.88
"""Confidence that day and month need: they are often filled in by pen."""
SURE_WORD = 0.9
"""Confidence from which the words of a place are believed."""
_PLACE = re.compile(r"^(?P<place>.+?)\s*[,.;]?\s*ng[àaáảâ]y", re.IGNORECASE)
_CLOSING = re.compile(r"^[^\W\d][^,;:]{1,45}[,.]\s*ng[àaáảâ]y.{0,12}th[^\W\d_]{1,2}ng.{0,12}n[ăaâäã]m", re.IGNORECASE)
_EDGES = " .,;:-_'`\"|/\\()[]{}~*"


def place_of(row: Row) -> Field | None:
    """Read the place off the row of cell 4: what stands before ", ngày"."""
    match = _PLACE.match(row.text)
    if match is None:
        return None
    words = [word for word in row.words[: len(match["place"].split())] if any(letter.isalnum() for letter in word.text)]
    while words and len(words[0].text.strip(_EDGES)) < 2:
        words = words[1:]
    if not words:
        return None
    value = tidy(" ".join(word.text for word in words)).strip(_EDGES)
    place = row_of(row, words)
    # communes have names like those of districts but for their marks: what was read surely is believed
    believed = place.weakest >= SURE_WORD and plausible(value)
    doubted = not value[:1].isupper() or any(letter.isdigit() for letter in value)
    shown = repaired(value) if believed else repaired_place(value)
    return field_from(shown, [place], doubted=doubted, alternatives=(value,))


def date_of(row: Row) -> Field | None:
    """Read the date off a row; None when a figure cannot be read, because half a date is no date."""
    dated = find_date(row.text)
    if dated is None:
        return None
    figures = [word.confidence for word in row.words if any(letter.isdigit() for letter in word.text)]
    unsure = dated.repaired or not figures or min(figures) < SURE_FIGURES or _ragged(row)
    return field_from(dated.value.isoformat(), [row], doubted=unsure)


def _ragged(row: Row) -> bool:
    """Tell whether a figure is written larger than the print around it: the mark of a pen."""
    figures = [word.box.height for word in row.words if word.text.strip(_EDGES).isdigit()]
    letters = [word.box.height for word in row.words if word.text.isalpha()]
    return bool(figures and letters) and max(figures) > 1.3 * max(letters)


def closing_row(rows: Sequence[Row]) -> Row | None:
    """Find "Phú Thọ, ngày 28 tháng 6 năm 2021" above the signature, for papers whose header has none.

    What stands under a copy mark is the copy's.
    """
    copied: set[int] = set()
    for row in rows:
        if any(holds(row.text, mark, 90.0) for mark in catalogue.words("copy_marks") if len(mark) > len("SAO Y")):
            copied.add(row.page)
        right = row.box.left > 0.3 * row.page_width and row.box.width < 0.62 * row.page_width
        if row.page not in copied and right and _CLOSING.match(row.text) and not LABEL.search(row.text):
            return row
    return None


def passing_date(rows: Sequence[Row]) -> Field | None:
    """Find the day on which a law was passed, at its end: "thông qua ngày 13 tháng 11 năm 2020"."""
    for row in reversed(rows):
        if DATE_MARK.search(row.text) and re.search(r"th[ôo]ng\s+qua", row.text, re.IGNORECASE):
            return date_of(row)
    return None
