"""Which result of a dossier a scan belongs to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from digitize.dossiers.deciding import result_facts
from digitize.dossiers.words import DossierEvent
from digitize.errors import NotFound
from digitize.lifecycle import State
from storage.dossiers.dossier import Dossier, NewResult, Result
from storage.dossiers.entering import result_row
from storage.dossiers.events import record
from storage.dossiers.finding import results_of
from storage.dossiers.telling import changed
from storage.registry import known
from storage.tables import documents, dossiers, results

_FREE = (State.WITHDRAWN.value, State.REFUSED.value, State.PURGED.value, State.SUPERSEDED.value)
"""A result whose documents are all in these states still waits for its scan."""


def result_for_upload(
    connection: sa.Connection,
    dossier: Dossier,
    ordinal: int | None,
    *,
    actor: str,
    now: datetime,
    scan_key: str | None = None,
) -> str:
    """Return the id of the result that a scan belongs to; enter a further one if all have their document.

    The dossier is locked until the transaction ends, so that two uploads at once take two results.

    Args:
        connection: a writing transaction.
        dossier: where the scan was handed in.
        ordinal: which result the sender named; None: the first without a document.
        actor: who hands it in.
        now: the present moment.
        scan_key: object of the scan: one that the dossier knows goes where it is, so that a repeated upload enters
            no further result.

    Raises:
        NotFound: the dossier has no result of that ordinal.
    """
    connection.execute(sa.select(dossiers.c.id).where(dossiers.c.id == dossier.id).with_for_update()).one()
    present = results_of(connection, dossier.id, dossier.code)
    if ordinal is not None:
        named = next((result.id for result in present if result.ordinal == ordinal), None)
        if named is None:
            raise NotFound(f"kết quả thứ {ordinal} của hồ sơ")
        return named
    same = None if scan_key is None else known(connection, dossier.id, scan_key)
    if same is not None:
        return _result_of(connection, same)
    covered = _covered(connection, dossier.id)
    free = next((result.id for result in present if result.id not in covered), None)
    return free or _further(connection, dossier, present, actor, now)


def _result_of(connection: sa.Connection, document: str) -> str:
    result: str = connection.execute(sa.select(documents.c.result_id).where(documents.c.id == document)).scalar_one()
    return result


def _further(
    connection: sa.Connection, dossier: Dossier, present: tuple[Result, ...], actor: str, now: datetime
) -> str:
    """Enter KQ(n+1): the register knew of no such result, so its day is a guess until the data are confirmed."""
    guess = dossier.resolved_on or (present[-1].issued_on if present else dossier.created_at.date())
    ordinal = present[-1].ordinal + 1 if present else 1
    new = NewResult(dossier.procedure_name, guess)
    row = result_row(dossier.id, dossier.unit_id, ordinal, new, from_upload=True)
    connection.execute(results.insert().values(**row))
    told = {"ordinal": ordinal, "by_upload": True, **result_facts(new)}
    record(connection, dossier.id, DossierEvent.RESULT_ADDED, now, actor, **told)
    changed(connection, [dossier.id], now)
    result_id: str = row["id"]
    return result_id


def _covered(connection: sa.Connection, dossier_id: str) -> frozenset[str]:
    rows = connection.execute(
        sa.select(documents.c.result_id)
        .join(results, results.c.id == documents.c.result_id)
        .where(results.c.dossier_id == dossier_id, documents.c.state.not_in(_FREE))
    )
    return frozenset(rows.scalars())
