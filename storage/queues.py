"""What waits for the workers, in pages rather than files: a hundred-page file is no small matter.

The pages of a file are known once it was read; before that its bytes are, and what a page took lately.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import outbox
from storage.outbox import Lane
from storage.tables import attempts, captures, copies, documents, lane_rests, subjects
from storage.tables import outbox as rows

_SAMPLE = 300
"""Files read last, from which it is taken how many bytes a page has."""

_PAGES = sa.cast(documents.c.summary["pages"].as_string(), sa.Integer)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why work was tried and waits again."""

    code: str
    message: str
    """Vietnamese, of one of them."""
    files: int


@dataclass(frozen=True, slots=True)
class LaneQueue:
    """What waits in a lane."""

    lane: Lane
    files: int
    """Documents and certified copies."""
    pages: int
    """Of those files that were read."""
    unread: int
    """Files whose pages nobody has counted yet."""
    unread_bytes: int
    estimated_pages: int | None
    """Of the unread ones, by what a page took lately; None: nothing was read yet that it could be taken from."""
    oldest: datetime | None
    """Since when the file waits that waits the longest."""
    rests_until: datetime | None
    """The lane is told of nothing before; None or past: it is at work."""
    faults: tuple[Fault, ...]
    """Most frequent first."""


def waiting(connection: sa.Connection) -> Sequence[LaneQueue]:
    """Return what waits in each lane that works on files.

    Args:
        connection: a reading transaction.
    """
    counted = {row.lane: row for row in connection.execute(_counting())}
    rests = dict(connection.execute(sa.select(lane_rests.c.lane, lane_rests.c.rests_until)).tuples().all())
    faults = _faults(connection)
    page_bytes = _page_bytes(connection) if any(row.unread for row in counted.values()) else None
    backlog = outbox.backlog(connection)
    found = []
    for lane, files in backlog.items():
        row = counted.get(lane.value)
        unread_bytes = int(row.unread_bytes or 0) if row else 0
        found.append(
            LaneQueue(
                lane, files, int(row.pages or 0) if row else 0, int(row.unread or 0) if row else 0, unread_bytes,
                None if page_bytes is None else round(unread_bytes / page_bytes), row.oldest if row else None,
                rests.get(lane.value), faults.get(lane.value, ()),
            )
        )  # fmt: skip
    return found


def _counting() -> sa.Select[tuple[object, ...]]:
    unread = sa.and_(documents.c.id.is_not(None), sa.func.coalesce(_PAGES, 0) == 0)
    since = sa.func.coalesce(documents.c.changed_at, copies.c.changed_at, type_=documents.c.changed_at.type)
    return (
        sa.select(
            rows.c.lane,
            sa.func.sum(_PAGES).label("pages"),
            sa.func.sum(sa.case((unread, 1), else_=0)).label("unread"),
            sa.func.sum(sa.case((unread, captures.c.size_bytes), else_=0)).label("unread_bytes"),
            sa.func.min(since, type_=documents.c.changed_at.type).label("oldest"),
        )
        .select_from(rows)
        .outerjoin(documents, documents.c.id == rows.c.subject_id)
        .outerjoin(copies, copies.c.id == rows.c.subject_id)
        .outerjoin(
            captures, sa.and_(captures.c.document_id == documents.c.id, captures.c.number == documents.c.capture)
        )
        .group_by(rows.c.lane)
    )


def _page_bytes(connection: sa.Connection) -> float | None:
    lately = (
        sa.select(captures.c.size_bytes, _PAGES.label("pages"))
        .select_from(documents)
        .join(captures, sa.and_(captures.c.document_id == documents.c.id, captures.c.number == documents.c.capture))
        .order_by(documents.c.received_at.desc(), documents.c.id.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    size, pages = connection.execute(
        sa.select(sa.func.sum(lately.c.size_bytes), sa.func.sum(lately.c.pages)).where(lately.c.pages > 0)
    ).one()
    return float(size) / float(pages) if pages else None


def _faults(connection: sa.Connection) -> Mapping[str, tuple[Fault, ...]]:
    """Count why the last attempts at what waits failed."""
    files = sa.func.count()
    found: dict[str, tuple[Fault, ...]] = {}
    for lane, code, message, n in connection.execute(
        sa.select(attempts.c.lane, attempts.c.code, sa.func.max(attempts.c.message), files)
        .select_from(rows)
        .join(subjects, subjects.c.id == rows.c.subject_id)
        .join(
            attempts,
            sa.and_(
                attempts.c.subject_id == rows.c.subject_id,
                attempts.c.number == subjects.c.lease_number,
                attempts.c.lane == rows.c.lane,
                attempts.c.outcome == "failed",
            ),
        )
        .group_by(attempts.c.lane, attempts.c.code)
        .order_by(files.desc(), attempts.c.code)
    ).tuples():
        found[lane] = (*found.get(lane, ()), Fault(code or "", message or "", n))
    return found
