"""The work of the ``deliver`` lane: a sealed result is opened for reuse and announced."""

from __future__ import annotations

from functools import partial

import structlog

from digitize.lifecycle import Published
from storage import announcements, registry
from storage.leases import Lease
from storage.outbox import Lane
from storage.registry import Document
from workers.attempt import Post, attempt

log = structlog.get_logger(__name__)


def deliver_document(post: Post, lock_days: int, document_id: str) -> None:
    """Publish a sealed document.

    Args:
        post: what the process stands on.
        lock_days: days for which the store is asked to hold the released files; 0 for none.
        document_id: the document.
    """
    attempt(post, Lane.DELIVER, document_id, registry.find, partial(_deliver, post, lock_days))


def _deliver(post: Post, lock_days: int, lease: Lease, document: Document) -> None:
    if lock_days > 0:
        _lock(post, lock_days, document)
    now = post.clock()
    with post.storage.database.write() as connection:
        registry.record(
            connection, document.id, Published(actor=post.actor), now, lease=lease, changes={"published_at": now}
        )
        announcements.put(connection, document.id, announcements.PUBLISHED, now)


def _lock(post: Post, days: int, document: Document) -> None:
    """Ask the store to hold what is released from now on; several stores have no locks, which is logged."""
    released = (document.capture_key, document.sealed_key, document.metadata_key, document.metadata_signature_key)
    for key in released:
        if key is not None and post.storage.objects.lock(key, days) is None:
            log.warning("store_has_no_locks", object=key)
