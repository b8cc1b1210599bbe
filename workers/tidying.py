"""What the sweep tidies once a minute: objects that a purge condemned, and what has ended at the door."""

from __future__ import annotations

import structlog

from storage import clients, idempotency, people, purge
from workers.attempt import Post

log = structlog.get_logger(__name__)


def tidy(post: Post) -> None:
    """Remove the objects of purged documents, ended sessions and tokens, and answers that are no longer remembered.

    Raises:
        WorldAtFault: the database or the store does not answer; the rest waits for the next time.
    """
    now = post.clock()
    with post.storage.database.write() as connection:
        people.forget_ended_sessions(connection, now)
        clients.forget_ended_tokens(connection, now)
        idempotency.forget_old(connection, now)
    removed = purge.remove_due(post.storage.database, post.storage.objects, now)
    if removed:
        log.info("purged_objects_removed", count=removed)
