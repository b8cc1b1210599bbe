"""How dossiers come in: each telling is compared with what stands, and whatever it changes has its event.

One dossier or a thousand take the same road, so that a file of a million rows and a single request obey one rule.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.dossiers import deciding
from digitize.dossiers.deciding import Changes, Outcome, Standing, Telling
from digitize.dossiers.told import FACTS, NewComponent, NewDossier, NewResult, check
from digitize.dossiers.words import DossierEvent
from digitize.errors import Conflict, InvalidInput, NotFound, SohoaError
from storage.dossiers.counted import count_new
from storage.dossiers.dossier import Dossier
from storage.dossiers.finding import find_by_code
from storage.dossiers.standing import standing_of
from storage.dossiers.telling import changed, entered
from storage.dossiers.writing import NewRows, Taken, write
from storage.registry import Scope
from storage.tables import components, dossiers, results, units

MOST_RACES = 5
"""So often may others enter dossiers of a batch while it is written, before the batch gives up."""

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one dossier that was told."""

    code: str
    outcome: Outcome
    dossier_id: str | None
    """None when it was refused."""
    fault: SohoaError | None = None
    """Why it was refused."""


def create(
    connection: sa.Connection,
    new: NewDossier,
    *,
    created_by: str,
    scope: Scope,
    now: datetime,
    source: str | None = None,
) -> Dossier:
    """Enter what is told of a dossier; the same again is the same one, what differs amends it.

    Args:
        connection: a writing transaction.
        new: what is told.
        created_by: who answers for it.
        scope: whose units it may belong to.
        now: the present moment.
        source: who tells it; None: who answers for it.

    Raises:
        InvalidInput: a value cannot be used.
        NotFound: there is no such unit in the scope.
        Conflict: the code is taken by another unit's or another source's dossier, or its state cannot have come about.
    """
    telling = Telling(source or created_by, now, created_by, now)
    (answer,) = enter(connection, [new], telling, scope)
    if answer.fault is not None:
        raise answer.fault
    return find_by_code(connection, new.code, scope)


def enter(connection: sa.Connection, told: Sequence[NewDossier], telling: Telling, scope: Scope) -> Sequence[Answer]:
    """Enter what is told of dossiers; a bad one is refused and stops nothing else.

    Args:
        connection: a writing transaction.
        told: a few thousand at most; of the same code, the later one is told later.
        telling: who tells, and of when.
        scope: whose units they may belong to.

    Returns:
        An answer for each, in their order.
    """
    answers: dict[int, Answer] = {}
    places = [(place, new) for place, new in enumerate(told) if _usable(place, new, answers)]
    known = _units_of(connection, {new.unit_id for _, new in places}, scope)
    for place, new in places:
        if new.unit_id not in known:
            answers[place] = Answer(new.code, Outcome.REFUSED, None, NotFound("đơn vị"))
    waiting = [(place, new) for place, new in places if place not in answers]
    while waiting:
        turn, waiting = _first_of_each_code(waiting)
        answers |= _enter(connection, turn, telling)
    return [answers[place] for place in range(len(told))]


def _usable(place: int, new: NewDossier, answers: dict[int, Answer]) -> bool:
    try:
        check(new)
    except InvalidInput as fault:
        answers[place] = Answer(new.code, Outcome.REFUSED, None, fault)
        return False
    return True


def _units_of(connection: sa.Connection, ids: Iterable[str], scope: Scope) -> frozenset[str]:
    rows = connection.execute(
        sa.select(units.c.id).where(units.c.id.in_(ids), units.c.path.startswith(scope.path, autoescape=True))
    )
    return frozenset(rows.scalars())


_Placed = list[tuple[int, NewDossier]]


def _first_of_each_code(waiting: _Placed) -> tuple[_Placed, _Placed]:
    """Divide: what is told twice in one batch is told one after the other."""
    first: dict[str, tuple[int, NewDossier]] = {}
    later: _Placed = []
    for place, new in waiting:
        if first.setdefault(new.code, (place, new)) != (place, new):
            later.append((place, new))
    return list(first.values()), later


def _enter(connection: sa.Connection, turn: _Placed, telling: Telling) -> dict[int, Answer]:
    """Compare and write; decide again when somebody else entered one of them meanwhile."""
    for _ in range(MOST_RACES):
        standing = standing_of(connection, [new.code for _, new in turn])
        batch = _Batch(telling)
        for place, new in turn:
            batch.take(place, new, standing.get(new.code))
        try:
            batch.write(connection)
        except Taken:
            continue
        return batch.answers
    raise Conflict("các hồ sơ này đang được một yêu cầu khác ghi", remedy="Hãy gửi lại.")


class _Batch:
    """What a batch comes to: the rows that are new, and what changes in those that stand."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.answers: dict[int, Answer] = {}
        self.rows = NewRows()
        self._ids = _fresh_ids()
        self._updates: list[dict[str, Any]] = []
        self._refreshed: list[dict[str, Any]] = []
        self._result_updates: list[tuple[str, dict[str, Any]]] = []
        self._component_updates: list[tuple[str, dict[str, Any]]] = []
        self._changed: list[str] = []
        """Ids of the dossiers that stood before."""

    def take(self, place: int, new: NewDossier, standing: Standing | None) -> None:
        """Decide on one dossier."""
        if standing is None:
            self.answers[place] = Answer(new.code, Outcome.CREATED, self._new(new))
            return
        try:
            found = deciding.changes(standing, new, self.telling)
        except Conflict as fault:
            self.answers[place] = Answer(new.code, Outcome.REFUSED, None, fault)
            return
        told_at = new.told_at or self.telling.told_at
        if found is None:
            outcome = Outcome.OLDER
        elif found.events:
            outcome = Outcome.AMENDED
            self._amended(standing, found, new.unit_id, told_at)
        else:
            outcome = Outcome.SAME
            if standing.source == self.telling.source and (standing.told_at is None or standing.told_at < told_at):
                self._refreshed.append({"of": standing.id, "told_at": told_at})
        self.answers[place] = Answer(new.code, outcome, standing.id)

    def write(self, connection: sa.Connection) -> None:
        """Write all of it, and let the counts follow.

        Raises:
            Taken: somebody else entered one of the dossiers meanwhile; nothing was written.
        """
        # Sums are added once in a transaction, in one order, or two batches wait for each other in a circle: rows that
        # are new are counted without being read back only where no others have to be counted.
        counted = None if self._changed else count_new(connection, self.rows)
        write(connection, self.rows)
        for values in self._updates:
            connection.execute(dossiers.update().where(dossiers.c.id == values.pop("id")).values(**values))
        for result_id, values in self._result_updates:
            connection.execute(results.update().where(results.c.id == result_id).values(**values))
        for component_id, values in self._component_updates:
            connection.execute(components.update().where(components.c.id == component_id).values(**values))
        if self._refreshed:
            refresh = dossiers.update().where(dossiers.c.id == sa.bindparam("of"))
            connection.execute(refresh.values(told_at=sa.bindparam("told_at")), self._refreshed)
        if counted is None:
            changed(connection, [*self._changed, *(row["id"] for row in self.rows.dossiers)], self.telling.now)
        else:
            entered(connection, self.rows, counted, self.telling.now)

    def _new(self, new: NewDossier) -> str:
        dossier_id = next(self._ids)
        facts = deciding.entered(new)
        telling = self.telling
        row = dict.fromkeys(FACTS) | facts
        row |= {
            "id": dossier_id, "code": new.code, "unit_id": new.unit_id, "source": telling.source,
            "told_at": new.told_at or telling.told_at, "version": 1, "last_event": 1, "created_by": telling.actor,
            "created_at": telling.now,
        }  # fmt: skip
        self.rows.dossiers.append(row)
        details: dict[str, Any] = {"source": telling.source, "code": new.code, "unit_id": new.unit_id, **facts}
        if new.results:
            details["results"] = [
                self._new_result(dossier_id, new.unit_id, ordinal, one) for ordinal, one in enumerate(new.results, 1)
            ]
        papers = [one for one in new.components if not one.removed]
        if papers:
            details["components"] = [
                self._new_component(dossier_id, ordinal, one) for ordinal, one in enumerate(papers, 1)
            ]
        self._event(dossier_id, 1, DossierEvent.ENTERED, details)
        return dossier_id

    def _new_result(self, dossier_id: str, unit_id: str, ordinal: int, new: NewResult) -> dict[str, Any]:
        """Prepare a result; return what its event tells."""
        self.rows.results.append(result_row(dossier_id, unit_id, ordinal, new, fresh_id=next(self._ids)))
        return {"ordinal": ordinal, **deciding.result_facts(new)}

    def _new_component(self, dossier_id: str, ordinal: int, new: NewComponent) -> dict[str, Any]:
        """Prepare a component; return what its event tells."""
        self.rows.components.append(
            {
                "id": next(self._ids), "dossier_id": dossier_id, "ordinal": ordinal, "code": new.code,
                "name": new.name, "copy_kind": new.copy_kind, "claims": new.claims, "source_ref": new.source_ref,
            }
        )  # fmt: skip
        return {"ordinal": ordinal, **deciding.component_facts(new)}

    def _amended(self, standing: Standing, found: Changes, unit_id: str, told_at: datetime) -> None:
        for ordinal, result in found.new_results:
            self._new_result(standing.id, unit_id, ordinal, result)
        for ordinal, component in found.new_components:
            self._new_component(standing.id, ordinal, component)
        for sequence, happening in enumerate(found.events, standing.last_event + 1):
            self._event(standing.id, sequence, happening.name, happening.details)
        self._updates.append(
            {
                "id": standing.id, **found.facts, "source": self.telling.source, "told_at": told_at,
                "last_event": standing.last_event + len(found.events),
                "version": dossiers.c.version + len(found.events),
            }
        )  # fmt: skip
        self._result_updates += found.results
        for component_id, values in found.components:
            if values.pop("removed", False):
                values["removed_at"] = self.telling.now
            self._component_updates.append((component_id, values))
        self._changed.append(standing.id)

    def _event(self, dossier_id: str, sequence: int, name: DossierEvent, details: Mapping[str, Any]) -> None:
        self.rows.events.append(
            {
                "dossier_id": dossier_id, "sequence": sequence, "name": name.value, "at": self.telling.now,
                "actor": self.telling.actor, "details": dict(details),
            }
        )  # fmt: skip


def _fresh_ids() -> Iterator[str]:
    """Give random ids, drawn by the hundred: to ask the system for each of a file would take a tenth of its time."""
    while True:
        drawn = os.urandom(_ID_BYTES * 100)
        for begin in range(0, len(drawn), _ID_BYTES):
            yield drawn[begin : begin + _ID_BYTES].hex()


def result_row(
    dossier_id: str, unit_id: str, ordinal: int, new: NewResult, *, from_upload: bool = False, fresh_id: str = ""
) -> dict[str, Any]:
    """Return the row of a new result."""
    return {
        "id": fresh_id or uuid.uuid4().hex, "dossier_id": dossier_id, "ordinal": ordinal, "unit_id": unit_id,
        "title": new.title, "kind_code": new.kind_code, "result_type_code": new.result_type_code,
        "number": new.number, "issued_on": new.issued_on, "valid_until": new.valid_until,
        "cancelled_on": new.cancelled_on, "from_upload": from_upload or new.day_guessed, "secret": new.secret,
        "from_elsewhere": new.from_elsewhere, "source_ref": new.source_ref,
    }  # fmt: skip
