"""The work of the ``verify`` lane: a file that anybody sent is judged in the sandbox, and the answer written down."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from digitize.errors import DocumentAtFault, WorldAtFault
from digitize.model import VerificationReport
from storage import verifying
from storage.outbox import Lane
from storage.waiting_files import Task, unveiled
from workers.attempt import Post
from workers.memory_file import sealed
from workers.waiting_files import attend, limits_told

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
    """Judge a file that waits for it."""

    def judge(task: Task) -> None:
        with (
            limits_told(task, _ADVICE),
            sealed(unveiled(post.storage.objects.open(task.stored_as))) as file,
        ):
            report = court.judge.verify(file, post.clock())
        with post.storage.database.write() as connection:
            verifying.finish(connection, task.id, report)
        post.meter.verified.labels(report.verdict.value).inc()

    fault = attend(post, verifying.FILES, Lane.VERIFY, verification_id, court.longest, judge)
    if fault is not None:
        post.meter.verified.labels(fault.code()).inc()
