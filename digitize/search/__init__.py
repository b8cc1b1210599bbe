"""Searching as Vietnamese is written: normal forms, what a typed line asks for, and words that are nearly right.

The rules, in one place:

* Text is composed (NFC), letters are small, and the tone stands at the end of the syllable: "hoà" and "hòa", "thuý" and
  "thúy" are the same word.
* A word has two keys: with its marks and without. A word typed without marks finds every marking of it; a word typed
  with marks finds first what is marked so, then what has the same letters.
* đ is a letter of its own and not a marked d: a typed d finds đ, a typed đ never finds d.
* A number with its notation is one word: "12/QĐ-UBND", "12/qđ-ubnd" and "012/QĐ-UBND" are the same.
* What stands between quotation marks must stand so, marks and order.
"""

from __future__ import annotations

from digitize.search.forms import Word, agreement, agreements, marked, number_key, tail, unmarked, words
from digitize.search.query import Query, parse
from digitize.search.spelling import cuts, is_near
from digitize.search.text import MOST_WORDS, TextWord, text_words, words_asked

__all__ = [
    "MOST_WORDS", "Query", "TextWord", "Word", "agreement", "agreements", "cuts", "is_near", "marked",
    "number_key", "parse", "tail", "text_words", "unmarked", "words", "words_asked",
]  # fmt: skip
