"""The words by which a scan is found: two syllables that stand side by side, and numbers whole.

Most Vietnamese words have two syllables, and a pair says much more than its halves. A single syllable is found as the
beginning of a pair. What stands on every paper (the name and the motto of the state) finds nothing and is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digitize.search.forms import Word, number_key, unmarked, words

MOST_WORDS = 160
"""Of one scan; the first in reading order, so the heading, the names and the subject are among them."""
LONGEST = 80
"""Characters of a word that is kept."""

_NUMBER = re.compile(r"\d\w*(?:\s?[/-]\s?\w+)+|(?<!\w)\d{5,8}(?!\w)")
_TELLS = re.compile(r"[^\W\d_]|/\d{4}$|^\d{5,8}$")
"""A number with notation, with its year, or a serial one; what has nine digits and more may be a person's."""
_LINE = re.compile(r"[\n\f;:!?()“”\"]+|\.(?!\d)")


def _pairs(syllables: Sequence[str]) -> Iterator[str]:
    """Give neighbours, and the last one alone, so that it begins a word, too."""
    for first, second in pairwise(syllables):
        yield f"{first} {second}"
    if syllables:
        yield syllables[-1]


_ON_EVERY_PAPER = frozenset(
    unmarked(pair)
    for line in ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập Tự do Hạnh phúc", "Ủy ban nhân dân")
    for pair in _pairs(words(line))
)


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a scan."""

    key: str
    """Without marks."""
    marked: str
    """With the marks that it has where it stands first."""


def text_words(text: str, most: int = MOST_WORDS) -> tuple[TextWord, ...]:
    """Return the different words of a scan, in reading order."""
    found: dict[str, TextWord] = {}
    for written in _written(text):
        key = unmarked(written)
        if key not in _ON_EVERY_PAPER and 2 <= len(written) <= LONGEST and len(key) <= LONGEST:
            found.setdefault(key, TextWord(key, written))
        if len(found) == most:
            break
    return tuple(found.values())


def words_asked(typed: Sequence[Word]) -> tuple[Word, ...]:
    """Return what a scan must hold to answer typed words: their pairs, or the only word itself."""
    if len(typed) == 1:
        return tuple(typed)
    return tuple(
        Word(f"{first.marked} {second.marked}", exact=first.exact and second.exact)
        for first, second in pairwise(typed)
        if f"{first.key} {second.key}" not in _ON_EVERY_PAPER
    )


def _written(text: str) -> Iterable[str]:
    composed = unicodedata.normalize("NFC", text)
    for line in _LINE.split(composed):
        yield from filter(_TELLS.search, map(number_key, _NUMBER.findall(line)))
        yield from _pairs([word for word in words(_NUMBER.sub(" ", line)) if not any(map(str.isdigit, word))])
