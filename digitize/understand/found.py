"""A field as the rules hand it over, and when a person must look at it."""

from __future__ import annotations

from collections.abc import Sequence

from digitize.model import Field
from digitize.understand.rows import Row, union
from digitize.vietnamese import tidy

SURE = 0.85
"""Confidence from which a field needs no second look, if no rule doubts it."""
WEAK_WORD = 0.6
"""A field with a word below this is doubtful, however sure the rest is."""


def field_from(
    value: str,
    rows: Sequence[Row],
    *,
    trust: float = 1.0,
    doubted: bool = False,
    alternatives: Sequence[str] = (),
) -> Field:
    """Make a field of the rows on which its value stands.

    Args:
        value: as it shall be shown.
        rows: where it stands, all on one page; never empty.
        trust: how far the rule that found it is believed, 0.0 to 1.0.
        doubted: a rule doubts the value, whatever the recogniser says.
        alternatives: other readings, likeliest first.
    """
    letters = sum(len(row.text) for row in rows)
    read = sum(row.confidence * len(row.text) for row in rows) / letters
    weakest = min(row.weakest for row in rows)
    confidence = round(min(1.0, read * trust), 4)
    doubtful = doubted or confidence < SURE or weakest < WEAK_WORD
    others = tuple(dict.fromkeys(tidy(other) for other in alternatives if tidy(other) and tidy(other) != tidy(value)))
    return Field(tidy(value), confidence, rows[0].page, union(rows), doubtful, others)
