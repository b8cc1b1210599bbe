"""Words that are nearly right: one letter wrong, missing, too much, or two neighbours swapped.

Every known word is kept under itself and under itself without each of its letters; so is what was typed. Two words
that differ by one such slip have one of these in common, so they are found by equality, however many words there are
(the idea of symmetric deletion: SymSpell, W. Garbe).
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

SHORTEST = 3
"""Letters of a word that may be misspelt: of two letters nearly all are words."""
LONGEST = 40
"""Letters of a word that is kept; what is longer is no word of a name."""


def cuts(word: str) -> frozenset[str]:
    """Return a word and what is left of it without each of its letters."""
    if len(word) < SHORTEST:
        return frozenset({word})
    return frozenset({word} | {word[:at] + word[at + 1 :] for at in range(len(word))})


def is_near(typed: str, known: str) -> bool:
    """Tell whether one slip turns a word into another."""
    return min(len(typed), len(known)) >= SHORTEST and OSA.distance(typed, known, score_cutoff=1) == 1
