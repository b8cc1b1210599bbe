"""Which work a lane does for which kind of subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from digitize.errors import Impossible, RegistryUnavailable
from storage import subjects
from storage.subjects import SubjectKind
from workers.attempt import Post

log = structlog.get_logger(__name__)

Works = Mapping[SubjectKind, Callable[[str], None]]
"""What a lane does with the id of a subject, by the subject's kind."""


def do_by_kind(post: Post, works: Works, subject_id: str) -> None:
    """Do the work that the lane has for this kind of subject.

    While the registry is away nothing is claimed: the outbox tells the queue again.
    """
    try:
        with post.storage.database.read() as connection:
            kind = subjects.kind_of(connection, subject_id)
    except RegistryUnavailable as error:
        log.warning("not_claimed", subject=subject_id, code=error.code())
        return
    if kind is None:
        log.info("nothing_to_do", subject=subject_id)
        return
    if kind not in works:
        raise Impossible(f"this lane has no work for a subject of the kind {kind.value}")
    works[kind](subject_id)
