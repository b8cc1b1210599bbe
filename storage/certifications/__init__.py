"""Visits of requesters and their certified copies: what the rules of :mod:`digitize.attest` decide, kept.

A visit holds originals, each original becomes one copy, a subject of its own with lease, history and outbox. The number
of a copy stands in the register (:mod:`storage.register`).
"""

from __future__ import annotations

from storage.certifications.capturing import DeskCapture, capture, known
from storage.certifications.changing import discard, record
from storage.certifications.deciding import (
    abandon,
    abandon_visit,
    issue,
    keep_letter,
    note_problem,
    order_attestation,
    order_seal_of,
    refuse,
)
from storage.certifications.desk import DueCursor, Standing, find_by_code, on_the_desk, standings_of
from storage.certifications.finding import (
    UNPAID_STATES,
    CopyCursor,
    counts,
    find,
    find_visit,
    last_payment,
    listing,
    of_visit,
    record_of,
    visits,
)
from storage.certifications.keeping import NOTHING_MADE, keep_attested, keep_previews, keep_revision
from storage.certifications.lanes import COPY_LANES
from storage.certifications.opening import add_original, close_visit, extend, hold_visit, open_visit, pay
from storage.certifications.visit import Certification, Copy, Payment

__all__ = [
    "COPY_LANES", "NOTHING_MADE", "UNPAID_STATES", "Certification", "Copy", "CopyCursor", "DeskCapture", "DueCursor",
    "Payment", "Standing", "abandon", "abandon_visit", "add_original", "capture", "close_visit", "counts", "discard",
    "extend", "find", "find_by_code", "find_visit", "hold_visit", "issue", "keep_attested", "keep_letter",
    "keep_previews", "keep_revision", "known", "last_payment", "listing", "note_problem", "of_visit", "on_the_desk",
    "open_visit", "order_attestation", "order_seal_of", "pay", "record", "record_of", "refuse", "standings_of",
    "visits",
]  # fmt: skip
