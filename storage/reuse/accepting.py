"""A fetched result replaced a paper: only this counts as reuse.

The act needs a request that showed the result, for the very dossier whose paper is replaced, and a result that is in
force. Where the dossier is kept here, its own history gets ``ComponentReused`` and its component names the result;
where it is not, the acceptance itself is all there is.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from digitize.reuse import ReuseEvent
from storage import announcements
from storage.dossiers import events as dossier_events
from storage.dossiers.events import DossierEvent
from storage.dossiers.telling import changed
from storage.reuse.asking import Asker, answer_row, released
from storage.reuse.finding import WITHIN, Reusable
from storage.reuse.recording import record
from storage.tables import components, dossiers, results, reuse_acceptances, units

_EARLIER = sa.select(reuse_acceptances).where(
    reuse_acceptances.c.dossier_code == sa.bindparam("dossier"),
    reuse_acceptances.c.component == sa.bindparam("component"),
    reuse_acceptances.c.result_id == sa.bindparam("result"),
)
_OURS = (
    sa.select(dossiers.c.id)
    .join(units, units.c.id == dossiers.c.unit_id)
    .where(dossiers.c.code == sa.bindparam("code"), WITHIN)
)
_ENTERED = reuse_acceptances.insert()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A result that replaced a paper."""

    id: str
    request_id: str
    result_id: str
    dossier_code: str
    component: str
    """Code or ordinal of the paper in that dossier."""
    in_our_dossier: bool
    """Its history says so, too."""
    accepted_at: datetime


def accept(
    connection: sa.Connection,
    request_id: str,
    result_id: str,
    *,
    dossier_code: str,
    component: str,
    asker: Asker,
    now: datetime,
) -> Acceptance:
    """Record that a fetched result replaced a paper; the same act again changes nothing.

    Raises:
        InvalidInput: the request was made for another dossier.
        NotFound: the request or its result are not the asker's, or our dossier has no such component.
        Forbidden: the result was not fetched, is not in force, or is one of the very same dossier.
        Conflict: another request accepted it for this paper, or another result replaced it; nothing more can be done
            in this transaction.
    """
    # The same act sent twice at once waits here, and then finds itself done.
    answer = answer_row(connection, request_id, result_id, asker, now, lock=True)
    if answer.dossier_code != dossier_code:
        raise InvalidInput("mã hồ sơ khác với mã hồ sơ của yêu cầu tra cứu")
    result = released(connection, answer, result_id, asker, now)
    earlier = _accepted(connection, result_id, dossier_code, component)
    if earlier is not None:
        return _same(earlier, request_id)
    _need_usable(answer, result)
    ours = _our_dossier(connection, dossier_code, asker)
    if ours is not None:
        _replace(connection, ours, component, result, request_id, asker, now)
    made = uuid.uuid4().hex
    try:
        connection.execute(
            _ENTERED,
            {
                "id": made, "request_id": request_id, "result_id": result_id, "dossier_code": dossier_code,
                "component": component, "dossier_id": ours, "accepted_at": now, "accepted_by": asker.id,
            },
        )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Conflict from error
    record(
        connection, request_id, ReuseEvent.ACCEPTED, asker.id, now, result=result_id, component=component,
        ours=ours is not None,
    )  # fmt: skip
    announcements.put(connection, result.document_id, announcements.REUSED, now)
    return Acceptance(made, request_id, result_id, dossier_code, component, ours is not None, now)


def _accepted(connection: sa.Connection, result_id: str, dossier_code: str, component: str) -> sa.Row[Any] | None:
    values = {"dossier": dossier_code, "component": component, "result": result_id}
    return connection.execute(_EARLIER, values).one_or_none()


def _same(row: sa.Row[Any], request_id: str) -> Acceptance:
    if row.request_id != request_id:
        raise Conflict("kết quả này đã được chấp nhận thay giấy tờ đó theo một yêu cầu khác")
    return Acceptance(
        row.id, row.request_id, row.result_id, row.dossier_code, row.component, row.dossier_id is not None,
        row.accepted_at,
    )  # fmt: skip


def _need_usable(answer: sa.Row[Any], result: Reusable) -> None:
    if not answer.shown:
        raise Forbidden("kết quả chưa được lấy về", remedy="Hãy xem lại yêu cầu tra cứu rồi mới chấp nhận.")
    if not result.validity.holds:
        raise Forbidden(result.validity.sentence, remedy="Kết quả không còn hiệu lực không thay được giấy tờ.")


def _our_dossier(connection: sa.Connection, code: str, asker: Asker) -> str | None:
    """Return the dossier if it is kept here, in the asker's units: nobody writes into another unit's dossier."""
    found: str | None = connection.execute(_OURS, {"code": code, "within": asker.scope.path}).scalar_one_or_none()
    return found


def _replace(
    connection: sa.Connection,
    dossier_id: str,
    component: str,
    result: Reusable,
    request_id: str,
    asker: Asker,
    now: datetime,
) -> None:
    """Let a component of our dossier name the result."""
    of = connection.execute(sa.select(results.c.dossier_id).where(results.c.id == result.id)).scalar_one()
    if of == dossier_id:
        raise Forbidden("kết quả của chính hồ sơ này không thay được giấy tờ nộp vào hồ sơ")
    connection.execute(sa.select(dossiers.c.id).where(dossiers.c.id == dossier_id).with_for_update())
    named = components.c.code == component
    if component.isdecimal() and len(component) < 6:
        named = sa.or_(named, components.c.ordinal == int(component))
    row = connection.execute(
        sa.select(components)
        .where(components.c.dossier_id == dossier_id, components.c.removed_at.is_(None), named)
        .order_by(components.c.ordinal)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(f"thành phần “{component}” của hồ sơ", remedy="Hãy dùng mã hoặc số thứ tự của thành phần.")
    if row.reused_result_id not in (None, result.id):
        raise Conflict("thành phần này đã được thay bằng một kết quả khác")
    connection.execute(
        components.update()
        .where(components.c.id == row.id)
        .values(reused_result_id=result.id, from_personal_store=False)
    )
    dossier_events.record(
        connection, dossier_id, DossierEvent.COMPONENT_REUSED, now, asker.id, component=row.ordinal,
        result=result.id, request=request_id,
    )  # fmt: skip
    changed(connection, [dossier_id], now)
