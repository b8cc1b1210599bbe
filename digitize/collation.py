"""The order of the Vietnamese dictionary: letters first, tones second (as in TCVN 5712 and the dictionaries).

``a ă â b c d đ e ê … o ô ơ … u ư …``; words that differ by their tones alone stand in the order no mark, huyền, hỏi,
ngã, sắc, nặng. Works for composed and decomposed text alike.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=100)}
"""Digits and signs have places below these, letters of other alphabets above."""

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng, as combining marks."""


class CollationKey(NamedTuple):
    """What texts are compared by."""

    letters: tuple[int, ...]
    tones: tuple[int, ...]
    text: str


def collation_key(text: str) -> CollationKey:
    """Return by what a text is sorted.

    Args:
        text: names, words; capitals count as small letters.
    """
    places = [_place(sign) for sign in unicodedata.normalize("NFC", text.lower())]
    return CollationKey(tuple(letter for letter, _ in places), tuple(tone for _, tone in places), text)


@lru_cache(maxsize=1024)
def _place(sign: str) -> tuple[int, int]:
    """Return the place of a letter, and that of its tone."""
    parts = unicodedata.normalize("NFD", sign)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    other = ord(bare[0]) if bare and ord(bare[0]) < 100 else 1_000 + ord(sign)
    return _LETTERS.get(bare, other), next((_TONES[part] for part in parts if part in _TONES), 0)
