"""How a dossier is entered: the same one sent again is the same one."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound
from storage.dossiers.dossier import Dossier, NewDossier, NewResult
from storage.dossiers.finding import find_by_code
from storage.registry import Scope
from storage.tables import dossiers, results
from storage.units import find_unit

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,63}")
"""Several patterns are in use (law.md §2.4), so nothing is read out of a code and its length means nothing."""


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
        enter_result(connection, dossier_id, ordinal, unit.id, result, from_upload=False)
    return find_by_code(connection, new.code, scope)


def enter_result(
    connection: sa.Connection, dossier_id: str, ordinal: int, unit_id: str, new: NewResult, *, from_upload: bool
) -> str:
    """Enter a result of a dossier; return its id."""
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
