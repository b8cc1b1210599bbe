"""The search index: what is found by name, number or word, kept in the transaction that changes the facts.

:func:`index_result` and :func:`index_many` make the rows of results anew from the facts; :func:`index_text` keeps the
words of a scan. Both do the same whenever they are called. Looking up is :mod:`storage.search.finding`, which reads a
bounded number of rows whatever the index holds.
"""

from __future__ import annotations

from storage.search.indexing import index_dossiers, index_many, index_result
from storage.search.texts import drop_text, index_text, move_text

__all__ = ["drop_text", "index_dossiers", "index_many", "index_result", "index_text", "move_text"]
