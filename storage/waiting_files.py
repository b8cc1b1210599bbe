"""Files that were sent in for an answer: kept until a worker has answered, and forgotten soon after.

They are no subjects: nothing about them is a fact of the registry. A row is the truth, the queue gets hints, and an
answer given twice is the same answer, so a worker holds a row for a while and needs no number.

The bytes wait in the object store **veiled**: with :data:`VEIL_BYTES` random ones before them. So they are never the
same object as one that a document owns, whatever is sent, and can be removed without asking anybody; and no reference
leads to them, so that neither a backup nor a check of the archive takes a stranger's file along.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import SohoaError, WorldAtFault, error_named
from storage.database import Database
from storage.objects import ObjectStore, Source
from storage.outbox import FIRST_RETRY, LAST_RETRY, RESEND_AFTER, Hint, Lane

VEIL_BYTES = 32

ANSWERED_WITHIN = timedelta(hours=1)
"""What no worker could answer until then is given up, and its bytes go."""

_BATCH = 200
_MOST_LETTERS = 1000
"""Of a fault's particulars, which come out of a process that had read a stranger's file."""


class Stage(StrEnum):
    """How far the answer is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to answer."""

    id: str
    stored_as: str
    attempt: int
    """1-based."""


class VeiledSource:
    """Gives random bytes and then those of a file, whose hash and length it learns on the way."""

    def __init__(self, file: Source) -> None:
        """Stand before the file, which is read once."""
        self._veil = secrets.token_bytes(VEIL_BYTES)
        self._file = file
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        """Of the file itself, as far as it was read."""

    @property
    def sha256(self) -> str:
        """Of the file itself, as far as it was read."""
        return self._digest.hexdigest()

    def read(self, size: int, /) -> bytes:
        """Give at most ``size`` bytes; none at the end."""
        if self._veil:
            piece, self._veil = self._veil[:size], self._veil[size:]
            return piece
        piece = self._file.read(size)
        self._digest.update(piece)
        self.size_bytes += len(piece)
        return piece


def unveiled(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the bytes of the file itself."""
    left = VEIL_BYTES
    for piece in pieces:
        yield piece[left:]
        left = max(0, left - len(piece))


class WaitingFiles:
    """The files of one table (:func:`storage.tables.verifying.waiting_columns`), which one lane answers."""

    def __init__(
        self,
        table: sa.Table,
        lane: Lane,
        known_for: timedelta,
        late: WorldAtFault,
        answer: sa.Column[Any] | None = None,
    ) -> None:
        """Stand before a table.

        Args:
            table: where the rows are.
            lane: who answers.
            known_for: how long after it was sent a file's answer can be read.
            late: what is answered when nobody answered within :data:`ANSWERED_WITHIN`.
            answer: names an object that belongs to the answer and goes with it; None: there is none.
        """
        self._table = table
        self._lane = lane
        self._known_for = known_for
        self._late = late
        self._answer = answer

    def enter(
        self, connection: sa.Connection, stored_as: str, veiled: VeiledSource, now: datetime, **more: object
    ) -> str:
        """Enter a file whose veiled bytes are stored, and return its id; the sweep tells the queue."""
        file_id = secrets.token_urlsafe(24)
        connection.execute(
            self._table.insert().values(
                id=file_id, sha256=veiled.sha256, size_bytes=veiled.size_bytes, stored_as=stored_as,
                state=Stage.WAITING.value, requested_at=now, expires_at=now + self._known_for, attempts=0, due_at=now,
                **more,
            )
        )  # fmt: skip
        return file_id

    def enter_answered(
        self, connection: sa.Connection, veiled: VeiledSource, now: datetime, **more: object
    ) -> str:  # fmt: skip
        """Enter a file that was answered as it came, and return its id."""
        file_id = secrets.token_urlsafe(24)
        connection.execute(
            self._table.insert().values(
                id=file_id, sha256=veiled.sha256, size_bytes=veiled.size_bytes, stored_as=None,
                state=Stage.DONE.value, requested_at=now, expires_at=now + self._known_for, attempts=0, due_at=now,
                **more,
            )
        )  # fmt: skip
        return file_id

    def row(self, connection: sa.Connection, file_id: str, now: datetime) -> sa.Row[Any] | None:
        """Return the row of a file; None when there is none, or it is over."""
        columns = self._table.c
        return connection.execute(
            sa.select(self._table).where(columns.id == file_id, columns.expires_at > now)
        ).one_or_none()

    def waiting(self, connection: sa.Connection) -> int:
        """Count the files that wait for their answer."""
        counted = sa.select(sa.func.count()).where(self._is_waiting())
        return connection.execute(counted).scalar_one()

    def due(self, connection: sa.Connection, now: datetime, limit: int = 500) -> Sequence[Hint]:
        """Return what the queue must be told now, oldest first."""
        columns = self._table.c
        rows = connection.execute(
            sa.select(columns.id, columns.attempts)
            .where(
                self._is_waiting(),
                columns.due_at <= now,
                sa.or_(columns.told_at.is_(None), columns.told_at < now - RESEND_AFTER),
                self._held_by_nobody(now),
            )
            .order_by(columns.due_at)
            .limit(limit)
        )
        return [Hint(row.id, self._lane, 0, row.attempts + 1) for row in rows]

    def sent(self, connection: sa.Connection, hints: Sequence[Hint], now: datetime) -> None:
        """Remember when the queue was told."""
        self._tell(connection, hints, now)

    def unsent(self, connection: sa.Connection, hints: Sequence[Hint]) -> None:
        """The queue could not be told after all: tell it as soon as it answers."""
        self._tell(connection, hints, None)

    def claim(self, connection: sa.Connection, file_id: str, now: datetime, longest: timedelta) -> Task | None:
        """Take a file to answer it; None when it is answered, or somebody is at it.

        Args:
            connection: of a writing transaction.
            file_id: of the row.
            now: the present moment.
            longest: after so long a silence somebody else may take it.
        """
        columns = self._table.c
        row = connection.execute(
            self._table.update()
            .where(columns.id == file_id, self._is_waiting(), self._held_by_nobody(now))
            .values(attempts=columns.attempts + 1, held_until=now + longest)
            .returning(columns.stored_as, columns.attempts)
        ).one_or_none()
        return None if row is None else Task(file_id, row.stored_as, row.attempts)

    def hold(self, connection: sa.Connection, task: Task, now: datetime, longest: timedelta) -> bool:
        """Say that the work goes on; False when it is answered, or somebody else has it."""
        columns = self._table.c
        held = connection.execute(
            self._table.update()
            .where(columns.id == task.id, self._is_waiting(), columns.attempts == task.attempt)
            .values(held_until=now + longest)
        )
        return held.rowcount > 0

    def answer(self, connection: sa.Connection, file_id: str, **values: object) -> bool:
        """Write the answer down; False when there is one already."""
        return self._end(connection, file_id, state=Stage.DONE.value, **values)

    def fail(self, connection: sa.Connection, file_id: str, fault: SohoaError) -> bool:
        """Answer with the reason why there is no other answer; False when there is one already."""
        return self._end(
            connection, file_id, state=Stage.FAILED.value, fault_code=fault.code(),
            fault_detail=fault.detail[:_MOST_LETTERS], fault_advice=fault.advice[:_MOST_LETTERS],
        )  # fmt: skip

    def fault_of(self, row: sa.Row[Any]) -> SohoaError | None:
        """Return the reason why there is no answer, if that is the answer."""
        if row.fault_code is None:
            return None
        return (error_named(row.fault_code) or type(self._late))(row.fault_detail or "", remedy=row.fault_advice)

    def postpone(self, connection: sa.Connection, task: Task, now: datetime) -> None:
        """Try again later: 2 s, 4 s, 8 s … at most a minute apart, until the hour is over."""
        wait = min(LAST_RETRY, FIRST_RETRY * 2 ** min(task.attempt - 1, 11))
        connection.execute(
            self._table.update()
            .where(self._table.c.id == task.id, self._is_waiting())
            .values(due_at=now + wait, told_at=None, held_until=None)
        )

    def tidy(self, database: Database, objects: ObjectStore, now: datetime) -> int:
        """Give up what waited too long, remove needless bytes, forget what is over; return how many objects went.

        Raises:
            RegistryUnavailable: the database does not answer.
            StoreUnavailable: the store does not answer; what went is gone, the rest waits.
        """
        columns = self._table.c
        over = columns.expires_at <= now
        with database.write() as connection:
            late = sa.select(columns.id).where(self._is_waiting(), columns.requested_at < now - ANSWERED_WITHIN)
            for file_id in connection.execute(late).scalars().all():
                self.fail(connection, file_id, self._late)
        removed = self._remove(database, objects, columns.stored_as, sa.not_(self._is_waiting()))
        forgotten = [over, columns.stored_as.is_(None)]
        if self._answer is not None:
            removed += self._remove(database, objects, self._answer, over)
            forgotten.append(self._answer.is_(None))
        with database.write() as connection:
            connection.execute(self._table.delete().where(*forgotten))
        return removed

    def _remove(
        self, database: Database, objects: ObjectStore, column: sa.Column[Any], needless: sa.ColumnElement[bool]
    ) -> int:
        """Remove the objects that a column names in rows that need them no more, some at a time."""
        removed = 0
        query = sa.select(column).where(needless, column.is_not(None)).limit(_BATCH)
        while True:
            with database.read() as connection:
                stored = connection.execute(query).scalars().all()
            if not stored:
                return removed
            for key in stored:
                objects.remove(key)
            with database.write() as connection:
                connection.execute(self._table.update().where(column.in_(stored)).values({column: None}))
            removed += len(stored)

    def _is_waiting(self) -> sa.ColumnElement[bool]:
        return self._table.c.state == Stage.WAITING.value

    def _held_by_nobody(self, now: datetime) -> sa.ColumnElement[bool]:
        held_until = self._table.c.held_until
        return sa.or_(held_until.is_(None), held_until < now)

    def _tell(self, connection: sa.Connection, hints: Sequence[Hint], at: datetime | None) -> None:
        ids = [hint.subject for hint in hints]
        connection.execute(self._table.update().where(self._table.c.id.in_(ids)).values(told_at=at))

    def _end(self, connection: sa.Connection, file_id: str, **values: object) -> bool:
        ended = connection.execute(
            self._table.update()
            .where(self._table.c.id == file_id, self._is_waiting())
            .values(held_until=None, **values)
        )
        return ended.rowcount > 0
