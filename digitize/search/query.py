"""What a typed line asks for: a person's number, a number with notation, a dossier, a day, a kind of paper, words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from digitize.catalogue.reading import kinds
from digitize.errors import InvalidInput
from digitize.search.forms import Word, number_key, unmarked, words

LONGEST = 300
"""Characters of a typed line."""
MOST_TYPED = 20
"""Words of a typed line."""

_QUOTED = re.compile(r"[\"“”]([^\"“”]*)[\"“”]")
_PERSON = re.compile(r"\d{9}|\d{12}|\d{10}(-\d{3})?")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"\d+\w*(?:[/.\-][\w.\-()]+)+")
_CODE = re.compile(r"[0-9A-Za-z.]+-\d{6}-\d{3,}(?:-KQ\(\d+\))?|[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)+(?:-[0-9A-Za-z().]+)+",
                   re.IGNORECASE)  # fmt: skip
_RESULT = re.compile(r"(?P<dossier>.+)-KQ\((?P<ordinal>\d{1,3})\)", re.IGNORECASE)
_SERIAL = re.compile(r"\d{1,8}")
_SPACED_NUMBER = re.compile(r"(?<=\d)\s*/\s*(?=\w)|(?<=\d)\s+(?=[A-ZĐ]{2,}-[A-ZĐ]{2,})")
"""What stands between a number and its notation: "12 / QĐ-UBND", "12 QĐ-UBND"."""


@dataclass(frozen=True, slots=True)
class Query:
    """A typed line, taken apart."""

    words: tuple[Word, ...] = ()
    """Of a name or of the text, in their order."""
    number: str | None = None
    """With notation, in the form of :func:`digitize.search.forms.number_key`."""
    serial: str | None = None
    """A bare number: whatever notation follows it."""
    person_number: str | None = None
    """9, 10, 12 or 13 digits."""
    dossier_code: str | None = None
    """As typed."""
    ordinal: int | None = None
    """n of a typed ``<dossier code>-KQ(n)``."""
    day: date | None = None
    """On which the result was issued."""
    kind_codes: tuple[str, ...] = ()
    """The line begins with the name of a kind; empty: any."""

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for but filters."""
        return self == Query(day=self.day, kind_codes=self.kind_codes)


def parse(typed: str) -> Query:
    """Take a typed line apart; what is none of the known things is a word.

    Raises:
        InvalidInput: the line is too long.
    """
    line = unicodedata.normalize("NFC", typed).strip()
    if len(line) > LONGEST or len(line.split()) > MOST_TYPED:
        raise InvalidInput(f"câu tìm dài quá {LONGEST} ký tự hoặc {MOST_TYPED} từ")
    found: dict[str, object] = {}
    exact = [Word(word, exact=True) for phrase in _QUOTED.findall(line) for word in words(phrase)]
    loose: list[str] = []
    for part in _SPACED_NUMBER.sub("/", _QUOTED.sub(" ", line)).split():
        _sort(part.strip(" ,;:"), found, loose)
    kind_codes, rest = _kind(_without_saying(loose, found))
    if kind_codes:
        found["kind_codes"] = kind_codes
    return Query(words=(*exact, *(Word(word) for word in rest)), **found)  # type: ignore[arg-type]  # names of fields


def _sort(part: str, found: dict[str, object], loose: list[str]) -> None:
    day = _day(part)
    if day is not None:
        found.setdefault("day", day)
    elif _PERSON.fullmatch(part):
        found.setdefault("person_number", part)
    elif _CODE.fullmatch(part):
        result = _RESULT.fullmatch(part)
        found.setdefault("dossier_code", part if result is None else result["dossier"])
        if result is not None:
            found.setdefault("ordinal", int(result["ordinal"]))
    elif _NUMBER.fullmatch(part):
        found.setdefault("number", number_key(part))
        # Codes of dossiers have many patterns; some look like a number with notation.
        found.setdefault("dossier_code", part)
    elif _SERIAL.fullmatch(part):
        found.setdefault("serial", number_key(part))
    else:
        loose.extend(words(part))


def _without_saying(loose: list[str], found: dict[str, object]) -> list[str]:
    """Leave out "số" where a number follows: it says only what the number is."""
    numbers = {"number", "serial", "person_number", "dossier_code"} & found.keys()
    return [word for word in loose if not (numbers and unmarked(word) in {"so", "cccd", "cmnd"})]


def _day(part: str) -> date | None:
    printed, iso = _DAY.fullmatch(part), _ISO_DAY.fullmatch(part)
    try:
        if printed:
            return date(int(printed[3]), int(printed[2]), int(printed[1]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def _kind(loose: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Take the longest name of a kind off the beginning."""
    for count in range(min(len(loose), 10), 1, -1):
        codes = _kinds().get(unmarked(" ".join(loose[:count])))
        if codes is not None:
            return codes, loose[count:]
    return (), loose


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind in kinds():
        key = unmarked(" ".join(words(kind.name)))
        found[key] = (*found.get(key, ()), kind.code)
    return found
