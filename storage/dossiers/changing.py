"""What happens to a dossier that stands: its state, its term, its results and its papers, each with its event."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize.dossiers import deciding
from digitize.dossiers.deciding import Telling
from digitize.dossiers.told import FACTS, NewComponent, NewDossier, NewResult, check
from digitize.dossiers.words import DossierEvent
from digitize.errors import Conflict, InvalidInput, NotFound
from storage.dossiers.dossier import Dossier
from storage.dossiers.entering import result_row
from storage.dossiers.events import record
from storage.dossiers.finding import find_by_code
from storage.dossiers.standing import standing_of
from storage.dossiers.telling import changed
from storage.registry import Scope
from storage.tables import components, dossiers, results


def change(
    connection: sa.Connection,
    code: str,
    *,
    actor: str,
    scope: Scope,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
    **facts: Any,  # noqa: ANN401  # of digitize.dossiers.told.FACTS
) -> Dossier:
    """Change facts of a dossier by hand, whoever told of it: its state, its due date, its payment.

    Args:
        connection: a writing transaction.
        code: of the dossier.
        actor: who changes it.
        scope: whose dossiers the actor sees.
        now: the present moment.
        version: of the dossier as the actor saw it; None: whatever it is.
        reason: kept with each event.
        facts: the new values by the names of :data:`digitize.dossiers.told.FACTS`.

    Raises:
        NotFound: there is no such dossier in the scope.
        Conflict: somebody was faster, or the state cannot follow.
        InvalidInput: a value cannot be used.
    """
    present = _held(connection, code, scope, version)
    if unknown := facts.keys() - set(FACTS):
        raise InvalidInput(f"không có mục {', '.join(sorted(unknown))}")
    if facts.get("status") is not None and "status_at" not in facts:
        facts["status_at"] = now
    required = {"procedure_code": present.procedure_code, "procedure_name": present.procedure_name}
    new = NewDossier(code=code, unit_id=present.unit_id, **(required | facts))
    _refuse_future(new, now)
    check(new)
    standing = _standing(connection, code)
    # Whoever is responsible for the unit may correct what any source told; the source's next telling is compared anew.
    found = deciding.changes(standing, new, Telling(standing.source, now, actor, now))
    if found is not None and found.events:
        connection.execute(dossiers.update().where(dossiers.c.id == present.id).values(**found.facts, told_at=now))
        for happening in found.events:
            details = happening.details | ({"reason": reason} if reason else {})
            record(connection, present.id, happening.name, now, actor, **details)
        changed(connection, [present.id], now)
    return find_by_code(connection, code, scope)


def add_result(
    connection: sa.Connection, code: str, new: NewResult, *, actor: str, scope: Scope, now: datetime
) -> Dossier:
    """Add a result to a dossier; it gets the next n of KQ(n).

    Raises:
        NotFound: there is no such dossier in the scope.
        InvalidInput: the result cannot be right.
    """
    present = _held(connection, code, scope, None)
    check(NewDossier(code, present.unit_id, present.procedure_code, present.procedure_name, results=(new,)))
    ordinal = present.results[-1].ordinal + 1 if present.results else 1
    connection.execute(results.insert().values(**result_row(present.id, present.unit_id, ordinal, new)))
    told = {"ordinal": ordinal, **deciding.result_facts(new)}
    record(connection, present.id, DossierEvent.RESULT_ADDED, now, actor, **told)
    changed(connection, [present.id], now)
    return find_by_code(connection, code, scope)


def cancel_result(
    connection: sa.Connection,
    code: str,
    ordinal: int,
    on: date,
    reason: str,
    *,
    actor: str,
    scope: Scope,
    now: datetime,
) -> Dossier:
    """Cancel a result from a day on; its number is never given again.

    Raises:
        NotFound: there is no such dossier in the scope, or no such result in it.
        InvalidInput: the day lies before the result was issued, or the reason is missing.
        Conflict: it is cancelled already, from another day on.
    """
    present = _held(connection, code, scope, None)
    result = next((one for one in present.results if one.ordinal == ordinal), None)
    if result is None:
        raise NotFound(f"kết quả thứ {ordinal} của hồ sơ")
    if not reason.strip():
        raise InvalidInput("thiếu lý do hủy kết quả")
    if on < result.issued_on:
        raise InvalidInput("ngày hủy trước ngày cấp kết quả")
    if result.cancelled_on == on:
        return present
    if result.cancelled_on is not None:
        raise Conflict("kết quả đã hủy từ ngày khác", remedy="Hãy tải lại hồ sơ để xem.")
    connection.execute(results.update().where(results.c.id == result.id).values(cancelled_on=on))
    record(
        connection, present.id, DossierEvent.RESULT_CANCELLED, now, actor,
        ordinal=ordinal, cancelled_on=on, reason=reason,
    )  # fmt: skip
    changed(connection, [present.id], now)
    return find_by_code(connection, code, scope)


def add_component(
    connection: sa.Connection, code: str, new: NewComponent, *, actor: str, scope: Scope, now: datetime
) -> Dossier:
    """Add a paper that was handed in.

    Raises:
        NotFound: there is no such dossier in the scope.
        InvalidInput: its name is missing.
    """
    present = _held(connection, code, scope, None)
    check(NewDossier(code, present.unit_id, present.procedure_code, present.procedure_name, components=(new,)))
    ordinal = present.components[-1].ordinal + 1 if present.components else 1
    connection.execute(
        components.insert().values(
            id=uuid.uuid4().hex, dossier_id=present.id, ordinal=ordinal, code=new.code, name=new.name,
            copy_kind=new.copy_kind, claims=new.claims, source_ref=new.source_ref,
        )
    )  # fmt: skip
    told = {"ordinal": ordinal, **deciding.component_facts(new)}
    record(connection, present.id, DossierEvent.COMPONENT_ADDED, now, actor, **told)
    changed(connection, [present.id], now)
    return find_by_code(connection, code, scope)


def component_scanned(
    connection: sa.Connection, code: str, ordinal: int, file_key: str, *, actor: str, scope: Scope, now: datetime
) -> Dossier:
    """Note that a component was scanned here; the only way in which it ever counts as scanned.

    Args:
        connection: a writing transaction.
        code: of the dossier.
        ordinal: of the component.
        file_key: object of the scan.
        actor: who scanned it.
        scope: whose dossiers the actor sees.
        now: the present moment.

    Raises:
        NotFound: there is no such dossier in the scope, or no such component in it.
    """
    present = _held(connection, code, scope, None)
    component = next((one for one in present.components if one.ordinal == ordinal and one.removed_at is None), None)
    if component is None:
        raise NotFound(f"thành phần thứ {ordinal} của hồ sơ")
    if component.file_key == file_key and component.scanned_at is not None:
        return present
    connection.execute(
        components.update().where(components.c.id == component.id).values(file_key=file_key, scanned_at=now)
    )
    record(
        connection, present.id, DossierEvent.COMPONENT_SCANNED, now, actor, ordinal=ordinal, file_key=file_key,
        before=component.file_key,
    )  # fmt: skip
    changed(connection, [present.id], now)
    return find_by_code(connection, code, scope)


def _held(connection: sa.Connection, code: str, scope: Scope, version: int | None) -> Dossier:
    """Lock a dossier and return it.

    Raises:
        NotFound: there is none in the scope.
        Conflict: it is of another version by now.
    """
    connection.execute(sa.select(dossiers.c.id).where(dossiers.c.code == code).with_for_update()).one_or_none()
    present = find_by_code(connection, code, scope)
    if version is not None and version != present.version:
        raise Conflict
    return present


def _standing(connection: sa.Connection, code: str) -> deciding.Standing:
    return standing_of(connection, [code])[code]


def _refuse_future(new: NewDossier, now: datetime) -> None:
    for moment in (new.status_at, new.finished_at, new.returned_at):
        if moment is not None and moment > now:
            raise InvalidInput("thời điểm của trạng thái nằm ở tương lai")
