"""The newest facts of a dossier, as they are read right before they are told; flags come from its events alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize import codes
from digitize.dossiers.terms import day_of
from digitize.dossiers.words import DossierEvent
from digitize.errors import NotFound
from digitize.exchange.facts import ComponentFacts, DossierFacts, ResultFacts, Reuse, StatusFacts
from storage.dossiers.events import Happened, history
from storage.exchange.reviewing import stands
from storage.tables import components, documents, dossiers, procedures, results, units

PUBLIC_PATH = "/ket-qua/"
"""Where anybody sees whether a result stands; nothing personal is shown there."""


def facts_of(connection: sa.Connection, dossier_id: str, pages: str, now: datetime) -> DossierFacts:
    """Return a dossier as it stands.

    Args:
        connection: reading is enough.
        dossier_id: which.
        pages: where the public pages are found, without a slash at the end.
        now: the present moment; what is in force follows from its day.

    Raises:
        NotFound: there is no such dossier.
    """
    row = connection.execute(
        sa.select(dossiers, units.c.name.label("unit_name"))
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(dossiers.c.id == dossier_id)
    ).one_or_none()
    if row is None:
        raise NotFound("hồ sơ")
    happened = history(connection, dossier_id)
    field = _field(connection, row)
    return DossierFacts(
        code=row.code, version=row.version, procedure_code=row.procedure_code, procedure_name=row.procedure_name,
        field_code=field.get("field_code"), field_name=field.get("field_name"), channel=row.channel,
        holder_name=row.holder_name, holder_id=row.holder_id, holder_type=row.holder_type, received_on=row.received_on,
        due_at=row.due_at, status=row.status, status_at=row.status_at, finished_at=row.finished_at,
        returned_at=row.returned_at, unit_name=row.unit_name, vneid_verified=row.vneid_verified,
        population_linked=row.population_linked, paid_how=row.paid_how,
        components=_components(connection, dossier_id, happened),
        results=_results(connection, row, pages, now),
        statuses=_statuses(happened, row.handler_name),
    )  # fmt: skip


def _field(connection: sa.Connection, row: sa.Row[Any]) -> Mapping[str, str | None]:
    """Return the field of the procedure: as the source told it, and its name as the catalogue had it that day."""
    day = row.received_on or day_of(row.created_at)
    found = connection.execute(
        sa.select(procedures.c.field_code, procedures.c.field_name)
        .where(
            procedures.c.code == row.procedure_code,
            procedures.c.valid_from <= day,
            sa.or_(procedures.c.valid_to.is_(None), procedures.c.valid_to >= day),
        )
        .order_by(procedures.c.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if found is None or row.field_code not in {None, found.field_code}:
        return {"field_code": row.field_code}
    return {"field_code": found.field_code, "field_name": found.field_name}


def _components(connection: sa.Connection, dossier_id: str, happened: Sequence[Happened]) -> tuple[ComponentFacts, ...]:
    scanned = _spoken_of(happened, DossierEvent.COMPONENT_SCANNED)
    reused = _spoken_of(happened, DossierEvent.COMPONENT_REUSED)
    origin = dossiers.alias("origin")
    rows = connection.execute(
        sa.select(components, results.c.ordinal.label("result_ordinal"), origin.c.id.label("origin_id"),
                  origin.c.code.label("origin_code"))
        .join(results, results.c.id == components.c.reused_result_id, isouter=True)
        .join(origin, origin.c.id == results.c.dossier_id, isouter=True)
        .where(components.c.dossier_id == dossier_id, components.c.removed_at.is_(None))
        .order_by(components.c.ordinal)
    )  # fmt: skip
    return tuple(
        _component(
            row,
            scanned=row.scanned_at is not None and not scanned.isdisjoint({row.id, row.ordinal}),
            reused=not reused.isdisjoint({row.id, row.ordinal}),
            dossier_id=dossier_id,
        )
        for row in rows
    )


def _component(row: sa.Row[Any], *, scanned: bool, reused: bool, dossier_id: str) -> ComponentFacts:
    elsewhere = reused and row.origin_id is not None and row.origin_id != dossier_id
    replaced = codes.result_code(row.origin_code, row.result_ordinal) if elsewhere else None
    return ComponentFacts(
        name=row.name,
        code=row.code,
        scanned=scanned,
        reuse=Reuse.RESULT_OF_ANOTHER if elsewhere else Reuse.YES if reused else Reuse.NO,
        from_personal_store=reused and bool(row.from_personal_store),
        replaced_by=replaced,
    )


def _spoken_of(happened: Sequence[Happened], name: DossierEvent) -> frozenset[str | int]:
    """Return the components that events of this name speak of: ids or ordinals."""
    keys = ("component", "component_id", "ordinal")
    return frozenset(each.details[key] for each in happened if each.name == name for key in keys if key in each.details)


def _results(connection: sa.Connection, row: sa.Row[Any], pages: str, now: datetime) -> tuple[ResultFacts, ...]:
    found = connection.execute(
        sa.select(results, documents.c.id.label("document"))
        .join(documents, stands(day_of(now)))
        .where(results.c.dossier_id == row.id)
        .order_by(results.c.ordinal, documents.c.published_at)
    )
    latest = {
        each.id: ResultFacts(
            id=each.id, code=codes.result_code(row.code, each.ordinal), title=each.title,
            type_code=each.result_type_code, document=each.document, link=f"{pages}{PUBLIC_PATH}{each.id}",
        )
        for each in found
    }  # fmt: skip
    return tuple(latest.values())


def _statuses(happened: Sequence[Happened], handler: str | None) -> tuple[StatusFacts, ...]:
    """Return the statuses that the events tell; who handles the dossier now is known of the last one alone."""
    taken = [
        each
        for each in happened
        if each.name in {DossierEvent.ENTERED, DossierEvent.STATUS_CHANGED} and each.details.get("status")
    ]
    return tuple(
        StatusFacts(each.sequence, int(each.details["status"]), _reached(each), handler if each is taken[-1] else None)
        for each in taken
    )


def _reached(event: Happened) -> datetime:
    """Return when a status was reached: as the source told it, else when we were told."""
    told = event.details.get("status_at")
    return datetime.fromisoformat(told) if told else event.at
