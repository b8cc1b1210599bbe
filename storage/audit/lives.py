"""Every subject: its chain recomputed, its present rows held against what the chain says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import history
from storage.audit import copies as copy_rows
from storage.audit import documents as document_rows
from storage.audit.finding import Expected, Finding
from storage.audit.replaying import NotReplayed
from storage.subjects import SubjectKind
from storage.tables import (
    cancellations,
    captures,
    certifications,
    confirmed_data,
    copies,
    copy_captures,
    copy_revisions,
    documents,
    event_private,
    events,
    refusals,
    register_entries,
    register_years,
    renewals,
    results,
    revisions,
    subjects,
)

BATCH = 400
"""Subjects that are looked at together."""

_ROWS: Mapping[SubjectKind, tuple[tuple[sa.Table, str], ...]] = {
    SubjectKind.DOCUMENT: (
        (documents, "id"), (captures, "document_id"), (revisions, "document_id"), (confirmed_data, "document_id"),
    ),
    SubjectKind.COPY: (
        (copies, "id"), (copy_captures, "copy_id"), (copy_revisions, "copy_id"), (register_entries, "copy_id"),
        (refusals, "copy_id"), (cancellations, "copy_id"),
    ),
}  # fmt: skip
"""The tables whose rows a history tells of, and the column that names the subject."""

_OF_BOTH = ((renewals, "subject_id"),)
"""Such tables, of subjects of either kind."""

_EXPECTED = {SubjectKind.DOCUMENT: document_rows.expected, SubjectKind.COPY: copy_rows.expected}

_Grouped = Mapping[str, Sequence[sa.Row[Any]]]


def subject_batches(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    """Give all subjects, some hundreds at a time."""
    last = ""
    while True:
        query = sa.select(subjects.c.id, subjects.c.kind, subjects.c.version).where(subjects.c.id > last)
        batch = connection.execute(query.order_by(subjects.c.id).limit(BATCH)).all()
        if not batch:
            return
        yield batch
        last = batch[-1].id


def examine(connection: sa.Connection, batch: Sequence[sa.Row[Any]]) -> Iterator[Finding]:
    """Name what does not hold of some subjects."""
    ids = [row.id for row in batch]
    told = _grouped(connection, events, "subject_id", ids, events.c.sequence)
    private = _grouped(connection, event_private, "subject_id", ids)
    kept = {
        table: _grouped(connection, table, name, ids) for rows in (*_ROWS.values(), _OF_BOTH) for table, name in rows
    }
    homes = _homes(connection, ids)
    for row in batch:
        yield from _examine_one(row, told[row.id], private[row.id], kept, homes.get(row.id))


def strays(connection: sa.Connection) -> Iterator[Finding]:
    """Name the rows that belong to no subject of their kind."""
    for kind, rows in _ROWS.items():
        for table, name in rows:
            yield from _without_subject(connection, table, name, kind)
    for table in (events, event_private, *(table for table, _ in _OF_BOTH)):
        yield from _without_subject(connection, table, "subject_id", None)
    yield from _without_year(connection)


def _without_year(connection: sa.Connection) -> Iterator[Finding]:
    part_of = ("unit_id", "kind", "year")
    year = sa.exists().where(*(register_years.c[name] == register_entries.c[name] for name in part_of))
    for row in connection.execute(sa.select(*(register_entries.c[name] for name in part_of)).where(~year).distinct()):
        yield Finding(register_years.name, ":".join(str(part) for part in row), "đã bị xóa, sổ vẫn có dòng của năm này")


def _without_subject(
    connection: sa.Connection, table: sa.Table, name: str, kind: SubjectKind | None
) -> Iterator[Finding]:
    for subject in connection.execute(_ownerless(table, name, kind)).scalars():
        yield Finding(table.name, subject, "không thuộc văn bản hay bản sao nào")


@cache
def _ownerless(table: sa.Table, name: str, kind: SubjectKind | None) -> sa.Select[tuple[str]]:
    owner = sa.exists().where(subjects.c.id == table.c[name])
    if kind is not None:
        owner = owner.where(subjects.c.kind == kind.value)
    return sa.select(table.c[name]).where(~owner).distinct()


def _examine_one(
    row: sa.Row[Any],
    told: Sequence[sa.Row[Any]],
    private: Sequence[sa.Row[Any]],
    kept: Mapping[sa.Table, _Grouped],
    home: str | None,
) -> Iterator[Finding]:
    try:
        kind, chain = SubjectKind(row.kind), [history.entry_of(each) for each in told]
    except ValueError:
        yield Finding(events.name, row.id, "có chức danh hoặc loại không tồn tại trong quy tắc")
        return
    for link in history.broken(row.id, chain, private, row.version):
        yield Finding(link.table, link.subject, link.problem)
    if not chain:
        return
    opened = {(each.sequence, each.name): each.value for each in private}
    try:
        says: tuple[Expected, ...] = _EXPECTED[kind](row.id, chain, opened, home or "")
    except NotReplayed as fault:
        yield Finding(events.name, row.id, f"sự kiện {fault.entry.sequence} ({fault.entry.name}) {fault.problem}")
        return
    except (KeyError, TypeError, ValueError):
        yield Finding(events.name, row.id, "nội dung sự kiện không còn đủ giá trị phải có")
        return
    for rows in says:
        yield from rows.compare(row.id, kept[rows.table][row.id])


def _grouped(
    connection: sa.Connection, table: sa.Table, name: str, ids: Sequence[str], *order: sa.Column[Any]
) -> defaultdict[str, list[sa.Row[Any]]]:
    found: defaultdict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(table).where(table.c[name].in_(ids)).order_by(*order)):
        found[getattr(row, name)].append(row)
    return found


def _homes(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the unit that each subject must belong to: that of its result, or of its visit."""
    of_results = (
        sa.select(documents.c.id, results.c.unit_id)
        .join(results, results.c.id == documents.c.result_id)
        .where(documents.c.id.in_(ids))
    )
    of_visits = (
        sa.select(copies.c.id, certifications.c.unit_id)
        .join(certifications, certifications.c.id == copies.c.certification_id)
        .where(copies.c.id.in_(ids))
    )
    return {row.id: row.unit_id for query in (of_results, of_visits) for row in connection.execute(query)}
