"""The work of the ``table`` lane: a spreadsheet that somebody handed in becomes rows, which the API reads."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.confined.frames import Setup
from storage import spreadsheets
from storage.outbox import Lane
from storage.waiting_files import Task, VeiledSource, unveiled
from workers.attempt import Post
from workers.heartbeat import beating
from workers.spreadsheets import ADVICE, SENT_IN, rows_file
from workers.waiting_files import attend, limits_told


def open_spreadsheet(post: Post, spreadsheet_id: str, setup: Setup = SENT_IN) -> None:
    """Make rows of a spreadsheet that waits for it."""

    def make_rows(task: Task) -> None:
        def hold(connection: sa.Connection, now: datetime) -> bool:
            return spreadsheets.FILES.hold(connection, task, now, post.lease_duration)

        with beating(post.storage.database, task.id[:8], hold, post.clock, post.lease_duration):
            _make_rows(post, setup, task)

    attend(post, spreadsheets.FILES, Lane.TABLE, spreadsheet_id, post.lease_duration, make_rows)


def _make_rows(post: Post, setup: Setup, task: Task) -> None:
    objects = post.storage.objects
    with limits_told(task, ADVICE), rows_file(unveiled(objects.open(task.stored_as)), setup) as rows:
        # The room bounds what it gives, but for a piece or two.
        key, _ = objects.put_stream(VeiledSource(rows), 2 * setup.allowance.answer_bytes)
    with post.storage.database.write() as connection:
        wanted = spreadsheets.finish(connection, task.id, key)
    if not wanted:
        objects.remove(key)
