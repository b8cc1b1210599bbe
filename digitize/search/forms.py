"""Normal forms: what is compared instead of what is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from digitize import vietnamese

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_SPACES_IN_NUMBER = re.compile(r"\s*([/.\-])\s*")
_SAID_NUMBER = re.compile(r"^\s*s[ốo]\s*[:.]?\s*", re.IGNORECASE)
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name, of a text or of a question."""

    marked: str
    """Small letters, NFC, the tone at the end of the syllable."""
    exact: bool = False
    """Stood between quotation marks: other marks are another word."""

    @property
    def key(self) -> str:
        """Without marks, đ as d."""
        return unmarked(self.marked)


def marked(word: str) -> str:
    """Give one word in small letters with its tone behind its letters, so that every placement of the tone is one."""
    letters = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(letter for letter in letters if letter in _TONES)
    if not tones:
        return unicodedata.normalize("NFC", letters)
    toneless = "".join(letter for letter in letters if letter not in _TONES)
    return unicodedata.normalize("NFC", toneless) + tones[0]


def unmarked(text: str) -> str:
    """Take all marks off, đ becomes d."""
    return vietnamese.unmarked(text.casefold())


def words(text: str) -> tuple[str, ...]:
    """Give the words of a text with their marks, figures and letters alike."""
    return tuple(marked(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def tail(name_key: str) -> str:
    """Give the words of a name from the last to the first: people are called by the last word of their name."""
    return " ".join(reversed(name_key.split()))


def number_key(number: str) -> str:
    """Give a number with its notation as one word with its marks: small letters, no blanks, no zeros before it."""
    told = _SAID_NUMBER.sub("", unicodedata.normalize("NFC", number)).casefold().strip(" .,;:")
    return _LEADING_ZEROS.sub("", _SPACES_IN_NUMBER.sub(r"\1", " ".join(told.split())))


def agreement(asked: Word, found: str) -> int:
    """Compare a typed word with a marked one: 2 the same marks, 1 the same letters, 0 another word.

    A typed word without any mark is neither right nor wrong about marks: it gets 1 at most, unless the found word has
    none either.
    """
    if asked.marked == found:
        return 2
    if asked.exact or asked.key != unmarked(found):
        return 0
    return int(all(there == "đ" for typed, there in zip(asked.marked, found, strict=False) if typed == "đ"))


def agreements(asked: Sequence[Word], found: Sequence[str]) -> int:
    """Compare words one by one: the sum, or 0 where one of them is another word."""
    each = [agreement(word, there) for word, there in zip(asked, found, strict=True)]
    return sum(each) if all(each) else 0
