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
JOINING = frozenset(
    {
        "và",
        "với",
        "của",
        "cho",
        "theo",
        "tại",
        "trong",
        "các",
        "những",
        "được",
        "là",
        "có",
        "từ",
        "đến",
        "số",
        "bà",
        "ông",
        "thị",
        "không",
        "khi",
        "để",
        "việc",
        "ở",
        "một",
        "trên",
        "hoặc",
        "do",
        "bị",
    }
)
"""Syllables that stand beside anything: a pair with one of them tells nothing about the other."""
UNITS = frozenset({"tinh", "pho", "huyen", "quan", "xa", "tp", "tx"})
"""Words, without marks, after which the name of a province or a district stands; "xã" after "thị" only."""
_SYLLABLE = re.compile(r"[^\W\d_]+")


def repaired(text: str) -> str:
    """Set misread marks right, capitals and everything else as they are."""
    return _with_places(_with_pairs(_with_places(text)))


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
        if read in known or meant is None or (_is_proper(words[at]) and _is_proper(words[at + 1])):
            continue
        first, second = meant.split()
        if not _settled(words, at, (first, second), known):
            words[at], words[at + 1] = _cased(first, words[at]), _cased(second, words[at + 1])
    return _rebuilt(text, spans, words)


def _settled(words: Sequence[str], at: int, meant: tuple[str, str], known: frozenset[str]) -> bool:
    """Tell whether a syllable that would change stands, as it was read, in a pair that occurs on its other side."""
    before = at > 0 and f"{words[at - 1]} {words[at]}".lower() in known
    after = at + 2 < len(words) and f"{words[at + 1]} {words[at + 2]}".lower() in known
    return (before and words[at].lower() != meant[0]) or (after and words[at + 1].lower() != meant[1])


def _is_proper(word: str) -> bool:
    """Tell whether a syllable has only its first letter as a capital: two such are a name, which no pair sets right."""
    return word[:1].isupper() and word[1:].islower()


def _with_places(text: str) -> str:
    spans = list(_SYLLABLE.finditer(text))
    words = [span.group() for span in spans]
    at = 0
    while at < len(words):
        for count in (4, 3, 2) if _after_unit(words, at) else ():
            place = _places_by_unmarked().get(unmarked(" ".join(words[at : at + count])).casefold())
            if place is not None and len(words[at : at + count]) == count:
                words[at : at + count] = [
                    _cased(right, read) for right, read in zip(place.split(), words[at : at + count], strict=True)
                ]
                at += count - 1
                break
        at += 1
    return _rebuilt(text, spans, words)


def _after_unit(words: Sequence[str], at: int) -> bool:
    """Tell whether a unit of the size of the list's stands before a word: communes and persons have names like them."""
    before = [unmarked(word).casefold() for word in words[max(0, at - 2) : at]]
    return bool(before) and before[-1] in UNITS and (before[-1] != "xa" or before[:-1] == ["thi"])


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
    return {
        form: next(iter(pairs))
        for form, pairs in grouped.items()
        if len(pairs) == 1 and not JOINING.intersection(next(iter(pairs)).split())
    }


@cache
def _places_by_unmarked() -> dict[str, str]:
    grouped: dict[str, set[str]] = {}
    for place in catalogue.words_in_order("places"):
        if len(_SYLLABLE.findall(place)) == len(place.split()) > 1:
            grouped.setdefault(unmarked(place).casefold(), set()).add(place)
    return {form: next(iter(places)) for form, places in grouped.items() if len(places) == 1}
