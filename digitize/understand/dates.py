"""Dates of Vietnamese papers, as printed and as ISO 8601."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

FIRST_YEAR = 1900
"""Earlier years are misread."""
LAST_YEAR = 2099
"""Later years are misread."""

_SPELLED = re.compile(
    r"ng[àaáảâ]y\s*(?P<day>\S{0,4}?)\s*[.,]?\s*th[^\W\d_]{1,2}ng\s*(?P<month>\S{0,4}?)\s*[.,]?\s*n[ăaâäã]m\s*(?P<year>\S{0,6})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<!\d)(?P<day>\d{1,2})\s*[/.\-]\s*(?P<month>\d{1,2})\s*[/.\-]\s*(?P<year>\d{4})(?!\d)")
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "Š": "5", "Z": "2", "]": "1", "§": "8"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was read."""

    value: date
    """The day."""
    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends in the text."""
    repaired: bool
    """A figure had been read as a letter that looks like it."""


def find_date(text: str) -> Dated | None:
    """Find the first date in a text: "ngày 05 tháng 01 năm 2021" or "05/01/2021"."""
    for pattern in (_SPELLED, _FIGURES):
        for match in pattern.finditer(text):
            read = _whole(match["day"], match["month"], match["year"])
            if read is not None:
                value, repaired = read
                return Dated(value, match.start(), match.end(), repaired)
    return None


def _whole(day: str, month: str, year: str) -> tuple[date, bool] | None:
    """Put the figures together, if each is one."""
    figures = [_figure(part) for part in (day, month, year[:5])]
    numbers = [number for number, _ in figures]
    if None in numbers:
        return None
    whole = [number for number in numbers if number is not None]
    if not FIRST_YEAR <= whole[2] <= LAST_YEAR:
        return None
    try:
        return date(whole[2], whole[1], whole[0]), any(repaired for _, repaired in figures)
    except ValueError:
        return None


def _figure(text: str) -> tuple[int | None, bool]:
    stripped = text.strip(" .,;:/-")
    if stripped.isdecimal():
        return int(stripped), False
    repaired = stripped.translate(_LOOKALIKES)
    return (int(repaired), True) if repaired.isdecimal() and len(repaired) <= 4 else (None, False)
