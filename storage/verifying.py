"""Files that somebody wants to be judged: kept until they are, answered for a day, and forgotten.

They are no subjects: nothing about them is a fact of the registry. A row is the truth, the queue gets hints (lane
``verify``), and an answer given twice is the same answer, so a worker holds a row for a while and needs no number.

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

import msgspec
import sqlalchemy as sa

from digitize.errors import NotFound, NotVerified, SohoaError, error_named
from digitize.model import VerificationReport
from storage.database import Database
from storage.objects import ObjectStore, Source
from storage.outbox import FIRST_RETRY, LAST_RETRY, RESEND_AFTER, Hint, Lane
from storage.tables import verifications

VEIL_BYTES = 32

ANSWERED_WITHIN = timedelta(hours=1)
"""What no worker could judge until then is given up, and its bytes go."""

KNOWN_FOR = timedelta(hours=24)
"""How long an answer can be read again."""

_BATCH = 200


class Stage(StrEnum):
    """How far the answer is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verification:
    """A file that somebody sent, and the answer once there is one."""

    id: str
    """Opaque, 192 random bits: who knows it may read the answer."""
    sha256: str
    """Of the file as it was sent."""
    size_bytes: int
    requested_at: datetime
    expires_at: datetime
    report: VerificationReport | None
    """None until it was judged, and when it cannot be."""
    fault: SohoaError | None
    """Why it was not judged."""

    @property
    def answered(self) -> bool:
        """There is a report, or a reason for none."""
        return self.report is not None or self.fault is not None


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to judge."""

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


def enter(connection: sa.Connection, stored_as: str, veiled: VeiledSource, now: datetime) -> Verification:
    """Enter a file whose veiled bytes are stored; the sweep tells the queue."""
    made = Verification(
        secrets.token_urlsafe(24), veiled.sha256, veiled.size_bytes, now, now + KNOWN_FOR, report=None, fault=None
    )
    connection.execute(
        verifications.insert().values(
            id=made.id, sha256=made.sha256, size_bytes=made.size_bytes, stored_as=stored_as,
            state=Stage.WAITING.value, requested_at=now, expires_at=made.expires_at, attempts=0, due_at=now,
        )
    )  # fmt: skip
    return made


def find(connection: sa.Connection, verification_id: str, now: datetime) -> Verification:
    """Return a verification as it stands.

    Raises:
        NotFound: there is none, or it is over.
    """
    row = connection.execute(
        sa.select(verifications).where(verifications.c.id == verification_id, verifications.c.expires_at > now)
    ).one_or_none()
    if row is None:
        raise NotFound("lượt kiểm tra này", remedy="Kết quả kiểm tra chỉ được giữ 24 giờ: hãy gửi lại tệp.")
    report = None if row.report is None else msgspec.convert(row.report, VerificationReport)
    fault = None
    if row.fault_code is not None:
        fault = (error_named(row.fault_code) or NotVerified)(row.fault_detail or "", remedy=row.fault_advice)
    return Verification(row.id, row.sha256, row.size_bytes, row.requested_at, row.expires_at, report, fault)


def waiting(connection: sa.Connection) -> int:
    """Count the files that wait to be judged."""
    counted = sa.select(sa.func.count()).where(verifications.c.state == Stage.WAITING.value)
    return connection.execute(counted).scalar_one()


def due(connection: sa.Connection, now: datetime, limit: int = 500) -> Sequence[Hint]:
    """Return what the queue must be told now, oldest first."""
    rows = connection.execute(
        sa.select(verifications.c.id, verifications.c.attempts)
        .where(
            verifications.c.state == Stage.WAITING.value,
            verifications.c.due_at <= now,
            sa.or_(verifications.c.told_at.is_(None), verifications.c.told_at < now - RESEND_AFTER),
            _held_by_nobody(now),
        )
        .order_by(verifications.c.due_at)
        .limit(limit)
    )
    return [Hint(row.id, Lane.VERIFY, 0, row.attempts + 1) for row in rows]


def sent(connection: sa.Connection, hints: Sequence[Hint], now: datetime) -> None:
    """Remember when the queue was told."""
    _tell(connection, hints, now)


def unsent(connection: sa.Connection, hints: Sequence[Hint]) -> None:
    """The queue could not be told after all: tell it as soon as it answers."""
    _tell(connection, hints, None)


def claim(connection: sa.Connection, verification_id: str, now: datetime, longest: timedelta) -> Task | None:
    """Take a file to judge it; None when it is judged, or somebody is at it.

    Args:
        connection: of a writing transaction.
        verification_id: of the row.
        now: the present moment.
        longest: after so long a silence somebody else may take it.
    """
    row = connection.execute(
        verifications.update()
        .where(
            verifications.c.id == verification_id,
            verifications.c.state == Stage.WAITING.value,
            _held_by_nobody(now),
        )
        .values(attempts=verifications.c.attempts + 1, held_until=now + longest)
        .returning(verifications.c.stored_as, verifications.c.attempts)
    ).one_or_none()
    return None if row is None else Task(verification_id, row.stored_as, row.attempts)


def finish(connection: sa.Connection, verification_id: str, report: VerificationReport) -> None:
    """Answer with a report, unless there is an answer."""
    _answer(connection, verification_id, state=Stage.DONE.value, report=msgspec.to_builtins(report))


def fail(connection: sa.Connection, verification_id: str, fault: SohoaError) -> None:
    """Answer with the reason why there is no report, unless there is an answer."""
    _answer(
        connection, verification_id, state=Stage.FAILED.value, fault_code=fault.code(), fault_detail=fault.detail,
        fault_advice=fault.advice,
    )  # fmt: skip


def postpone(connection: sa.Connection, task: Task, now: datetime) -> None:
    """Try again later: 2 s, 4 s, 8 s … at most a minute apart, until the hour is over."""
    wait = min(LAST_RETRY, FIRST_RETRY * 2 ** min(task.attempt - 1, 11))
    connection.execute(
        verifications.update()
        .where(verifications.c.id == task.id, verifications.c.state == Stage.WAITING.value)
        .values(due_at=now + wait, told_at=None, held_until=None)
    )


def tidy(database: Database, objects: ObjectStore, now: datetime) -> int:
    """Give up what waited too long, remove the bytes of what is answered, forget what is over; return how many went.

    Raises:
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store does not answer; what went is gone, the rest waits.
    """
    with database.write() as connection:
        late = sa.select(verifications.c.id).where(
            verifications.c.state == Stage.WAITING.value, verifications.c.requested_at < now - ANSWERED_WITHIN
        )
        for verification_id in connection.execute(late).scalars().all():
            fail(connection, verification_id, NotVerified())
    removed = 0
    while stored := _needless(database):
        for key in stored:
            objects.remove(key)
        with database.write() as connection:
            mine = verifications.c.stored_as.in_(stored)
            connection.execute(verifications.update().where(mine).values(stored_as=None))
        removed += len(stored)
    with database.write() as connection:
        gone = verifications.c.expires_at <= now, verifications.c.stored_as.is_(None)
        connection.execute(verifications.delete().where(*gone))
    return removed


def _needless(database: Database) -> Sequence[str]:
    """Return where bytes of answered files lie, some at a time."""
    over = sa.select(verifications.c.stored_as).where(
        verifications.c.state != Stage.WAITING.value, verifications.c.stored_as.is_not(None)
    )
    with database.read() as connection:
        return connection.execute(over.limit(_BATCH)).scalars().all()


def _held_by_nobody(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(verifications.c.held_until.is_(None), verifications.c.held_until < now)


def _tell(connection: sa.Connection, hints: Sequence[Hint], at: datetime | None) -> None:
    ids = [hint.subject for hint in hints]
    connection.execute(verifications.update().where(verifications.c.id.in_(ids)).values(told_at=at))


def _answer(connection: sa.Connection, verification_id: str, **values: object) -> None:
    connection.execute(
        verifications.update()
        .where(verifications.c.id == verification_id, verifications.c.state == Stage.WAITING.value)
        .values(held_until=None, **values)
    )
