"""One attempt at a file that waits for an answer (:mod:`storage.waiting_files`), whatever is to be answered.

What the file is at fault for is its answer; for what the world is at fault it is tried again later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from digitize.errors import DocumentAtFault, ReaderKilled, RegistryUnavailable, RunawayFile, WorldAtFault
from storage.outbox import Lane
from storage.waiting_files import Task, WaitingFiles
from workers.attempt import Post

log = structlog.get_logger(__name__)

MOST_DEATHS = 3
"""So often may the process that opens a file die of no limit of ours, before the file is held to be the cause."""

Answer = Callable[[Task], None]
"""Does the work and writes the answer down.

Raises:
    DocumentAtFault: which is the answer.
    WorldAtFault: it is tried again later.
"""


def attend(
    post: Post, files: WaitingFiles, lane: Lane, file_id: str, longest: timedelta, answer: Answer
) -> DocumentAtFault | None:
    """Answer a file if it still waits and nobody else is at it; return what the file was found to be at fault for.

    Args:
        post: of this process.
        files: among which it waits.
        lane: of this work.
        file_id: of its row.
        longest: a worker that is silent for longer has died; somebody else takes the file.
        answer: does the work.
    """
    with structlog.contextvars.bound_contextvars(file=file_id[:8], lane=lane.value):
        try:
            with post.storage.database.write() as connection:
                task = files.claim(connection, file_id, post.clock(), longest)
        except RegistryUnavailable as error:
            log.warning("not_claimed", code=error.code())
            return None
        if task is None:
            log.info("nothing_to_do")
            return None
        return _attempt(post, files, lane, task, answer)


def _attempt(post: Post, files: WaitingFiles, lane: Lane, task: Task, answer: Answer) -> DocumentAtFault | None:
    fault: DocumentAtFault | None = None
    with post.meter.measure(lane) as outcome:
        try:
            try:
                answer(task)
            except DocumentAtFault as found:
                fault = found
                with post.storage.database.write() as connection:
                    files.fail(connection, task.id, found)
        except WorldAtFault as error:
            outcome.tell("failed")
            log.warning("failed", code=error.code())
            _postpone(post, files, task)
        except Exception:
            _postpone(post, files, task)
            raise
        else:
            outcome.tell("done")
            log.info("done")
    return fault


@contextmanager
def limits_told(task: Task, advice: str) -> Iterator[None]:
    """Give a file that breaks out of its limits an advice of its own, and give up one that kills whoever opens it.

    Raises:
        RunawayFile: the file used up what it may, or its reader died for the last time that is allowed.
        ReaderKilled: it died, and the file is tried again.
    """
    try:
        yield
    except RunawayFile as fault:
        raise RunawayFile(fault.detail, remedy=advice) from fault
    except ReaderKilled as fault:
        if task.attempt < MOST_DEATHS:
            raise
        raise RunawayFile(f"tiến trình mở tệp bị dừng giữa chừng {MOST_DEATHS} lần", remedy=advice) from fault


def _postpone(post: Post, files: WaitingFiles, task: Task) -> None:
    """Leave it for later; when even that fails, the hold runs out and the sweep tells the queue again."""
    try:
        with post.storage.database.write() as connection:
            files.postpone(connection, task, post.clock())
    except RegistryUnavailable as second:
        log.warning("not_postponed", code=second.code())
