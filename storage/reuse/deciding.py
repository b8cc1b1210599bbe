"""A restricted result waits for an officer or supervisor of the unit that issued it, who decides with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from digitize.lifecycle import Actor, Office
from digitize.reuse import Access, RequestState, ReuseEvent, restriction, state_of
from storage.registry import Scope
from storage.reuse.recording import record
from storage.tables import confirmed_data, documents, results, reuse_answers, reuse_requests, units

DECIDERS = frozenset({Office.OFFICER, Office.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of what waits ended."""

    asked_at: datetime
    request_id: str
    result_id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A result that somebody asked for and that a person must release."""

    place: Place
    caller_id: str
    caller_unit: str
    """Name of the unit that asks."""
    purpose: str
    legal_basis: str
    dossier_code: str
    title: str
    kind_code: str
    unit_code: str
    """Of the unit that decides."""
    ground: str
    """Why it waits."""


def waiting(connection: sa.Connection, scope: Scope, now: datetime, *, after: Place | None, limit: int,
            ) -> Sequence[Waiting]:  # fmt: skip
    """Return what waits for a decision in the scope, the oldest first, a page at a time."""
    asking = units.alias("asking")
    query = (
        sa.select(
            reuse_answers.c.asked_at, reuse_answers.c.request_id, reuse_answers.c.result_id,
            reuse_requests.c.caller_id, asking.c.name.label("caller_unit"), reuse_requests.c.purpose,
            reuse_requests.c.legal_basis, reuse_requests.c.dossier_code, results.c.title, units.c.code,
            _KIND.label("kind_code"),
        )
        .join(reuse_requests, reuse_requests.c.id == reuse_answers.c.request_id)
        .join(asking, asking.c.id == reuse_requests.c.unit_id)
        .join(results, results.c.id == reuse_answers.c.result_id)
        .join(units, units.c.id == results.c.unit_id)
        .where(reuse_answers.c.access == Access.PENDING.value, units.c.path.startswith(scope.path, autoescape=True))
        .order_by(reuse_answers.c.asked_at, reuse_answers.c.request_id, reuse_answers.c.result_id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        place = sa.tuple_(reuse_answers.c.asked_at, reuse_answers.c.request_id, reuse_answers.c.result_id)
        moment = sa.literal(after.asked_at, reuse_answers.c.asked_at.type)
        query = query.where(place > sa.tuple_(moment, sa.literal(after.request_id), sa.literal(after.result_id)))
    return [
        Waiting(
            Place(row.asked_at, row.request_id, row.result_id), row.caller_id, row.caller_unit, row.purpose,
            row.legal_basis, row.dossier_code, row.title, row.kind_code or "", row.code, _ground(row.kind_code, now),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def decide(
    connection: sa.Connection,
    request_id: str,
    result_id: str,
    *,
    grant: bool,
    reason: str,
    actor: Actor,
    scope: Scope,
    now: datetime,
) -> Access:
    """Give or refuse access; the same decision again changes nothing.

    Raises:
        Forbidden: the actor's office does not decide.
        InvalidInput: the reason is missing.
        NotFound: the request does not hold this result, or the result is not of the actor's units.
        Conflict: it was decided otherwise, or nothing is to decide.
    """
    if actor.office not in DECIDERS:
        raise Forbidden("chỉ văn thư hoặc lãnh đạo của đơn vị đã cấp kết quả được quyết định")
    if not reason.strip():
        raise InvalidInput("thiếu lý do của quyết định")
    connection.execute(sa.select(reuse_requests.c.id).where(reuse_requests.c.id == request_id).with_for_update())
    row = connection.execute(
        sa.select(reuse_answers.c.access, reuse_answers.c.decided_at)
        .join(results, results.c.id == reuse_answers.c.result_id)
        .join(units, units.c.id == results.c.unit_id)
        .where(
            reuse_answers.c.request_id == request_id,
            reuse_answers.c.result_id == result_id,
            units.c.path.startswith(scope.path, autoescape=True),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("yêu cầu tra cứu kết quả này")
    decision = Access.GRANTED if grant else Access.REFUSED
    if row.access != Access.PENDING.value:
        if row.decided_at is not None and row.access == decision.value:
            return decision
        raise Conflict("yêu cầu này không còn chờ quyết định")
    connection.execute(
        reuse_answers.update()
        .where(reuse_answers.c.request_id == request_id, reuse_answers.c.result_id == result_id)
        .values(access=decision.value, decided_by=actor.id, decided_at=now, reason=reason)
    )
    state = _state(connection, request_id)
    connection.execute(
        reuse_requests.update()
        .where(reuse_requests.c.id == request_id)
        .values(state=state.value, decided_by=actor.id, decided_at=now)
    )
    record(connection, request_id, ReuseEvent.DECIDED, actor.id, now, result=result_id, access=decision.value)
    return decision


_KIND = (
    sa.select(confirmed_data.c.kind_code)
    .join(documents, documents.c.id == confirmed_data.c.document_id)
    .where(documents.c.result_id == results.c.id, confirmed_data.c.version == documents.c.metadata_version)
    .order_by(documents.c.published_at.desc())
    .limit(1)
    .correlate(results)
    .scalar_subquery()
)


def _state(connection: sa.Connection, request_id: str) -> RequestState:
    query = sa.select(reuse_answers.c.access).where(reuse_answers.c.request_id == request_id)
    return state_of([Access(access) for access in connection.execute(query).scalars()])


def _ground(kind_code: str | None, now: datetime) -> str:
    why = restriction(kind_code, now.date())
    return "" if why is None else why.ground
