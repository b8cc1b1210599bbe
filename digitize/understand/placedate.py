"""Cell 4: place and date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digitize.model import Field
from digitize.understand.dates import find_date
from digitize.understand.found import field_from
from digitize.understand.header import DATE_MARK
from digitize.understand.repair import repaired_place
from digitize.understand.rows import Row, row_of
from digitize.vietnamese import tidy

SURE_FIGURES = 0.88
"""Confidence that day and month need: they are often filled in by pen."""
_PLACE = re.compile(r"^(?P<place>.+?)\s*[,.;]?\s*ng[àaáảâ]y", re.IGNORECASE)
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
    doubted = not value[:1].isupper() or any(letter.isdigit() for letter in value)
    return field_from(repaired_place(value), [row_of(row, words)], doubted=doubted, alternatives=(value,))


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


def passing_date(rows: Sequence[Row]) -> Field | None:
    """Find the day on which a law was passed, at its end: "thông qua ngày 13 tháng 11 năm 2020"."""
    for row in reversed(rows):
        if DATE_MARK.search(row.text) and re.search(r"th[ôo]ng\s+qua", row.text, re.IGNORECASE):
            return date_of(row)
    return None
