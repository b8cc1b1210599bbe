"""The tables of the registry: facts about results, documents, people and work; the database is the truth.

Rules that hold for all of them:

* A moment is UTC (:class:`Moment`); a day is a date without a zone, as printed on paper.
* Ids are opaque text. Personal numbers stand only in ``dossiers``, ``certifications``, ``confirmed_data``,
  ``event_private`` and ``documents.digitization_code``; a purge empties the last three.
* ``subjects`` holds what every life has: its version and its lease. ``documents`` and ``copies`` hold the present state
  of one kind each; ``events`` holds how it came about, and no row of it is ever changed.
"""

from __future__ import annotations

from storage.tables.books import authorities, books, qr_keys, register_entries, register_years, throttles
from storage.tables.certification import (
    cancellations,
    certifications,
    copies,
    copy_captures,
    copy_previews,
    copy_revisions,
    deliveries,
    payments,
    refusals,
)
from storage.tables.columns import Moment, metadata
from storage.tables.documents import (
    captures,
    confirmed_data,
    documents,
    previews,
    removals,
    revisions,
    seal_orders,
)
from storage.tables.dossiers import dossiers, results
from storage.tables.heads import merkle_heads, merkle_leaves
from storage.tables.health import renewals, signature_health
from storage.tables.offices import clients, people, sessions, tokens, units
from storage.tables.subjects import attempts, event_private, events, outbox, subjects
from storage.tables.verifying import verifications
from storage.tables.webhooks import webhook_attempts, webhook_endpoints, webhook_messages
from storage.tables.work import announcements, idempotency, series

__all__ = [
    "Moment",
    "announcements",
    "attempts",
    "authorities",
    "books",
    "cancellations",
    "captures",
    "certifications",
    "clients",
    "confirmed_data",
    "copies",
    "copy_captures",
    "copy_previews",
    "copy_revisions",
    "deliveries",
    "documents",
    "dossiers",
    "event_private",
    "events",
    "idempotency",
    "merkle_heads",
    "merkle_leaves",
    "metadata",
    "outbox",
    "payments",
    "people",
    "previews",
    "qr_keys",
    "refusals",
    "register_entries",
    "register_years",
    "removals",
    "renewals",
    "results",
    "revisions",
    "seal_orders",
    "series",
    "sessions",
    "signature_health",
    "subjects",
    "throttles",
    "tokens",
    "units",
    "verifications",
    "webhook_attempts",
    "webhook_endpoints",
    "webhook_messages",
]
