"""The proof that no copy is lost: n opened = n finished + n waiting, and the register has neither gap nor repetition.

As :mod:`storage.reconcile` for documents: openings are counted in the history, the rest in the rows of the copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest.lifecycle import COPY_STATE_NAMES, COPY_WAITING_FOR, CopyState, CopyWaiting
from storage import register
from storage.certifications import COPY_LANES
from storage.registry import EVERYTHING, Scope
from storage.tables import copies, events, outbox, register_entries, units

_FINISHED = tuple(state for state in CopyState if COPY_WAITING_FOR[state] is CopyWaiting.NOBODY)


@dataclass(frozen=True, slots=True)
class WaitingCopy:
    """A copy that has not finished its way."""

    copy: str
    certification: str
    unit_name: str
    state: CopyState
    waiting_for: CopyWaiting
    """Who must act."""
    since: datetime
    reason: str
    """Why it waits: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class CopyReconciliation:
    """The proof, or what is wrong with it."""

    at: datetime
    opened: int
    """Openings in the history."""
    finished: Mapping[CopyState, int]
    """Copies that nobody has to act on any more."""
    waiting: tuple[WaitingCopy, ...]
    """The longest wait first."""
    faults: tuple[str, ...]
    """What does not fit, in Vietnamese; empty: the proof holds."""

    @property
    def holds(self) -> bool:
        """Every copy is finished or waits, nothing that waits was forgotten, and the register is whole."""
        return not self.faults


def prove(connection: sa.Connection, now: datetime, scope: Scope = EVERYTHING) -> CopyReconciliation:
    """Count opened, finished and waiting copies of the scope at one moment.

    Args:
        connection: a reading transaction.
        now: of the proof.
        scope: whose copies are counted.
    """
    opened = connection.execute(
        sa.select(sa.func.count())
        .select_from(events)
        .join(copies, copies.c.id == events.c.subject_id)
        .join(units, units.c.id == copies.c.unit_id)
        .where(events.c.name == "Opened", _inside(scope))
    ).scalar_one()
    finished = _finished(connection, scope)
    rows = _waiting(connection, scope)
    faults = [f"bản sao {row.id} chờ máy xử lý nhưng không còn trong danh sách việc" for row in rows if _forgotten(row)]
    total = sum(finished.values()) + len(rows)
    if opened != total:
        faults.append(f"đã mở {opened} bản sao nhưng đã xong và đang chờ cộng lại là {total}")
    faults += register.faults(connection, scope)
    faults += _half_void(connection, scope)
    return CopyReconciliation(now, opened, finished, tuple(_copy(row) for row in rows), tuple(faults))


def _inside(scope: Scope) -> sa.ColumnElement[bool]:
    return units.c.path.startswith(scope.path, autoescape=True)


def _finished(connection: sa.Connection, scope: Scope) -> Mapping[CopyState, int]:
    rows = connection.execute(
        sa.select(copies.c.state, sa.func.count())
        .join(units, units.c.id == copies.c.unit_id)
        .where(copies.c.state.in_([state.value for state in _FINISHED]), _inside(scope))
        .group_by(copies.c.state)
    )
    return {CopyState(state): count for state, count in rows.tuples()}


def _waiting(connection: sa.Connection, scope: Scope) -> list[sa.Row[Any]]:
    return list(
        connection.execute(
            sa.select(
                copies.c.id,
                copies.c.certification_id,
                copies.c.state,
                copies.c.changed_at,
                copies.c.problem,
                units.c.name.label("unit_name"),
                outbox.c.lane,
            )
            .join(units, units.c.id == copies.c.unit_id)
            .outerjoin(outbox, outbox.c.subject_id == copies.c.id)
            .where(copies.c.state.not_in([state.value for state in _FINISHED]), _inside(scope))
            .order_by(copies.c.changed_at, copies.c.id)
        )
    )


def _half_void(connection: sa.Connection, scope: Scope) -> list[str]:
    """An entry is void exactly when its copy is."""
    void = register_entries.c.void_reason.is_not(None)
    rows = connection.execute(
        sa.select(copies.c.id)
        .join(register_entries, register_entries.c.copy_id == copies.c.id)
        .join(units, units.c.id == copies.c.unit_id)
        .where(_inside(scope), void != (copies.c.state == CopyState.VOID.value))
        .order_by(copies.c.id)
    ).scalars()
    return [f"bản sao {copy} và dòng sổ của nó không cùng bỏ số" for copy in rows]


def _copy(row: sa.Row[Any]) -> WaitingCopy:
    state = CopyState(row.state)
    name = COPY_STATE_NAMES[state]
    reason = f"{name[0].upper()}{name[1:]}. {row.problem}".strip()
    return WaitingCopy(
        row.id, row.certification_id, row.unit_name, state, COPY_WAITING_FOR[state], row.changed_at, reason
    )


def _forgotten(row: sa.Row[Any]) -> bool:
    lane = COPY_LANES.get(CopyState(row.state))
    return lane is not None and row.lane != lane.value
