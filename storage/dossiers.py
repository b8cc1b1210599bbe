"""Dossiers and their results: the register against which scans are received and counted."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize import codes
from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.lifecycle import State
from storage.registry import Scope, known
from storage.tables import documents, dossiers, results, units
from storage.units import find_unit

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,63}")
"""Several patterns are in use (law.md §2.4), so nothing is read out of a code and its length means nothing."""

_FREE = (State.WITHDRAWN.value, State.REFUSED.value, State.PURGED.value, State.SUPERSEDED.value)
"""A result whose documents are all in these states still waits for its scan."""


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as the one-stop system enters it."""

    title: str
    issued_on: date
    kind_code: str | None = None
    valid_until: date | None = None
    """Last day in force; None: for good."""
    cancelled_on: date | None = None
    """First day no longer usable."""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """A dossier as the one-stop system enters it."""

    code: str
    unit_id: str
    """The unit in whose competence the results lie."""
    procedure_code: str
    procedure_name: str
    holder_name: str | None = None
    holder_id: str | None = None
    received_on: date | None = None
    resolved_on: date | None = None
    results: tuple[NewResult, ...] = ()
    """In their order: KQ(1), KQ(2) …"""


@dataclass(frozen=True, slots=True)
class Result:
    """A result in the register."""

    id: str
    """Opaque."""
    ordinal: int
    """n of ``<dossier code>-KQ(n)``."""
    code: str
    """``<dossier code>-KQ(n)`` (NĐ 45/2020 Art 14)."""
    title: str
    kind_code: str | None
    issued_on: date
    valid_until: date | None
    cancelled_on: date | None
    from_upload: bool
    """Entered by an upload and not by the one-stop system: its day is a guess until the data are confirmed."""
    documents: tuple[str, ...]
    """Ids of the documents for it, oldest first."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier in the register."""

    id: str
    """Opaque."""
    code: str
    unit_id: str
    unit_code: str
    procedure_code: str
    procedure_name: str
    holder_name: str | None
    holder_id: str | None
    received_on: date | None
    resolved_on: date | None
    created_at: datetime
    results: tuple[Result, ...]
    """By ordinal."""


def create(connection: sa.Connection, new: NewDossier, *, created_by: str, scope: Scope, now: datetime) -> Dossier:
    """Enter a dossier with its results; the same one sent again is the same one.

    Raises:
        InvalidInput: a value cannot be used.
        NotFound: there is no such unit in the scope.
        Conflict: the code is taken by a dossier with other content.
    """
    _check(new)
    unit = find_unit(connection, new.unit_id, scope)
    dossier_id = uuid.uuid4().hex
    try:
        with connection.begin_nested():
            connection.execute(
                dossiers.insert().values(
                    id=dossier_id,
                    code=new.code,
                    unit_id=unit.id,
                    procedure_code=new.procedure_code,
                    procedure_name=new.procedure_name,
                    holder_name=new.holder_name,
                    holder_id=new.holder_id,
                    received_on=new.received_on,
                    resolved_on=new.resolved_on,
                    created_by=created_by,
                    created_at=now,
                )
            )
    except sa.exc.IntegrityError as error:
        return _same(connection, new, scope, error)
    for ordinal, result in enumerate(new.results, start=1):
        _enter(connection, dossier_id, ordinal, unit.id, result, from_upload=False)
    return find_by_code(connection, new.code, scope)


def find_by_code(connection: sa.Connection, code: str, scope: Scope) -> Dossier:
    """Return a dossier of the scope with its results.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(
        sa.select(dossiers, units.c.code.label("unit_code"))
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(dossiers.c.code == code, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("hồ sơ")
    return Dossier(
        row.id,
        row.code,
        row.unit_id,
        row.unit_code,
        row.procedure_code,
        row.procedure_name,
        row.holder_name,
        row.holder_id,
        row.received_on,
        row.resolved_on,
        row.created_at,
        _results(connection, row.id, row.code),
    )


def result_for_upload(
    connection: sa.Connection, dossier: Dossier, ordinal: int | None, *, scan_key: str | None = None
) -> str:
    """Return the id of the result that a scan belongs to; enter a further one if all have their document.

    The dossier is locked until the transaction ends, so that two uploads at once take two results.

    Args:
        connection: a writing transaction.
        dossier: where the scan was handed in.
        ordinal: which result the sender named; None: the first without a document.
        scan_key: object of the scan: one that the dossier knows goes where it is, so that a repeated upload enters
            no further result.

    Raises:
        NotFound: the dossier has no result of that ordinal.
    """
    connection.execute(sa.select(dossiers.c.id).where(dossiers.c.id == dossier.id).with_for_update()).one()
    present = _results(connection, dossier.id, dossier.code)
    if ordinal is not None:
        named = next((result.id for result in present if result.ordinal == ordinal), None)
        if named is None:
            raise NotFound(f"kết quả thứ {ordinal} của hồ sơ")
        return named
    same = None if scan_key is None else known(connection, dossier.id, scan_key)
    if same is not None:
        return _result_of(connection, same)
    covered = _covered(connection, dossier.id)
    free = next((result.id for result in present if result.id not in covered), None)
    return free or _further(connection, dossier, present)


def _result_of(connection: sa.Connection, document: str) -> str:
    result: str = connection.execute(sa.select(documents.c.result_id).where(documents.c.id == document)).scalar_one()
    return result


def _check(new: NewDossier) -> None:
    if not _CODE.fullmatch(new.code):
        raise InvalidInput("mã hồ sơ chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch ngang, gạch chéo, tối đa 64 ký tự")
    if not new.procedure_code.strip() or not new.procedure_name.strip():
        raise InvalidInput("thiếu mã hoặc tên thủ tục hành chính")
    if new.received_on and new.resolved_on and new.resolved_on < new.received_on:
        raise InvalidInput("ngày giải quyết trước ngày tiếp nhận")
    for ordinal, result in enumerate(new.results, start=1):
        if not result.title.strip():
            raise InvalidInput(f"kết quả thứ {ordinal} thiếu tên")
        if result.valid_until is not None and result.valid_until < result.issued_on:
            raise InvalidInput(f"kết quả thứ {ordinal} hết hiệu lực trước ngày cấp")


def _same(connection: sa.Connection, new: NewDossier, scope: Scope, error: sa.exc.IntegrityError) -> Dossier:
    try:
        present = find_by_code(connection, new.code, scope)
    except NotFound:
        raise Conflict("mã hồ sơ đã có", remedy="Hãy kiểm tra lại mã hồ sơ.") from error
    if _entered(present) != replace(new, results=tuple(replace(result, cancelled_on=None) for result in new.results)):
        raise Conflict("mã hồ sơ đã có với nội dung khác", remedy="Hãy kiểm tra lại mã hồ sơ.") from error
    return present


def _entered(present: Dossier) -> NewDossier:
    """Return what the one-stop system entered, without what happened since: cancellations and further results."""
    first = tuple(
        NewResult(result.title, result.issued_on, result.kind_code, result.valid_until)
        for result in present.results
        if not result.from_upload
    )
    return NewDossier(
        present.code,
        present.unit_id,
        present.procedure_code,
        present.procedure_name,
        present.holder_name,
        present.holder_id,
        present.received_on,
        present.resolved_on,
        first,
    )


def _further(connection: sa.Connection, dossier: Dossier, present: tuple[Result, ...]) -> str:
    """Enter KQ(n+1): the register knew of no such result, so its day is a guess until the data are confirmed."""
    guess = dossier.resolved_on or (present[-1].issued_on if present else dossier.created_at.date())
    ordinal = present[-1].ordinal + 1 if present else 1
    new = NewResult(dossier.procedure_name, guess)
    return _enter(connection, dossier.id, ordinal, dossier.unit_id, new, from_upload=True)


def _enter(
    connection: sa.Connection, dossier_id: str, ordinal: int, unit_id: str, new: NewResult, *, from_upload: bool
) -> str:
    result_id = uuid.uuid4().hex
    connection.execute(
        results.insert().values(
            id=result_id,
            dossier_id=dossier_id,
            ordinal=ordinal,
            unit_id=unit_id,
            title=new.title,
            kind_code=new.kind_code,
            issued_on=new.issued_on,
            valid_until=new.valid_until,
            cancelled_on=new.cancelled_on,
            from_upload=from_upload,
        )
    )
    return result_id


def _results(connection: sa.Connection, dossier_id: str, dossier_code: str) -> tuple[Result, ...]:
    scans = _documents(connection, dossier_id)
    rows = connection.execute(sa.select(results).where(results.c.dossier_id == dossier_id).order_by(results.c.ordinal))
    return tuple(_result(row, dossier_code, scans.get(row.id, ())) for row in rows)


def _result(row: sa.Row[Any], dossier_code: str, scans: tuple[str, ...]) -> Result:
    return Result(
        row.id,
        row.ordinal,
        codes.result_code(dossier_code, row.ordinal),
        row.title,
        row.kind_code,
        row.issued_on,
        row.valid_until,
        row.cancelled_on,
        row.from_upload,
        scans,
    )


def _documents(connection: sa.Connection, dossier_id: str) -> Mapping[str, tuple[str, ...]]:
    rows = connection.execute(
        sa.select(documents.c.result_id, documents.c.id)
        .join(results, results.c.id == documents.c.result_id)
        .where(results.c.dossier_id == dossier_id)
        .order_by(documents.c.received_at, documents.c.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for result_id, document in rows.tuples():
        found[result_id] = (*found.get(result_id, ()), document)
    return found


def _covered(connection: sa.Connection, dossier_id: str) -> frozenset[str]:
    rows = connection.execute(
        sa.select(documents.c.result_id)
        .join(results, results.c.id == documents.c.result_id)
        .where(results.c.dossier_id == dossier_id, documents.c.state.not_in(_FREE))
    )
    return frozenset(rows.scalars())
