"""The tables of the registry: facts about results, documents, people and work; the database is the truth.

Rules that hold for all of them:

* A moment is UTC (:class:`Moment`); a day is a date without a zone, as printed on paper.
* Ids are opaque text. Personal numbers stand only in ``dossiers``, ``dossier_events``, ``certifications``,
  ``confirmed_data``, ``review_drafts``, ``event_private`` and ``documents.digitization_code``; a purge empties the last
  four.
* ``subjects`` holds what every life has: its version and its lease. ``documents`` and ``copies`` hold the present state
  of one kind each; ``events`` holds how it came about, and no row of it is ever changed.
"""

from __future__ import annotations

from storage.tables.apologies import apologies
from storage.tables.books import authorities, books, qr_keys, register_entries, register_years, throttles
from storage.tables.catalogue import (
    catalogue_import_rows,
    catalogue_imports,
    procedure_results,
    procedures,
    result_types,
)
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
from storage.tables.changes import changes
from storage.tables.columns import Moment, metadata
from storage.tables.desks import review_drafts, review_leases, saved_views
from storage.tables.documents import (
    capture_pages,
    captures,
    confirmed_data,
    documents,
    previews,
    removals,
    revisions,
    seal_orders,
)
from storage.tables.dossiers import components, dossier_events, dossiers, results
from storage.tables.exchange import (
    connectors,
    exchange_log,
    exchange_messages,
    exchange_shares,
    exchange_told,
    exchange_told_results,
)
from storage.tables.heads import merkle_heads, merkle_leaves
from storage.tables.health import renewals, signature_health
from storage.tables.keys import barred_certificates, signing_keys
from storage.tables.offices import (
    clients,
    oidc_logins,
    people,
    person_roles,
    sessions,
    tokens,
    unit_heirs,
    unit_names,
    unit_parents,
    units,
)
from storage.tables.operations import operation_records
from storage.tables.reuse import (
    file_links,
    reuse_acceptances,
    reuse_answers,
    reuse_events,
    reuse_keys,
    reuse_requests,
    sent_metadata,
)
from storage.tables.search import result_search, saved_queries, search_rebuilds, search_spellings, search_words
from storage.tables.second_factor import factors, recovery_codes
from storage.tables.subjects import attempts, event_private, events, lane_rests, outbox, subjects
from storage.tables.takeovers import backfill_items, backfills, takeover_items, takeovers
from storage.tables.tallies import local_targets, snapshots, tallies, tally_days
from storage.tables.uploads import upload_pieces, uploads, watched_folders
from storage.tables.verifying import spreadsheets, verifications
from storage.tables.webhooks import webhook_attempts, webhook_endpoints, webhook_messages
from storage.tables.work import announcements, idempotency, series

__all__ = [
    "Moment",
    "announcements",
    "apologies",
    "attempts",
    "authorities",
    "backfill_items",
    "backfills",
    "barred_certificates",
    "books",
    "cancellations",
    "capture_pages",
    "captures",
    "catalogue_import_rows",
    "catalogue_imports",
    "certifications",
    "changes",
    "clients",
    "components",
    "confirmed_data",
    "connectors",
    "copies",
    "copy_captures",
    "copy_previews",
    "copy_revisions",
    "deliveries",
    "documents",
    "dossier_events",
    "dossiers",
    "event_private",
    "events",
    "exchange_log",
    "exchange_messages",
    "exchange_shares",
    "exchange_told",
    "exchange_told_results",
    "factors",
    "file_links",
    "idempotency",
    "lane_rests",
    "local_targets",
    "merkle_heads",
    "merkle_leaves",
    "metadata",
    "oidc_logins",
    "operation_records",
    "outbox",
    "payments",
    "people",
    "person_roles",
    "previews",
    "procedure_results",
    "procedures",
    "qr_keys",
    "recovery_codes",
    "refusals",
    "register_entries",
    "register_years",
    "removals",
    "renewals",
    "result_search",
    "result_types",
    "results",
    "reuse_acceptances",
    "reuse_answers",
    "reuse_events",
    "reuse_keys",
    "reuse_requests",
    "review_drafts",
    "review_leases",
    "revisions",
    "saved_queries",
    "saved_views",
    "seal_orders",
    "search_rebuilds",
    "search_spellings",
    "search_words",
    "sent_metadata",
    "series",
    "sessions",
    "signature_health",
    "signing_keys",
    "snapshots",
    "spreadsheets",
    "subjects",
    "takeover_items",
    "takeovers",
    "tallies",
    "tally_days",
    "throttles",
    "tokens",
    "unit_heirs",
    "unit_names",
    "unit_parents",
    "units",
    "upload_pieces",
    "uploads",
    "verifications",
    "watched_folders",
    "webhook_attempts",
    "webhook_endpoints",
    "webhook_messages",
]
