"""The facts that counting rests on, read for many things at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize import tally
from digitize.dossiers.words import DossierEvent, PaidHow
from digitize.tally import Change, Changes, DossierFacts, ResultFacts, Span
from storage.tables import certifications, components, copies, documents, dossier_events, dossiers, procedures, results

_TELLING = (DossierEvent.SYNCED_RESULT, DossierEvent.COMPONENT_REUSED, DossierEvent.PAID)
"""The events that counting looks at."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing as it should be counted and as it is."""

    desired: Changes
    tallied: Changes
    beside: Mapping[str, Any]
    """Further columns of the row that counting keeps, as they should be."""
    is_beside: bool
    """They are so."""


def of_results(connection: sa.Connection, ids: Sequence[str], *, hold: bool = True) -> Mapping[str, Counted]:
    """Return what results should add and add; they stay locked unless only looked at.

    Args:
        connection: of a transaction.
        ids: of results; unknown ones are left out.
        hold: lock the rows, so that nobody counts the same ones meanwhile.
    """
    query = sa.select(
        results.c.id, results.c.unit_id, results.c.issued_on, results.c.valid_until, results.c.cancelled_on,
        results.c.from_elsewhere, results.c.secret, results.c.tallied, results.c.wanted_until,
    ).where(results.c.id.in_(ids)).order_by(results.c.id)  # fmt: skip
    rows = connection.execute(query.with_for_update(key_share=True) if hold else query).all()
    published = _published(connection, documents.c.result_id, documents.c.result_id.in_(ids))
    return {row.id: _result(row, tuple(published[row.id])) for row in rows}


def of_dossiers(connection: sa.Connection, ids: Sequence[str], *, hold: bool = True) -> Mapping[str, Counted]:
    """Return what dossiers should add and add; they stay locked unless only looked at.

    Args:
        connection: of a transaction.
        ids: of dossiers; unknown ones are left out.
        hold: lock the rows, so that nobody counts the same ones meanwhile.
    """
    query = sa.select(dossiers).where(dossiers.c.id.in_(ids)).order_by(dossiers.c.id)
    rows = connection.execute(query.with_for_update(key_share=True) if hold else query).all()
    published = _published(connection, results.c.dossier_id, results.c.dossier_id.in_(ids))
    told = _Told(connection, ids, {row.procedure_code for row in rows})
    return {row.id: _alone(tally.of_dossier(_dossier(row, told, tuple(published[row.id]))), row) for row in rows}


def of_certifications(connection: sa.Connection, ids: Sequence[str], *, hold: bool = True) -> Mapping[str, Counted]:
    """Return what visits should add and add; they stay locked unless only looked at."""
    query = (
        sa.select(certifications.c.id, certifications.c.unit_id, certifications.c.tallied)
        .where(certifications.c.id.in_(ids))
        .order_by(certifications.c.id)
    )
    rows = connection.execute(query.with_for_update(key_share=True) if hold else query).all()
    first = sa.func.min(copies.c.issued_at, type_=copies.c.issued_at.type)
    issued = dict(
        connection.execute(
            sa.select(copies.c.certification_id, first)
            .where(copies.c.certification_id.in_(ids), copies.c.issued_at.is_not(None))
            .group_by(copies.c.certification_id)
        )
        .tuples()
        .all()
    )
    return {row.id: _alone(tally.of_certification(row.unit_id, _day(issued.get(row.id))), row) for row in rows}


def told(changes: Changes) -> list[list[Any]] | None:
    """Return what is counted as it is kept beside the facts; None: nothing."""
    return [[*change[:3], change.day.isoformat(), n] for change, n in sorted(changes.items())] or None


def counted(kept: Sequence[Sequence[Any]] | None) -> Changes:
    """Return what is counted from what is kept beside the facts."""
    return {Change(unit, measure, cohort, date.fromisoformat(day)): n for unit, measure, cohort, day, n in kept or ()}


def _published(
    connection: sa.Connection, of: sa.Column[str], which: sa.ColumnElement[bool]
) -> Mapping[str, list[Span]]:
    """Return when documents were published and ended, by what they belong to."""
    query = sa.select(of, documents.c.published_at, documents.c.ended_at).where(
        which, documents.c.published_at.is_not(None)
    )
    if of.table is results:
        query = query.join_from(documents, results, results.c.id == documents.c.result_id)
    found: dict[str, list[Span]] = defaultdict(list)
    for name, published_at, ended_at in connection.execute(query).tuples():
        found[name].append((tally.day_of(published_at), _day(ended_at)))
    return found


class _Told:
    """What the events, components and procedures tell of several dossiers."""

    def __init__(self, connection: sa.Connection, ids: Sequence[str], codes: set[str]) -> None:
        self._events: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
        for row in connection.execute(
            sa.select(dossier_events)
            .where(dossier_events.c.dossier_id.in_(ids), dossier_events.c.name.in_(_TELLING))
            .order_by(dossier_events.c.dossier_id, dossier_events.c.sequence)
        ):
            self._events[row.dossier_id, row.name].append(row)
        self._components: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        for row in connection.execute(
            sa.select(components, results.c.kind_code.label("reused_kind"))
            .outerjoin(results, results.c.id == components.c.reused_result_id)
            .where(components.c.dossier_id.in_(ids), components.c.removed_at.is_(None))
        ):
            self._components[row.dossier_id].append(row)
        self._procedures: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        for row in connection.execute(sa.select(procedures).where(procedures.c.code.in_(codes))):
            self._procedures[row.code].append(row)

    def first(self, dossier_id: str, name: DossierEvent) -> date | None:
        """Return the day of the first event of a name."""
        return min((tally.day_of(row.at) for row in self._events.get((dossier_id, name), ())), default=None)

    def scanned_on(self, dossier_id: str) -> date | None:
        """Return the day of the first scan of a component that is still there."""
        scans = [row.scanned_at for row in self._components.get(dossier_id, ()) if row.scanned_at is not None]
        return _day(min(scans, default=None))

    def reused_on(self, dossier_id: str, *, stored: bool = False) -> date | None:
        """Return the day of the first reuse while a component that was reused is still there.

        Args:
            dossier_id: of the dossier.
            stored: only what came from the owner's personal store.
        """
        present = self._components.get(dossier_id, ())
        if not any(row.from_personal_store if stored else _is_reused(row) for row in present):
            return None
        return self.first(dossier_id, DossierEvent.COMPONENT_REUSED)

    def reused_kinds(self, dossier_id: str) -> tuple[str, ...]:
        """Return the known kinds of the results that were reused."""
        present = self._components.get(dossier_id, ())
        return tuple(sorted(row.reused_kind for row in present if row.reused_kind))

    def needs_paper_result(self, code: str, day: date) -> bool | None:
        """Return what the catalogue says of a procedure on a day; None: it says nothing."""
        for row in self._procedures.get(code, ()):
            if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
                known: bool | None = row.needs_paper_result
                return known
        return None


def _result(row: sa.Row[Any], published: tuple[Span, ...]) -> Counted:
    facts = ResultFacts(
        row.unit_id, row.issued_on, row.valid_until, row.cancelled_on, published, row.from_elsewhere, row.secret
    )
    wanted = tally.wanted_until(facts)
    is_beside = wanted == row.wanted_until
    return Counted(tally.of_result(facts), counted(row.tallied), {"wanted_until": wanted}, is_beside)


def _alone(desired: Changes, row: sa.Row[Any]) -> Counted:
    return Counted(desired, counted(row.tallied), {}, is_beside=True)


def _is_reused(row: sa.Row[Any]) -> bool:
    return row.reused_result_id is not None or bool(row.from_personal_store)


def _dossier(row: sa.Row[Any], told: _Told, published: tuple[Span, ...]) -> DossierFacts:
    received_on: date | None = row.received_on
    known = [flag for flag in (row.vneid_verified, row.population_linked) if flag is not None]
    paid_on = None if row.paid_how is None else told.first(row.id, DossierEvent.PAID) or received_on
    return DossierFacts(
        unit_id=row.unit_id,
        procedure_code=row.procedure_code,
        received_on=received_on,
        resolved_on=row.resolved_on,
        published=published,
        needs_paper_result=None if received_on is None else told.needs_paper_result(row.procedure_code, received_on),
        synced_on=told.first(row.id, DossierEvent.SYNCED_RESULT),
        scanned_on=told.scanned_on(row.id),
        reused_on=told.reused_on(row.id),
        stored_on=told.reused_on(row.id, stored=True),
        reused_kinds=told.reused_kinds(row.id),
        population_known=any(known) if known else None,
        finished_at=row.finished_at,
        due_at=row.due_at,
        paid_on=paid_on,
        paid_at_portal=row.paid_how == PaidHow.NATIONAL_PORTAL,
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else tally.day_of(moment)
