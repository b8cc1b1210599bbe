"""Daily heads over register and history: each is the root of a Merkle tree, bound to the head before and timestamped.

A day that brought very many rows has several. Whoever keeps a head can tell later whether anything before it was
changed (:mod:`storage.audit`).
"""

from __future__ import annotations

from storage.heads.facts import BY_KIND, FACTS, HISTORY, Fact
from storage.heads.keeping import (
    Included,
    KeptHead,
    due,
    find_head,
    forget_salts,
    heads,
    keep_token,
    leaves_of,
    number_in,
    prove,
    sent,
    unsent,
)
from storage.heads.making import HeadMaker, covered_until, make_due

__all__ = [
    "BY_KIND", "FACTS", "HISTORY", "Fact", "HeadMaker", "Included", "KeptHead", "covered_until", "due", "find_head",
    "forget_salts", "heads", "keep_token", "leaves_of", "make_due", "number_in", "prove", "sent", "unsent",
]  # fmt: skip
