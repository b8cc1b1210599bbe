"""Normal forms of Vietnamese text, for comparing; what a person sees keeps its marks and capitals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARKS_OF_VOWELS = "\u0302\u0306\u031b"
_WITHOUT_MARKS = str.maketrans({"Đ": "D", "đ": "d"} | dict.fromkeys(_TONES + _MARKS_OF_VOWELS, ""))


def unmarked(text: str) -> str:
    """Take the marks off, keep everything else: "Đường Lê Lợi" is "Duong Le Loi"."""
    return unicodedata.normalize("NFD", text).translate(_WITHOUT_MARKS)


@lru_cache(maxsize=1 << 16)
def bare(text: str) -> str:
    """Keep letters and digits only, without marks, in lower case, single blanks between: for fuzzy comparison."""
    return _NOT_WORD.sub(" ", unmarked(text).casefold()).strip()


def tidy(text: str) -> str:
    """Compose (NFC) and fold blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def bare_words(text: str) -> list[str]:
    """Give the words in lower case, with their marks and without figures and punctuation."""
    return [part.lower() for part in _LETTERS.findall(unicodedata.normalize("NFC", text))]


def is_capitals(text: str, share: float = 0.8) -> bool:
    """Tell whether nearly all letters are capitals, as in the names of agencies and of kinds of paper."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 1 and sum(letter.isupper() for letter in letters) >= share * len(letters)
