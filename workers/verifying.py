"""The work of the ``verify`` lane: a file that anybody sent is judged in the sandbox, and the answer written down."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

import structlog

from digitize.errors import DocumentAtFault, ReaderKilled, RegistryUnavailable, RunawayFile, WorldAtFault
from digitize.model import VerificationReport
from storage import verifying
from storage.outbox import Lane
from storage.verifying import Task, unveiled
from workers.attempt import Post
from workers.memory_file import sealed

log = structlog.get_logger(__name__)

MOST_DEATHS = 3
"""So often may the process that judges a file die of no limit of ours, before the file is held to be the cause."""

_ADVICE = "Không kết luận được về tệp này; hãy xin lại bản gốc từ nơi cấp."


class Judge(Protocol):
    """Opens a file from outside where it can do no harm: :class:`workers.sandbox.Sandbox`."""

    def verify(self, file: BinaryIO, now: datetime) -> VerificationReport:
        """Judge the signatures that a file carries.

        Raises:
            DocumentAtFault: the file cannot be judged.
            ReaderKilled: the process that judged it died, and of no limit of ours.
        """


@dataclass(frozen=True, slots=True)
class Court:
    """Who judges, and for how long."""

    judge: Judge
    longest: timedelta
    """A worker that is silent for longer has died; somebody else takes the file."""


def warm_up(judge: Judge, now: datetime) -> None:
    """Let the judge load its libraries, so that the first asker does not wait for them."""
    with suppress(DocumentAtFault, WorldAtFault), sealed([b"%PDF-"]) as nothing:
        judge.verify(nothing, now)


def verify_file(post: Post, court: Court, verification_id: str) -> None:
    """Judge a file that waits for it.

    What the file is at fault for is its answer; for what the world is at fault it is judged again later.
    """
    with structlog.contextvars.bound_contextvars(verification=verification_id[:8], lane=Lane.VERIFY.value):
        try:
            with post.storage.database.write() as connection:
                task = verifying.claim(connection, verification_id, post.clock(), court.longest)
        except RegistryUnavailable as error:
            log.warning("not_claimed", code=error.code())
            return
        if task is None:
            log.info("nothing_to_do")
            return
        with post.meter.measure(Lane.VERIFY) as outcome:
            try:
                _answer(post, court, task)
            except WorldAtFault as error:
                outcome.tell("failed")
                log.warning("failed", code=error.code())
                _postpone(post, task)
            except Exception:
                _postpone(post, task)
                raise
            else:
                outcome.tell("done")
                log.info("done")


def _answer(post: Post, court: Court, task: Task) -> None:
    try:
        report = _judge(post, court, task)
    except DocumentAtFault as fault:
        with post.storage.database.write() as connection:
            verifying.fail(connection, task.id, fault)
        post.meter.verified.labels(fault.code()).inc()
        return
    with post.storage.database.write() as connection:
        verifying.finish(connection, task.id, report)
    post.meter.verified.labels(report.verdict.value).inc()


def _judge(post: Post, court: Court, task: Task) -> VerificationReport:
    try:
        with sealed(unveiled(post.storage.objects.open(task.stored_as))) as file:
            return court.judge.verify(file, post.clock())
    except RunawayFile as fault:
        raise RunawayFile(fault.detail, remedy=_ADVICE) from fault
    except ReaderKilled as fault:
        if task.attempt < MOST_DEATHS:
            raise
        raise RunawayFile(f"bộ kiểm tra bị dừng giữa chừng {MOST_DEATHS} lần", remedy=_ADVICE) from fault


def _postpone(post: Post, task: Task) -> None:
    """Leave it for later; when even that fails, the hold runs out and the sweep tells the queue again."""
    try:
        with post.storage.database.write() as connection:
            verifying.postpone(connection, task, post.clock())
    except RegistryUnavailable as second:
        log.warning("not_postponed", code=second.code())
