"""Phrases found again in spite of misread letters."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from digitize.vietnamese import bare

CLOSE = 84.0
"""Percent of likeness from which a misread phrase is still that phrase: one letter in six may be wrong."""


def likeness(text: str, phrase: str) -> float:
    """Compare two phrases as a whole, without marks and case: 0.0 to 100.0."""
    return float(fuzz.ratio(bare(text), bare(phrase)))


def is_like(text: str, phrase: str, least: float = CLOSE) -> bool:
    """Tell whether a text is that phrase, misread perhaps."""
    return likeness(text, phrase) >= least


def holds(text: str, phrase: str, least: float = CLOSE) -> bool:
    """Tell whether a text holds a phrase somewhere, misread perhaps."""
    plain, sought = bare(text), bare(phrase)
    return len(plain) >= 0.8 * len(sought) and float(fuzz.partial_ratio(sought, plain)) >= least


def begins_with(text: str, phrases: Iterable[str], least: float = CLOSE) -> bool:
    """Tell whether a text begins with one of the phrases."""
    words = bare(text).split()
    for phrase in phrases:
        sought = bare(phrase)
        if words and float(fuzz.ratio(" ".join(words[: len(sought.split())]), sought)) >= least:
            return True
    return False


def closest(text: str, phrases: Iterable[str]) -> tuple[str, float]:
    """Give the phrase most like a text and its likeness; an empty phrase when there is none."""
    return max(((phrase, likeness(text, phrase)) for phrase in phrases), key=lambda pair: pair[1], default=("", 0.0))
