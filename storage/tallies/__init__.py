"""Numbers that are kept as their facts change (:mod:`digitize.tally` says what counts).

Whoever changes a fact of a result, a dossier or a certification calls :func:`count_result`, :func:`count_dossier` or
:func:`count_certification` in the same transaction, after the change. Counting is idempotent: it works out what should
be counted, compares with what is (``tallied`` beside the facts), and adds the difference.
"""

from __future__ import annotations

from storage.tallies.counting import (
    count_certification,
    count_certifications,
    count_dossier,
    count_many,
    count_result,
)
from storage.tallies.proving import prove, recount

__all__ = [
    "count_certification",
    "count_certifications",
    "count_dossier",
    "count_many",
    "count_result",
    "prove",
    "recount",
]
