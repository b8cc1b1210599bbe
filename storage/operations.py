"""What was done to keep the service, recorded as it ended: anybody sees when it was last done, or that it never was.

Rows are written by the commands themselves (``sohoa doctor``, ``backup``, ``restore --drill``, ``fixity``, ``audit``)
and by the sweep (sizes), and never changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from storage.tables import operation_records

LONGEST_SENTENCE = 500
"""Characters of a sentence that are kept."""


class Kind(StrEnum):
    """What was done."""

    DOCTOR = "doctor"
    BACKUP = "backup"
    DRILL = "restore_drill"
    """A backup was brought back into an empty place beside, and compared."""
    FIXITY = "fixity"
    AUDIT = "audit"
    SIZES = "sizes"
    """How much the service keeps was counted."""


KIND_NAMES: Mapping[Kind, str] = {
    Kind.DOCTOR: "Khám hệ thống", Kind.BACKUP: "Sao lưu", Kind.DRILL: "Diễn tập khôi phục",
    Kind.FIXITY: "Đọc lại kho tệp", Kind.AUDIT: "Kiểm tra chuỗi sự kiện", Kind.SIZES: "Đo dung lượng",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """How one of them ended."""

    id: str
    kind: Kind
    at: datetime
    well: bool
    sentence: str
    """Vietnamese."""
    details: Mapping[str, Any]
    """Counts and names of parts; nothing of a person."""


def note(
    connection: sa.Connection, kind: Kind, now: datetime, *, well: bool, sentence: str, details: Mapping[str, Any]
) -> None:
    """Record how something ended.

    Args:
        connection: a writing transaction.
        kind: what was done.
        now: when it ended.
        well: it did what it is for, and found nothing wrong.
        sentence: Vietnamese.
        details: what JSON can hold.
    """
    connection.execute(
        operation_records.insert().values(
            id=uuid.uuid4().hex, kind=kind.value, at=now, well=well, sentence=sentence[:LONGEST_SENTENCE],
            details=dict(details),
        )
    )  # fmt: skip


def last(connection: sa.Connection, kind: Kind) -> Record | None:
    """Return how it ended the last time; None: it was never done."""
    found = listing(connection, kind, limit=1)
    return found[0] if found else None


def listing(connection: sa.Connection, kind: Kind, *, limit: int = 20) -> Sequence[Record]:
    """Return how it ended the last times, the newest first."""
    rows = connection.execute(
        sa.select(operation_records)
        .where(operation_records.c.kind == kind.value)
        .order_by(operation_records.c.at.desc(), operation_records.c.id)
        .limit(limit)
    )
    return [Record(row.id, Kind(row.kind), row.at, row.well, row.sentence, row.details) for row in rows]
