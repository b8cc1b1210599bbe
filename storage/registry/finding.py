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
from storage.search.merging import MOST_RANGES, by_unit, newest
from storage.search.reach import Reach, reach_of
from storage.tables import captures, documents, dossiers, results, subjects, units

MOST_COUNTED = 1_000
"""Documents of one state that a list counts; where there are more, it says so."""

_ORDER = (documents.c.received_at, documents.c.id)

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


def several(connection: sa.Connection, ids: Sequence[str], scope: Scope) -> Sequence[Document]:
    """Return those of some documents that lie in the scope, in the order of their ids' list."""
    rows = connection.execute(
        _SELECT.where(documents.c.id.in_(ids), units.c.path.startswith(scope.path, autoescape=True))
    )
    found = {row.id: _document(row) for row in rows}
    return [found[document] for document in ids if document in found]


def find_by_doc_code(connection: sa.Connection, doc_code: str, scope: Scope = EVERYTHING) -> Document:
    """Return the document that bears a DocCode now.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(
        _SELECT.where(documents.c.doc_code == doc_code, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("văn bản có DocCode này")
    return _document(row)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended."""

    received_at: datetime
    document: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What must hold of a document besides its state; nothing: any document."""

    unit: str | None = None
    """Code of a unit of the scope; with all that stand below it."""
    received_from: datetime | None = None
    received_before: datetime | None = None

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What rows must fulfil besides the unit."""
        return [
            *([] if self.received_from is None else [documents.c.received_at >= self.received_from]),
            *([] if self.received_before is None else [documents.c.received_at < self.received_before]),
        ]


ANY = Sought()


def listing(
    connection: sa.Connection,
    scope: Scope,
    *,
    states: Sequence[State] = (),
    sought: Sought = ANY,
    dossier_code: str | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Sequence[Document]:
    """Return documents of the scope, newest first, a page at a time.

    Args:
        connection: of a transaction.
        scope: the caller's units.
        states: only these; none: all.
        sought: what else must hold.
        dossier_code: only of this dossier.
        after: where the page before ended.
        limit: length of the page.

    Raises:
        NotFound: the scope has no such unit.
    """
    place = None if after is None else (after.received_at, after.document)
    if dossier_code is None:
        reach = reach_of(connection, scope.path, code=sought.unit)
        ranges = [each.where(*sought.conditions) for each in _ranges(reach, states)]
    else:
        of = sa.select(results.c.id).join(dossiers, dossiers.c.id == results.c.dossier_id)
        conditions = [documents.c.result_id.in_(of.where(dossiers.c.code == dossier_code)), *_in_states(states)]
        inside = sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
        ranges = [sa.select(*_ORDER).where(*conditions, *sought.conditions, documents.c.unit_id.in_(inside))]
    if not ranges:
        return []
    page = newest(ranges, _ORDER, limit, place).subquery()
    rows = connection.execute(
        _SELECT.join(page, page.c.id == documents.c.id).order_by(*(column.desc() for column in _ORDER))
    )
    return [_document(row) for row in rows]


def _ranges(reach: Reach, states: Sequence[State]) -> list[sa.Select[Any]]:
    """Return what an index gives newest first: one range for each unit and state."""
    ranges = by_unit(sa.select(*_ORDER), documents.c.unit_id, reach)
    if not states or len(ranges) * len(states) > MOST_RANGES:
        return [each.where(*_in_states(states)) for each in ranges]
    return [each.where(documents.c.state == state.value) for each in ranges for state in states]


def _in_states(states: Sequence[State]) -> list[sa.ColumnElement[bool]]:
    return [documents.c.state.in_([state.value for state in states])] if states else []


def counts(
    connection: sa.Connection, scope: Scope, most: int = MOST_COUNTED, sought: Sought = ANY
) -> Mapping[State, int]:
    """Count the documents of the scope by state, each state up to ``most``; states without any are left out.

    Raises:
        NotFound: the scope has no such unit.
    """
    reach = reach_of(connection, scope.path, code=sought.unit)
    each_state = [
        sa.select(sa.literal(state.value).label("state"), sa.func.count().label("n")).select_from(
            sa.select(documents.c.id)
            .where(documents.c.state == state.value, *_of(reach), *sought.conditions)
            .limit(most)
            .subquery()
        )
        for state in State
    ]
    rows = connection.execute(sa.union_all(*each_state))
    return {State(state): count for state, count in rows.tuples() if count}


def _of(reach: Reach) -> list[sa.ColumnElement[bool]]:
    return [] if reach.unit_ids is None else [documents.c.unit_id.in_(reach.unit_ids)]


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
