"""The registry of documents: the only place that changes a document's state.

:func:`receive` creates a document, :func:`record` applies one event of the lifecycle. Both write the state, and by
:mod:`storage.subjects` the history entry and the outbox row, in the caller's transaction: either all of it happened or
none.
"""

from __future__ import annotations

from storage.registry.changing import discard, record, rescan
from storage.registry.document import EVERYTHING, NOTHING_MADE, Document, Making, Scope, Summary
from storage.registry.finding import ANY, MOST_COUNTED, Cursor, Sought, counts, find, find_by_doc_code, listing, several
from storage.registry.lanes import LANES
from storage.registry.receiving import Received, known, receive

__all__ = [
    "ANY", "EVERYTHING", "LANES", "MOST_COUNTED", "NOTHING_MADE", "Cursor", "Document", "Making", "Received", "Scope",
    "Sought", "Summary", "counts", "discard", "find", "find_by_doc_code", "known", "listing", "receive", "record",
    "rescan", "several",
]  # fmt: skip
