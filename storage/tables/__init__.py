"""The tables of the registry: facts about results, documents, people and work; the database is the truth.

Rules that hold for all of them:

* A moment is UTC (:class:`Moment`); a day is a date without a zone, as printed on paper.
* Ids are opaque text. Personal numbers stand only in ``dossiers``, ``confirmed_data``, ``event_private`` and
  ``documents.digitization_code``; a purge empties the last three.
* ``documents`` holds the present state; ``events`` holds how it came about, and no row of it is ever changed.
"""

from __future__ import annotations

from storage.tables.columns import Moment, metadata
from storage.tables.documents import (
    captures,
    confirmed_data,
    documents,
    event_private,
    events,
    previews,
    removals,
    revisions,
    seal_orders,
)
from storage.tables.dossiers import dossiers, results
from storage.tables.offices import clients, people, sessions, tokens, units
from storage.tables.work import announcements, attempts, idempotency, outbox, series

__all__ = [
    "Moment",
    "announcements",
    "attempts",
    "captures",
    "clients",
    "confirmed_data",
    "documents",
    "dossiers",
    "event_private",
    "events",
    "idempotency",
    "metadata",
    "outbox",
    "people",
    "previews",
    "removals",
    "results",
    "revisions",
    "seal_orders",
    "series",
    "sessions",
    "tokens",
    "units",
]
