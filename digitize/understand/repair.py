"""Misread marks set right in fields, where only one word can be meant; the text of a page is never changed.

What is wrong on real scans are mostly tone and vowel marks: "THÀNH PHÓ" for "THÀNH PHỐ", "HÒ CHÍ MINH" for "HỒ CHÍ
MINH". A pair of neighbouring syllables that occurs nowhere, but occurs with other marks, is taken for the pair that
does; the same with the names of places. What was read stays with the field as an alternative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz, process

from digitize.catalogue import reading as catalogue
from digitize.vietnamese import unmarked

PLACE_LIKENESS = 88.0
"""Percent of likeness, without marks, from which a misread place is taken for the known one."""
_SYLLABLE = re.compile(r"[^\W\d_]+")


def repaired(text: str) -> str:
    """Set misread marks right, capitals and everything else as they are."""
    return _with_pairs(_with_places(text))


def repaired_place(text: str) -> str:
    """Set a place right, also where a letter was misread: "Hè Chí Minh" is "Hồ Chí Minh"."""
    mended = repaired(text)
    syllables = list(_SYLLABLE.finditer(mended))
    for count in (4, 3, 2):
        if len(syllables) < count:
            continue
        start = syllables[-count].start()
        tail = mended[start:]
        found = process.extractOne(
            unmarked(tail).casefold(), _places_by_unmarked().keys(), scorer=fuzz.ratio, score_cutoff=PLACE_LIKENESS
        )
        if found and len(found[0].split()) == count:
            return mended[:start] + _cased(_places_by_unmarked()[found[0]], tail)
    return mended


def _with_pairs(text: str) -> str:
    """Compare every pair of neighbouring syllables with the pairs that occur."""
    spans = list(_SYLLABLE.finditer(text))
    words = [span.group() for span in spans]
    known = catalogue.words("syllable_pairs")
    for at in range(len(words) - 1):
        if spans[at + 1].start() - spans[at].end() > 2:
            continue
        read = f"{words[at]} {words[at + 1]}".lower()
        meant = _pairs_by_unmarked().get(unmarked(read))
        if read in known or meant is None or _settled(words, at, known):
            continue
        first, second = meant.split()
        words[at], words[at + 1] = _cased(first, words[at]), _cased(second, words[at + 1])
    return _rebuilt(text, spans, words)


def _settled(words: Sequence[str], at: int, known: frozenset[str]) -> bool:
    """Tell whether both syllables already stand in pairs that occur, on their other sides."""
    before = at > 0 and f"{words[at - 1]} {words[at]}".lower() in known
    after = at + 2 < len(words) and f"{words[at + 1]} {words[at + 2]}".lower() in known
    return before and after


def _with_places(text: str) -> str:
    spans = list(_SYLLABLE.finditer(text))
    words = [span.group() for span in spans]
    at = 0
    while at < len(words):
        for count in (4, 3, 2):
            place = _places_by_unmarked().get(unmarked(" ".join(words[at : at + count])).casefold())
            if place is not None and len(words[at : at + count]) == count:
                words[at : at + count] = [
                    _cased(right, read) for right, read in zip(place.split(), words[at : at + count], strict=True)
                ]
                at += count - 1
                break
        at += 1
    return _rebuilt(text, spans, words)


def _rebuilt(text: str, spans: Sequence[re.Match[str]], words: Sequence[str]) -> str:
    parts, end = [], 0
    for span, word in zip(spans, words, strict=True):
        parts += [text[end : span.start()], word]
        end = span.end()
    return "".join([*parts, text[end:]])


def _cased(right: str, read: str) -> str:
    """Give the right word with the capitals of the one that was read."""
    if read.isupper():
        return right.upper()
    if read[:1].isupper():
        return right[:1].upper() + right[1:]
    return right if " " in right else right.lower()


@cache
def _pairs_by_unmarked() -> dict[str, str]:
    """Pairs by their form without marks, where only one pair has that form."""
    grouped: dict[str, set[str]] = {}
    for pair in catalogue.words_in_order("syllable_pairs"):
        grouped.setdefault(unmarked(pair), set()).add(pair)
    return {form: next(iter(pairs)) for form, pairs in grouped.items() if len(pairs) == 1}


@cache
def _places_by_unmarked() -> dict[str, str]:
    grouped: dict[str, set[str]] = {}
    for place in catalogue.words_in_order("places"):
        if len(_SYLLABLE.findall(place)) == len(place.split()) > 1:
            grouped.setdefault(unmarked(place).casefold(), set()).add(place)
    return {form: next(iter(places)) for form, places in grouped.items() if len(places) == 1}
