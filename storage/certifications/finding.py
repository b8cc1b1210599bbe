"""How visits and copies are found: one by its id, or a list page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest.clock import Deadline
from digitize.attest.codes import parse_verification_code
from digitize.attest.lifecycle import CopyRecord, CopyState
from digitize.attest.numbering import Numbering
from digitize.attest.visit import Act, Original, Requester
from digitize.errors import NotFound
from storage.certifications.visit import Certification, Copy, Payment
from storage.registry import EVERYTHING, Scope
from storage.search.merging import by_unit, newest
from storage.search.reach import reach_of
from storage.tables import books, certifications, copies, copy_captures, payments, register_entries, subjects, units


@dataclass(frozen=True, slots=True)
class CopyCursor:
    """Where a page of a list ended."""

    opened_at: datetime
    copy: str
    """Or the visit, in a list of visits."""


UNPAID_STATES = (CopyState.REFUSED.value, CopyState.ABANDONED.value, CopyState.VOID.value)
"""Copies that were never made cost nothing."""

_NUMBERED = (
    sa.select(
        copies,
        subjects.c.version,
        register_entries.c.serial,
        register_entries.c.year,
        register_entries.c.printed_on,
        books.c.name.label("book"),
    )
    .join(subjects, subjects.c.id == copies.c.id)
    .outerjoin(register_entries, register_entries.c.copy_id == copies.c.id)
    .outerjoin(books, books.c.id == register_entries.c.book_id)
)

_SELECT = (
    _NUMBERED.add_columns(units.c.path.label("unit_path"), copy_captures.c.scan_key)
    .join(units, units.c.id == copies.c.unit_id)
    .outerjoin(
        copy_captures, sa.and_(copy_captures.c.copy_id == copies.c.id, copy_captures.c.number == copies.c.capture)
    )
)


_FEE = (
    sa.select(sa.func.coalesce(sa.func.sum(copies.c.fee_vnd), 0))
    .where(copies.c.certification_id == certifications.c.id, copies.c.state.not_in(UNPAID_STATES))
    .scalar_subquery()
)
_PAID = (
    sa.select(sa.func.coalesce(sa.func.sum(payments.c.amount_vnd), 0))
    .where(payments.c.certification_id == certifications.c.id)
    .scalar_subquery()
)
_VISITS = sa.select(certifications, units.c.path, _FEE.label("fee_vnd"), _PAID.label("paid_vnd")).join(
    units, units.c.id == certifications.c.unit_id
)


_NEWEST = (certifications.c.opened_at, certifications.c.id)


def find_visit(connection: sa.Connection, certification: str, scope: Scope = EVERYTHING) -> Certification:
    """Return a visit as it stands.

    Raises:
        NotFound: there is none, or it lies outside the scope (the two are not told apart).
    """
    seen = (certifications.c.id == certification, units.c.path.startswith(scope.path, autoescape=True))
    row = connection.execute(_VISITS.where(*seen)).one_or_none()
    if row is None:
        raise NotFound("phiên chứng thực")
    return _visit(row)


def visits(
    connection: sa.Connection, scope: Scope, *, after: CopyCursor | None = None, limit: int = 50
) -> Sequence[Certification]:
    """Return visits of the scope, newest first, a page at a time; the cursor names a visit."""
    reach = reach_of(connection, scope.path)
    ranges = by_unit(sa.select(*_NEWEST), certifications.c.unit_id, reach)
    if not ranges:
        return []
    place = None if after is None else (after.opened_at, after.copy)
    page = newest(ranges, _NEWEST, limit, place).subquery()
    query = _VISITS.join(page, page.c.id == certifications.c.id)
    return [_visit(row) for row in connection.execute(query.order_by(*(column.desc() for column in _NEWEST)))]


def visits_where(
    connection: sa.Connection,
    scope: Scope,
    *conditions: sa.ColumnElement[bool],
    ordered: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> Sequence[Certification]:
    """Return the visits of the scope that meet the conditions, in the order asked for."""
    seen = units.c.path.startswith(scope.path, autoescape=True)
    rows = connection.execute(_VISITS.where(seen, *conditions).order_by(*ordered).limit(limit))
    return [_visit(row) for row in rows]


def last_payment(connection: sa.Connection, certification: str) -> Payment | None:
    """Return the payment that was noted last; None before the first."""
    row = connection.execute(
        sa.select(payments)
        .where(payments.c.certification_id == certification)
        .order_by(payments.c.received_at.desc(), payments.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Payment(row.amount_vnd, row.receipt_number, row.received_by, row.received_at)


def find(connection: sa.Connection, copy: str, scope: Scope = EVERYTHING) -> Copy:
    """Return a copy as it stands.

    Raises:
        NotFound: there is none, or it lies outside the scope (the two are not told apart).
    """
    row = connection.execute(
        _SELECT.where(copies.c.id == copy, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("bản sao điện tử")
    return _copy(row)


def of_visit(connection: sa.Connection, certification: str) -> Sequence[Copy]:
    """Return the copies of a visit in the order of its originals."""
    rows = connection.execute(_SELECT.where(copies.c.certification_id == certification).order_by(copies.c.ordinal))
    return [_copy(row) for row in rows]


def listing(
    connection: sa.Connection,
    scope: Scope,
    *,
    states: Sequence[CopyState] = (),
    after: CopyCursor | None = None,
    limit: int = 50,
) -> Sequence[Copy]:
    """Return copies of the scope, newest first, a page at a time."""
    query = _SELECT.where(units.c.path.startswith(scope.path, autoescape=True))
    if states:
        query = query.where(copies.c.state.in_([state.value for state in states]))
    if after is not None:
        query = query.where(_before(copies.c.opened_at, copies.c.id, after))
    rows = connection.execute(query.order_by(copies.c.opened_at.desc(), copies.c.id.desc()).limit(limit))
    return [_copy(row) for row in rows]


def counts(connection: sa.Connection, scope: Scope) -> Mapping[CopyState, int]:
    """Count the copies of the scope by state; states without any are left out."""
    rows = connection.execute(
        sa.select(copies.c.state, sa.func.count())
        .join(units, units.c.id == copies.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .group_by(copies.c.state)
    )
    return {CopyState(state): count for state, count in rows.tuples()}


def record_of(connection: sa.Connection, copy: str) -> CopyRecord:
    """Return what the rules need to know of a copy that this transaction holds."""
    return _record(connection.execute(_NUMBERED.where(copies.c.id == copy)).one())


def _before(opened_at: sa.Column[datetime], identity: sa.Column[str], cursor: CopyCursor) -> sa.ColumnElement[bool]:
    return sa.or_(opened_at < cursor.opened_at, sa.and_(opened_at == cursor.opened_at, identity < cursor.copy))


def _record(row: sa.Row[Any]) -> CopyRecord:
    numbering = None if row.serial is None else Numbering(row.serial, row.book, row.year, row.printed_on)
    return CopyRecord(
        copy=row.id, state=CopyState(row.state), version=row.version, capture=row.capture, secrecy=row.secrecy,
        cleared=row.cleared, certifier=row.certifier, numbering=numbering, key_used_at=row.key_used_at,
        answered=row.answered,
    )  # fmt: skip


def _copy(row: sa.Row[Any]) -> Copy:
    original = Original(
        title=row.title, pages=row.pages, quantity=row.quantity, issuer=row.issuer, foreign=row.foreign_paper,
        foreign_kind=row.foreign_kind, legalised=row.legalised, kind=row.kind, number=row.number,
        issued_on=row.issued_on,
    )  # fmt: skip
    return Copy(
        record=_record(row), certification_id=row.certification_id, ordinal=row.ordinal, unit_id=row.unit_id,
        unit_path=row.unit_path, original=original, fee_vnd=row.fee_vnd,
        code=parse_verification_code(row.verification_code), authority_id=row.authority_id,
        captured_pages=row.captured_pages, problem=row.problem, scan_key=row.scan_key, reading_key=row.reading_key,
        archive_key=row.archive_key, attested_key=row.attested_key,
        token_certificates=tuple(row.token_certificates or ()), prepared_key=row.prepared_key,
        prepared_until=row.prepared_until,
        answer_key=row.answer_key, untimed_key=row.untimed_key, place_bytes=row.place_bytes,
        signed_key=row.signed_key, sealed_key=row.sealed_key,
        signer=row.signer, seal_order_id=row.seal_order_id, opened_at=row.opened_at, changed_at=row.changed_at,
        sealed_at=row.sealed_at, issued_at=row.issued_at, ended_at=row.ended_at, successor_id=row.successor_id,
    )  # fmt: skip


def _visit(row: sa.Row[Any]) -> Certification:
    requester = Requester(
        row.requester_name, row.requester_id_number, row.requester_address, row.requester_email, row.requester_phone
    )
    return Certification(
        id=row.id, unit_id=row.unit_id, unit_path=row.path, act=Act(row.act), procedure_code=row.procedure_code,
        certifier=row.certifier, requester=requester, opened_by=row.opened_by, opened_at=row.opened_at,
        closed_at=row.closed_at,
        deadline=Deadline(row.received_at, row.due_on, row.due_at, row.same_day, row.extended_days),
        extension_reason=row.extension_reason or "", fee_vnd=int(row.fee_vnd), paid_vnd=int(row.paid_vnd),
    )  # fmt: skip
