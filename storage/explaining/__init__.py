"""Why a number is what it is: the very results, dossiers, visits and procedures in it, a page at a time.

Whether a thing is in a number is worked out from its facts, not from what was counted, so that a list whose length is
the number proves it.
"""

from __future__ import annotations

from storage.explaining.paging import Page, Place, explain
from storage.explaining.procedures import explain_procedures
from storage.explaining.question import Question, Side, indicator_question, rate_question
from storage.explaining.showing import Explained

__all__ = [
    "Explained",
    "Page",
    "Place",
    "Question",
    "Side",
    "explain",
    "explain_procedures",
    "indicator_question",
    "rate_question",
]
