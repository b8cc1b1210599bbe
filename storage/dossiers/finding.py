"""How a dossier is found, with its results and their documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from digitize import codes
from digitize.errors import NotFound
from storage.dossiers.dossier import Component, Dossier, Result
from storage.registry import Scope
from storage.tables import components, documents, dossiers, results, units


def find_by_code(connection: sa.Connection, code: str, scope: Scope) -> Dossier:
    """Return a dossier of the scope with its results.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(
        sa.select(dossiers, units.c.code.label("unit_code"))
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(dossiers.c.code == code, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("hồ sơ")
    return Dossier(
        row.id, row.code, row.unit_id, row.unit_code, row.procedure_code, row.procedure_name, row.holder_name,
        row.holder_id, row.received_on, row.resolved_on, row.created_at, results_of(connection, row.id, row.code),
        field_code=row.field_code, holder_type=row.holder_type, channel=row.channel, due_at=row.due_at,
        status=row.status, status_at=row.status_at, finished_at=row.finished_at, returned_at=row.returned_at,
        handler_name=row.handler_name, fee_vnd=row.fee_vnd, paid_how=row.paid_how, source=row.source,
        version=row.version, components=components_of(connection, row.id),
    )  # fmt: skip


def components_of(connection: sa.Connection, dossier_id: str) -> tuple[Component, ...]:
    """Return the components of a dossier by ordinal, those that were taken back too."""
    rows = connection.execute(
        sa.select(components).where(components.c.dossier_id == dossier_id).order_by(components.c.ordinal)
    )
    return tuple(
        Component(
            row.id, row.ordinal, row.code, row.name, row.copy_kind, row.file_key, row.scanned_at,
            row.reused_result_id, row.from_personal_store, row.removed_at,
        )
        for row in rows
    )  # fmt: skip


def results_of(connection: sa.Connection, dossier_id: str, dossier_code: str) -> tuple[Result, ...]:
    """Return the results of a dossier by ordinal."""
    scans = _documents(connection, dossier_id)
    rows = connection.execute(sa.select(results).where(results.c.dossier_id == dossier_id).order_by(results.c.ordinal))
    return tuple(_result(row, dossier_code, scans.get(row.id, ())) for row in rows)


def _result(row: sa.Row[Any], dossier_code: str, scans: tuple[str, ...]) -> Result:
    return Result(
        row.id, row.ordinal, codes.result_code(dossier_code, row.ordinal), row.title, row.kind_code, row.issued_on,
        row.valid_until, row.cancelled_on, row.from_upload, scans, row.result_type_code, row.number,
        row.secret, row.from_elsewhere,
    )  # fmt: skip


def _documents(connection: sa.Connection, dossier_id: str) -> Mapping[str, tuple[str, ...]]:
    rows = connection.execute(
        sa.select(documents.c.result_id, documents.c.id)
        .join(results, results.c.id == documents.c.result_id)
        .where(results.c.dossier_id == dossier_id)
        .order_by(documents.c.received_at, documents.c.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for result_id, document in rows.tuples():
        found[result_id] = (*found.get(result_id, ()), document)
    return found
