"""A scan that was handed in for the wrong dossier goes to the right one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.errors import InvalidInput
from digitize.lifecycle import Actor, Moved, Record
from storage import registry
from storage.dossiers import find_by_code, result_for_upload
from storage.registry import Scope
from storage.tables import results


def move(
    connection: sa.Connection,
    document_id: str,
    dossier_code: str,
    ordinal: int | None,
    reason: str,
    actor: Actor,
    scope: Scope,
    now: datetime,
    version: int | None,
) -> Record:
    """Move a document to a result of another dossier; its codes, if it had any, are given anew when it is confirmed.

    Raises:
        InvalidInput: it is there already, or the reason is missing.
        NotFound: document, dossier or result are not in the scope.
        Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    document = registry.find(connection, document_id, scope)
    dossier = find_by_code(connection, dossier_code, scope)
    target = result_for_upload(connection, dossier, ordinal, actor=actor.id, now=now)
    if target == document.result_id:
        raise InvalidInput("văn bản đã ở đúng kết quả đó")
    unit_id = connection.execute(sa.select(results.c.unit_id).where(results.c.id == target)).scalar_one()
    event = Moved(actor=actor, from_result=document.result_id, to_result=target, reason=reason)
    return registry.record(
        connection,
        document_id,
        event,
        now,
        version=version,
        changes={"result_id": target, "unit_id": unit_id, "digitization_code": None, "result_code": None},
    )
