"""The proof that nothing is lost: n received = n finished + n waiting, and everything that waits says for whom.

Receipts are counted in the history, the rest in the rows of the documents: two sources, so that the sum can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.lifecycle import STATE_NAMES, WAITING_FOR, State, Waiting
from storage.registry import EVERYTHING, LANES, Scope
from storage.tables import attempts, documents, dossiers, events, outbox, results, subjects, units


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document that has not finished its way."""

    document: str
    dossier_code: str
    unit_name: str
    state: State
    waiting_for: Waiting
    """Who must act."""
    since: datetime
    reason: str
    """Why it waits: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The proof, or what is wrong with it."""

    at: datetime
    received: int
    """Receipts in the history."""
    finished: Mapping[State, int]
    """Documents that nobody has to act on any more: published, refused, withdrawn and so on."""
    waiting: tuple[WaitingDocument, ...]
    """The longest wait first."""
    faults: tuple[str, ...]
    """What does not fit, in Vietnamese; empty: the proof holds."""

    @property
    def holds(self) -> bool:
        """Every receipt is finished or waits, and nothing that waits for a worker was forgotten."""
        return not self.faults


def prove(connection: sa.Connection, now: datetime, scope: Scope = EVERYTHING) -> Reconciliation:
    """Count receipts, finished and waiting documents of the scope at one moment.

    Args:
        connection: a reading transaction.
        now: of the proof.
        scope: whose documents are counted.
    """
    received = connection.execute(
        sa.select(sa.func.count())
        .select_from(events)
        .join(documents, documents.c.id == events.c.subject_id)
        .join(units, units.c.id == documents.c.unit_id)
        .where(events.c.name == "Received", _inside(scope))
    ).scalar_one()
    finished = _finished(connection, scope)
    rows = _waiting(connection, scope)
    waiting = tuple(_document(row) for row in rows)
    faults = [f"văn bản {row.id} chờ máy xử lý nhưng không còn trong danh sách việc" for row in rows if _forgotten(row)]
    total = sum(finished.values()) + len(waiting)
    if received != total:
        faults.append(f"đã nhận {received} nhưng đã xong và đang chờ cộng lại là {total}")
    return Reconciliation(now, received, finished, waiting, tuple(faults))


def _inside(scope: Scope) -> sa.ColumnElement[bool]:
    return units.c.path.startswith(scope.path, autoescape=True)


def _finished(connection: sa.Connection, scope: Scope) -> Mapping[State, int]:
    rows = connection.execute(
        sa.select(documents.c.state, sa.func.count())
        .join(units, units.c.id == documents.c.unit_id)
        .where(documents.c.state.in_([state.value for state in _STATES[True]]), _inside(scope))
        .group_by(documents.c.state)
    )
    return {State(state): count for state, count in rows.tuples()}


def _waiting(connection: sa.Connection, scope: Scope) -> list[sa.Row[Any]]:
    last = (
        sa.select(attempts.c.subject_id, sa.func.max(attempts.c.number).label("number"))
        .group_by(attempts.c.subject_id)
        .subquery()
    )
    return list(
        connection.execute(
            sa.select(
                documents.c.id,
                documents.c.state,
                documents.c.changed_at,
                subjects.c.lease_holder,
                dossiers.c.code.label("dossier_code"),
                units.c.name.label("unit_name"),
                outbox.c.lane,
                attempts.c.outcome,
                attempts.c.message,
                last.c.number.label("attempts"),
            )
            .join(subjects, subjects.c.id == documents.c.id)
            .join(results, results.c.id == documents.c.result_id)
            .join(dossiers, dossiers.c.id == results.c.dossier_id)
            .join(units, units.c.id == documents.c.unit_id)
            .outerjoin(outbox, outbox.c.subject_id == documents.c.id)
            .outerjoin(last, last.c.subject_id == documents.c.id)
            .outerjoin(attempts, sa.and_(attempts.c.subject_id == documents.c.id, attempts.c.number == last.c.number))
            .where(documents.c.state.in_([state.value for state in _STATES[False]]), _inside(scope))
            .order_by(documents.c.changed_at, documents.c.id)
        )
    )


def _document(row: sa.Row[Any]) -> WaitingDocument:
    state = State(row.state)
    return WaitingDocument(
        row.id, row.dossier_code, row.unit_name, state, WAITING_FOR[state], row.changed_at, _reason(state, row)
    )


def _reason(state: State, row: sa.Row[Any]) -> str:
    name = STATE_NAMES[state]
    told = name[0].upper() + name[1:]
    if WAITING_FOR[state] is not Waiting.WORKER:
        return f"{told}."
    if row.lease_holder is not None:
        return f"{told}: {row.lease_holder} đang làm, lần thứ {row.attempts}."
    if row.outcome == "failed":
        return f"{told}: lần thứ {row.attempts} chưa được, sẽ thử lại. {row.message}"
    return f"{told}."


def _forgotten(row: sa.Row[Any]) -> bool:
    lane = LANES.get(State(row.state))
    return lane is not None and row.lane != lane.value


_STATES: Mapping[bool, tuple[State, ...]] = {
    finished: tuple(state for state in State if (WAITING_FOR[state] is Waiting.NOBODY) is finished)
    for finished in (True, False)
}
"""The states by whether the way ends in them."""
