"""How documents are found: one by its id, or a list page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.lifecycle import Record, State
from storage.registry.document import EVERYTHING, Document, Making, Scope, Summary
from storage.tables import captures, documents, dossiers, results, subjects, units

_SELECT = (
    sa.select(
        documents,
        subjects.c.version,
        results.c.ordinal,
        results.c.dossier_id,
        dossiers.c.code.label("dossier_code"),
        units.c.path.label("unit_path"),
        captures.c.scan_key,
    )
    .join(subjects, subjects.c.id == documents.c.id)
    .join(results, results.c.id == documents.c.result_id)
    .join(dossiers, dossiers.c.id == results.c.dossier_id)
    .join(units, units.c.id == documents.c.unit_id)
    # A purge leaves no capture.
    .outerjoin(captures, sa.and_(captures.c.document_id == documents.c.id, captures.c.number == documents.c.capture))
)


def find(connection: sa.Connection, document: str, scope: Scope = EVERYTHING) -> Document:
    """Return a document as it stands.

    Raises:
        NotFound: there is none, or it lies outside the scope (the two are not told apart).
    """
    row = connection.execute(
        _SELECT.where(documents.c.id == document, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("văn bản")
    return _document(row)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended."""

    received_at: datetime
    document: str


def listing(
    connection: sa.Connection,
    scope: Scope,
    *,
    states: Sequence[State] = (),
    dossier_code: str | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Sequence[Document]:
    """Return documents of the scope, newest first, a page at a time.

    Args:
        connection: of a transaction.
        scope: the caller's units.
        states: only these; none: all.
        dossier_code: only of this dossier.
        after: where the page before ended.
        limit: length of the page.
    """
    query = _SELECT.where(units.c.path.startswith(scope.path, autoescape=True))
    if states:
        query = query.where(documents.c.state.in_([state.value for state in states]))
    if dossier_code is not None:
        query = query.where(dossiers.c.code == dossier_code)
    if after is not None:
        query = query.where(
            sa.or_(
                documents.c.received_at < after.received_at,
                sa.and_(documents.c.received_at == after.received_at, documents.c.id < after.document),
            )
        )
    rows = connection.execute(query.order_by(documents.c.received_at.desc(), documents.c.id.desc()).limit(limit))
    return [_document(row) for row in rows]


def counts(connection: sa.Connection, scope: Scope) -> Mapping[State, int]:
    """Count the documents of the scope by state; states without any are left out."""
    rows = connection.execute(
        sa.select(documents.c.state, sa.func.count())
        .join(units, units.c.id == documents.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .group_by(documents.c.state)
    )
    return {State(state): count for state, count in rows.tuples()}


def _document(row: sa.Row[Any]) -> Document:
    return Document(
        record=record_of(row, row.version), result_id=row.result_id, ordinal=row.ordinal, dossier_id=row.dossier_id,
        dossier_code=row.dossier_code, unit_id=row.unit_id, unit_path=row.unit_path, received_at=row.received_at,
        changed_at=row.changed_at, scan_key=row.scan_key or "", reading_key=row.reading_key,
        archive_key=row.archive_key, capture_key=row.capture_key, sealed_key=row.sealed_key,
        metadata_key=row.metadata_key, metadata_signature_key=row.metadata_signature_key,
        digitization_code=row.digitization_code, result_code=row.result_code,
        doc_code=row.doc_code, signer=row.signer, seal_order_id=row.seal_order_id, making=_making(row),
        sealed_at=row.sealed_at, published_at=row.published_at, summary=msgspec.convert(row.summary, Summary),
    )  # fmt: skip


def _making(row: sa.Row[Any]) -> Making:
    return Making(
        token_certificates=tuple(row.token_certificates or ()), prepared_key=row.prepared_key,
        prepared_until=row.prepared_until, answer_key=row.answer_key, untimed_key=row.untimed_key,
        untimed_data_key=row.untimed_data_key, place_bytes=row.place_bytes,
    )  # fmt: skip


def record_of(row: sa.Row[Any], version: int) -> Record:
    """Return what the rules need to know of a row of ``documents``."""
    return Record(
        document=row.id, state=State(row.state), version=version, capture=row.capture, hands=frozenset(row.hands),
        four_eyes=row.four_eyes, cleared=row.cleared, metadata_version=row.metadata_version,
        purge_proposed_by=row.purge_proposed_by,
    )  # fmt: skip
