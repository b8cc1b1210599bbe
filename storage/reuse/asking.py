"""Somebody asks for the results of an owner, says why, and is shown what they may see; all of it is recorded.

A request stays: who waits for a person's decision asks again by its id, and is shown what holds then.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.reuse import Access, RequestState, ReuseEvent, owner_number, state_of
from storage.registry import Scope
from storage.reuse import finding
from storage.reuse.finding import Reusable, province_of
from storage.reuse.owners import owner_hash
from storage.reuse.recording import record, write
from storage.tables import reuse_answers, reuse_requests, units

HOLDS_FOR = timedelta(days=30)
"""How long a request may be gone back to, and a decision stands for the same caller, dossier and result."""

DATA, FILE = "data", "file"
"""What was shown of a result."""

# Written once, here and beside: to build a statement takes longer than to run it.
_REQUEST = reuse_requests.insert().values(
    unit_id=sa.select(units.c.id).where(units.c.path == sa.bindparam("unit_path")).scalar_subquery()
)
_ANSWERS = reuse_answers.insert()
_THEIRS = (
    reuse_requests.c.id == sa.bindparam("request"),
    reuse_requests.c.caller_id == sa.bindparam("caller"),
    reuse_requests.c.asked_at > sa.bindparam("since"),
)
_OWN = sa.select(reuse_requests).where(*_THEIRS)
_ONE = (
    sa.select(reuse_requests.c.dossier_code, reuse_answers.c.access, reuse_answers.c.shown)
    .outerjoin_from(
        reuse_requests, reuse_answers,
        sa.and_(reuse_answers.c.request_id == reuse_requests.c.id,
                reuse_answers.c.result_id == sa.bindparam("result")),
    )
    .where(*_THEIRS)
)  # fmt: skip
_ONE_LOCKED = _ONE.with_for_update(of=reuse_requests)
_NOTED = (
    reuse_answers.update()
    .where(
        reuse_answers.c.request_id == sa.bindparam("request"),
        reuse_answers.c.result_id.in_(sa.bindparam("results", expanding=True)),
    )
    .values(
        fetched_at=sa.bindparam("at"),
        shown=sa.case((reuse_answers.c.shown == FILE, FILE), else_=sa.bindparam("what")),
    )
)


class CallerKind(StrEnum):
    """Who asks."""

    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from where."""

    id: str
    kind: CallerKind
    scope: Scope
    """Of their unit: what lies in it is their own."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, and the three things without which nobody asks."""

    owner: str
    """Number of a person or business, as typed."""
    purpose: str
    legal_basis: str
    dossier_code: str
    """Of the dossier that needs the results; it need not be ours."""
    kind_code: str | None = None
    result_type_code: str | None = None
    in_force_on: date | None = None
    """Leave out what was not in force on the day; what was revoked or superseded is told all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A result of a request."""

    result: Reusable
    access: Access
    reason: str
    """Why it waits or was refused; empty when it is shown."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A request with its results as they stand now."""

    id: str
    asked_at: datetime
    state: RequestState
    dossier_code: str
    answers: tuple[Answer, ...]
    more: bool
    """There are more results than one answer holds: ask for a kind."""


def ask(connection: sa.Connection, question: Question, asker: Asker, now: datetime) -> Answered:
    """Find the published results of an owner in the asker's province, and record who asked for what and why.

    Args:
        connection: a writing transaction.
        question: with purpose, legal basis and dossier code.
        asker: who.
        now: when.

    Raises:
        InvalidInput: the owner's number is none.
    """
    number = owner_number(question.owner)
    hashed = owner_hash(connection, number, now)
    found = finding.find_owned(
        connection, number, hashed, province_of(asker.scope), now, kind_code=question.kind_code,
        result_type_code=question.result_type_code, in_force_on=question.in_force_on,
    )  # fmt: skip
    shown = found[: finding.MOST]
    answers = _decide(connection, shown, asker, question.dossier_code, now)
    answered = Answered(
        uuid.uuid4().hex, now, state_of([each.access for each in answers]), question.dossier_code, answers,
        more=len(found) > finding.MOST,
    )  # fmt: skip
    _keep(connection, answered, question, asker, hashed, now)
    return answered


def ask_again(connection: sa.Connection, request_id: str, asker: Asker, now: datetime) -> Answered:
    """Return a request of the asker with its results as they stand now; what is shown is recorded.

    Raises:
        NotFound: there is no such request of theirs, or it is too old.
    """
    row = own(connection, request_id, asker, now)
    kept = connection.execute(sa.select(reuse_answers).where(reuse_answers.c.request_id == request_id)).all()
    by_result = {each.result_id: each for each in kept}
    found = finding.find(connection, list(by_result), province_of(asker.scope), now)
    answers = tuple(
        Answer(result, Access(by_result[result.id].access), _reason(result, by_result[result.id])) for result in found
    )
    seen = [each.result.id for each in answers if each.access is Access.GRANTED]
    note_shown(connection, request_id, seen, DATA, now)
    record(connection, request_id, ReuseEvent.SHOWN, asker.id, now, results=seen)
    return Answered(request_id, row.asked_at, RequestState(row.state), row.dossier_code, answers, more=False)


def show_one(connection: sa.Connection, request_id: str, result_id: str, asker: Asker, now: datetime) -> Answer:
    """Return one result of a request of the asker as it stands now; that it was shown is recorded.

    Raises:
        NotFound: the request or its result are not the asker's to see.
    """
    result = granted(connection, request_id, result_id, asker, now)
    note_shown(connection, request_id, [result_id], DATA, now)
    record(connection, request_id, ReuseEvent.SHOWN, asker.id, now, results=[result_id])
    return Answer(result, Access.GRANTED, "")


def own(connection: sa.Connection, request_id: str, asker: Asker, now: datetime) -> sa.Row[Any]:
    """Return the row of a request that the asker made.

    Raises:
        NotFound: there is no such request of theirs, or it is too old; the three are not told apart.
    """
    row = connection.execute(_OWN, _theirs(request_id, asker, now)).one_or_none()
    if row is None:
        raise _not_theirs()
    return row


def answer_row(
    connection: sa.Connection, request_id: str, result_id: str, asker: Asker, now: datetime, *, lock: bool = False
) -> sa.Row[Any]:
    """Return what a request of the asker was made for, and what it says of one result: nothing, if it has none such.

    Args:
        connection: a writing transaction, when it locks.
        request_id: of the request.
        result_id: of the result.
        asker: who.
        now: when.
        lock: let others wait who want to change something about the request.

    Raises:
        NotFound: there is no such request of theirs, or it is too old; the three are not told apart.
    """
    statement = _ONE_LOCKED if lock else _ONE
    row = connection.execute(statement, _theirs(request_id, asker, now) | {"result": result_id}).one_or_none()
    if row is None:
        raise _not_theirs()
    return row


def granted(connection: sa.Connection, request_id: str, result_id: str, asker: Asker, now: datetime) -> Reusable:
    """Return a result that a request of the asker gave access to, as it stands now.

    Raises:
        NotFound: the request or its result are not the asker's to see.
    """
    return released(connection, answer_row(connection, request_id, result_id, asker, now), result_id, asker, now)


def released(connection: sa.Connection, answer: sa.Row[Any], result_id: str, asker: Asker, now: datetime) -> Reusable:
    """Return the result that an answer gave access to, as it stands now.

    Raises:
        NotFound: it gave none.
    """
    found = [] if answer.access != Access.GRANTED.value else finding.find(
        connection, [result_id], province_of(asker.scope), now
    )  # fmt: skip
    if not found:
        raise NotFound(
            "kết quả này trong yêu cầu tra cứu",
            remedy="Hãy tra cứu lại; nếu kết quả đang chờ, hãy đợi đơn vị cấp quyết định.",
        )
    return found[0]


def note_shown(connection: sa.Connection, request_id: str, ids: Sequence[str], what: str, now: datetime) -> None:
    """Keep what was last shown of some results; that a file was fetched is never forgotten."""
    if not ids:
        return
    connection.execute(_NOTED, {"request": request_id, "results": list(ids), "at": now, "what": what})


def _theirs(request_id: str, asker: Asker, now: datetime) -> dict[str, Any]:
    return {"request": request_id, "caller": asker.id, "since": now - HOLDS_FOR}


def _not_theirs() -> NotFound:
    return NotFound("yêu cầu tra cứu này, hoặc yêu cầu đã quá 30 ngày", remedy="Hãy tra cứu lại.")


def _decide(
    connection: sa.Connection, found: Sequence[Reusable], asker: Asker, dossier_code: str, now: datetime
) -> tuple[Answer, ...]:
    """Give access to what nobody must release, and to what was released to the asker for this dossier before."""
    closed = [each.id for each in found if each.restriction and not each.unit_path.startswith(asker.scope.path)]
    decided = _decisions(connection, closed, asker, dossier_code, now)
    return tuple(_answer(each, decided.get(each.id), waits=each.id in closed) for each in found)


def _answer(result: Reusable, decided: sa.Row[Any] | None, *, waits: bool) -> Answer:
    if not waits:
        return Answer(result, Access.GRANTED, "")
    if decided is None:
        return Answer(result, Access.PENDING, _waiting(result))
    return Answer(result, Access(decided.access), decided.reason or "")


def _waiting(result: Reusable) -> str:
    why = "" if result.restriction is None else f": {result.restriction.ground}"
    return f"chờ {result.unit_name} quyết định{why}"


def _reason(result: Reusable, kept: sa.Row[Any]) -> str:
    return _waiting(result) if kept.access == Access.PENDING.value else kept.reason or ""


def _decisions(
    connection: sa.Connection, ids: Sequence[str], asker: Asker, dossier_code: str, now: datetime
) -> Mapping[str, sa.Row[Any]]:
    if not ids:
        return {}
    rows = connection.execute(
        sa.select(reuse_answers.c.result_id, reuse_answers.c.access, reuse_answers.c.reason)
        .join(reuse_requests, reuse_requests.c.id == reuse_answers.c.request_id)
        .where(
            reuse_answers.c.result_id.in_(ids),
            reuse_answers.c.decided_at > now - HOLDS_FOR,
            reuse_requests.c.caller_id == asker.id,
            reuse_requests.c.dossier_code == dossier_code,
        )
        .order_by(reuse_answers.c.decided_at)
    )
    return {row.result_id: row for row in rows}


def _keep(
    connection: sa.Connection, answered: Answered, question: Question, asker: Asker, hashed: str, now: datetime
) -> None:
    connection.execute(
        _REQUEST,
        {
            "id": answered.id, "caller_id": asker.id, "caller_kind": asker.kind.value, "unit_path": asker.scope.path,
            "purpose": question.purpose, "legal_basis": question.legal_basis, "dossier_code": question.dossier_code,
            "owner_hash": hashed, "kind_code": question.kind_code, "result_type_code": question.result_type_code,
            "in_force_on": question.in_force_on, "asked_at": now, "state": answered.state.value, "last_event": 1,
        },
    )  # fmt: skip
    rows = [
        {
            "request_id": answered.id,
            "result_id": each.result.id,
            "access": each.access.value,
            "asked_at": now,
            "shown": DATA if each.access is Access.GRANTED else "",
            "fetched_at": now if each.access is Access.GRANTED else None,
            "reason": each.reason if each.access is Access.REFUSED else None,
        }
        for each in answered.answers
    ]
    if rows:
        connection.execute(_ANSWERS, rows)
    counted = {access.value: sum(each.access is access for each in answered.answers) for access in Access}
    write(connection, answered.id, 1, ReuseEvent.ASKED, asker.id, now, counted)
