"""The calendar of the archive: until when the proof in each released file holds, and which must be renewed next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.lifecycle import Renewed as CopyRenewed
from digitize.lifecycle import Renewed
from digitize.model import SignatureHealth
from storage.subjects import SubjectKind
from storage.tables import attempts, copies, documents, renewals, signature_health, subjects

LONGEST_WHY = 300
"""Characters of a reason that are kept; it names a certificate, whose subject may be long."""


@dataclass(frozen=True, slots=True)
class Fading:
    """A released file whose proof will not hold much longer."""

    subject: str
    kind: SubjectKind
    object_key: str
    size_bytes: int
    health: SignatureHealth


@dataclass(frozen=True, slots=True)
class Month:
    """What fades in one month for one reason."""

    month: str
    """``2027-03``, of UTC."""
    why: str
    files: int
    size_bytes: int


def note(
    connection: sa.Connection, subject: str, object_key: str, size_bytes: int, health: SignatureHealth, now: datetime
) -> None:
    """Keep what was found in the released file of a subject; what was known of an earlier file goes.

    Args:
        connection: a writing transaction, that of the release.
        subject: a document or a copy.
        object_key: of the released file.
        size_bytes: of the released file.
        health: see ``digitize.sign.renewal.health``.
        now: when it was examined.
    """
    connection.execute(signature_health.delete().where(signature_health.c.subject_id == subject))
    connection.execute(
        signature_health.insert().values(
            subject_id=subject,
            object_key=object_key,
            size_bytes=size_bytes,
            level=health.level,
            weakens_at=health.weakens_at,
            why=health.why[:LONGEST_WHY],
            archive_timestamps=health.archive_timestamps,
            examined_at=now,
        )
    )


def fading(connection: sa.Connection, until: datetime, limit: int | None = None) -> Sequence[Fading]:
    """Return the files whose proof fades by a moment, the first to fade first."""
    rows = connection.execute(
        sa.select(signature_health, subjects.c.kind)
        .join(subjects, subjects.c.id == signature_health.c.subject_id)
        .where(signature_health.c.weakens_at <= until)
        .order_by(signature_health.c.weakens_at, signature_health.c.subject_id)
        .limit(limit)
    )
    return [
        Fading(
            row.subject_id,
            SubjectKind(row.kind),
            row.object_key,
            row.size_bytes,
            SignatureHealth(row.level, row.weakens_at, row.why, row.archive_timestamps),
        )
        for row in rows
    ]


def months(connection: sa.Connection, until: datetime) -> Sequence[Month]:
    """Count what fades by a moment, by month and reason; what has faded already is in the first rows."""
    rows = connection.execute(
        sa.select(
            signature_health.c.weakens_at,
            signature_health.c.why,
            sa.func.count(),
            sa.func.sum(signature_health.c.size_bytes),
        )
        .where(signature_health.c.weakens_at <= until)
        .group_by(signature_health.c.weakens_at, signature_health.c.why)
    )
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for weakens_at, why, files, size in rows.tuples():
        key = (weakens_at.strftime("%Y-%m"), why)
        before = counted.get(key, (0, 0))
        counted[key] = (before[0] + files, before[1] + int(size))
    return [Month(*key, *counted[key]) for key in sorted(counted)]


def last_fault(connection: sa.Connection, subject: str) -> str:
    """Return why the last attempt at a subject failed, a Vietnamese sentence; empty when it did not."""
    told = connection.execute(
        sa.select(attempts.c.message)
        .where(attempts.c.subject_id == subject)
        .order_by(attempts.c.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    return told or ""


def keep_renewed(connection: sa.Connection, subject: str, object_key: str, level: str, now: datetime) -> None:
    """Keep the name of a file that a renewal made: whoever holds it is told what it is, after the next renewal too."""
    connection.execute(renewals.insert().values(subject_id=subject, key=object_key, level=level, renewed_at=now))


def unexamined(connection: sa.Connection, limit: int) -> Sequence[tuple[str, str]]:
    """Return subjects (id, key of the sealed file) whose released file nobody has examined yet."""
    sealed = sa.union_all(
        sa.select(documents.c.id, documents.c.sealed_key).where(
            documents.c.state.in_([state.value for state in Renewed.sources])
        ),
        sa.select(copies.c.id, copies.c.sealed_key).where(
            copies.c.state.in_([state.value for state in CopyRenewed.sources])
        ),
    ).subquery()
    rows = connection.execute(
        sa.select(sealed)
        .outerjoin(signature_health, signature_health.c.subject_id == sealed.c.id)
        .where(
            sealed.c.sealed_key.is_not(None),
            sa.or_(signature_health.c.object_key.is_(None), signature_health.c.object_key != sealed.c.sealed_key),
        )
        .order_by(sealed.c.id)
        .limit(limit)
    )
    return [(row.id, row.sealed_key) for row in rows]
