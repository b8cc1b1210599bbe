"""What is shown of a document beside its own row: signatures, previews, confirmed data, names of those who acted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.registry import Document, Scope
from storage.search.merging import by_unit, newest
from storage.search.reach import Reach
from storage.tables import (
    captures,
    clients,
    confirmed_data,
    documents,
    dossiers,
    people,
    previews,
    results,
    revisions,
    units,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature on a released revision, as our own verifier judged it before the release."""

    role: str
    """``clerk`` or ``agency``."""
    signer: str
    """Common name of the certificate."""
    signed_at: datetime
    level: str
    """``B-B``, ``B-T``, ``B-LT`` …"""
    verdict: str


@dataclass(frozen=True, slots=True)
class PreviewObject:
    """Where the picture of a page is kept."""

    page: int
    """1-based."""
    key: str
    scale: float
    """Preview pixels per pixel of the faithful page."""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture of a document, whether it is in force or not."""

    number: int
    """From 1."""
    scan_key: str
    """Of the scan, or of the plan of its pages."""
    reading_key: str | None
    """None before it was read."""
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmedData:
    """The data that a person confirmed last."""

    version: int
    """From 1."""
    kind_code: str
    fields: Mapping[str, str]


def signatures(connection: sa.Connection, shown: Sequence[Document]) -> Mapping[str, tuple[Signature, ...]]:
    """Return the signatures of each document's capture in force, in the order in which they were made."""
    rows = connection.execute(
        sa.select(revisions)
        .where(revisions.c.document_id.in_([document.id for document in shown]))
        .order_by(revisions.c.number)
    )
    captures = {document.id: document.record.capture for document in shown}
    found: dict[str, tuple[Signature, ...]] = defaultdict(tuple)
    for row in rows:
        if row.capture == captures[row.document_id]:
            found[row.document_id] += (Signature(row.role, row.signer, row.signed_at, row.level, row.verdict),)
    return found


def page_previews(connection: sa.Connection, document: Document) -> tuple[PreviewObject, ...]:
    """Return the previews of the capture in force, page by page."""
    rows = connection.execute(
        sa.select(previews)
        .where(previews.c.document_id == document.id, previews.c.capture == document.record.capture)
        .order_by(previews.c.page)
    )
    return tuple(PreviewObject(row.page, row.key, row.scale) for row in rows)


def capture_rows(connection: sa.Connection, document: str) -> tuple[CaptureRow, ...]:
    """Return the captures of a document, the last one first."""
    rows = connection.execute(
        sa.select(captures).where(captures.c.document_id == document).order_by(captures.c.number.desc())
    )
    return tuple(CaptureRow(row.number, row.scan_key, row.reading_key, row.received_at) for row in rows)


def capture_preview(connection: sa.Connection, document: str, capture: int, page: int) -> str | None:
    """Return where the picture of a page of any capture is kept; None: there is none."""
    return connection.execute(
        sa.select(previews.c.key).where(
            previews.c.document_id == document, previews.c.capture == capture, previews.c.page == page
        )
    ).scalar_one_or_none()


def latest_data(connection: sa.Connection, document: str) -> ConfirmedData | None:
    """Return what a person confirmed last; None before the first time."""
    row = connection.execute(
        sa.select(confirmed_data)
        .where(confirmed_data.c.document_id == document)
        .order_by(confirmed_data.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else ConfirmedData(row.version, row.kind_code, row.fields)


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The data as one person confirmed them once."""

    data: ConfirmedData
    by: str
    """Name of the person."""
    at: datetime
    reason: str
    """Of a correction; empty: it was none."""


def data_versions(connection: sa.Connection, document: str) -> tuple[DataVersion, ...]:
    """Return everything that was ever confirmed of a document, the first version first."""
    rows = connection.execute(
        sa.select(confirmed_data, people.c.full_name)
        .outerjoin(people, people.c.id == confirmed_data.c.confirmed_by)
        .where(confirmed_data.c.document_id == document)
        .order_by(confirmed_data.c.version)
    )
    return tuple(
        DataVersion(
            ConfirmedData(row.version, row.kind_code, row.fields), row.full_name or row.confirmed_by,
            row.confirmed_at, row.reason or "",
        )
        for row in rows
    )  # fmt: skip


def names(connection: sa.Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people and clients by id; workers have none."""
    wanted = list(set(ids))
    found: dict[str, str] = {}
    for table, name in ((people, people.c.full_name), (clients, clients.c.name)):
        found |= dict(connection.execute(sa.select(table.c.id, name).where(table.c.id.in_(wanted))).tuples().all())
    return found


def unit_codes(connection: sa.Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the codes of units by id."""
    wanted = sa.select(units.c.id, units.c.code).where(units.c.id.in_(set(ids)))
    return dict(connection.execute(wanted).tuples().all())


def titles(connection: sa.Connection, ids: Sequence[str], scope: Scope) -> Mapping[str, str]:
    """Return the dossier code of each document of the scope, by id."""
    rows = connection.execute(
        sa.select(documents.c.id, dossiers.c.code)
        .join(results, results.c.id == documents.c.result_id)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == documents.c.unit_id)
        .where(documents.c.id.in_(ids), units.c.path.startswith(scope.path, autoescape=True))
    )
    return dict(rows.tuples().all())


_RESOLVED = (dossiers.c.resolved_on, dossiers.c.id)


def dossier_codes(connection: sa.Connection, scope: Scope, limit: int = 300) -> Sequence[str]:
    """Return the codes of the scope's dossiers, those resolved last first."""
    every = sa.select(*_RESOLVED).where(dossiers.c.resolved_on.is_not(None))
    inside = sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
    ranges = by_unit(every, dossiers.c.unit_id, Reach(tuple(connection.execute(inside).scalars())))
    if not ranges:
        return []
    last = newest(ranges, _RESOLVED, limit).subquery()
    query = sa.select(dossiers.c.code).join(last, last.c.id == dossiers.c.id)
    return connection.execute(query.order_by(*(column.desc() for column in _RESOLVED))).scalars().all()
