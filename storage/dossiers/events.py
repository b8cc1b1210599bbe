"""How a dossier came to stand as it stands: every change of a fact, and every flag, has its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.dossiers.words import DossierEvent
from digitize.errors import NotFound
from storage.tables import dossier_events, dossiers

__all__ = ["DossierEvent", "Happened", "history", "plain", "record"]


_NO_FACT_OF_THE_DOSSIER = (
    DossierEvent.SYNCED_DOSSIER,
    DossierEvent.SYNCED_STATUS,
    DossierEvent.SYNCED_RESULT,
    DossierEvent.APOLOGY_SENT,
    DossierEvent.SCAN_INSISTED,
)
"""Telling others of a dossier changes nothing in it: its version stays, or each telling would ask for the next one."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a dossier."""

    sequence: int
    """From 1 for each dossier."""
    name: DossierEvent
    at: datetime
    actor: str
    details: dict[str, Any]
    """May hold the holder's name and number: masked before it is shown."""


def record(
    connection: sa.Connection,
    dossier_id: str,
    event: DossierEvent,
    at: datetime,
    actor: str,
    **details: Any,  # noqa: ANN401  # days, moments and whatever JSON knows
) -> int:
    """Write an event; raise the dossier's version when it changes a fact. Return the event's sequence.

    The dossier stays locked until the transaction ends.

    Raises:
        NotFound: there is no such dossier.
    """
    changes = 0 if event in _NO_FACT_OF_THE_DOSSIER else 1
    sequence = connection.execute(
        dossiers.update()
        .where(dossiers.c.id == dossier_id)
        .values(last_event=dossiers.c.last_event + 1, version=dossiers.c.version + changes)
        .returning(dossiers.c.last_event)
    ).scalar_one_or_none()
    if sequence is None:
        raise NotFound("hồ sơ")
    connection.execute(
        dossier_events.insert().values(
            dossier_id=dossier_id, sequence=sequence, name=event.value, at=at, actor=actor, details=plain(details)
        )
    )
    return int(sequence)


def history(connection: sa.Connection, dossier_id: str) -> Sequence[Happened]:
    """Return the events of a dossier in their order."""
    rows = connection.execute(
        sa.select(dossier_events).where(dossier_events.c.dossier_id == dossier_id).order_by(dossier_events.c.sequence)
    )
    return [Happened(row.sequence, DossierEvent(row.name), row.at, row.actor, row.details) for row in rows]


def plain(value: Any) -> Any:  # noqa: ANN401  # whatever an event tells
    """Return a value as JSON keeps it: days and moments in ISO 8601."""
    return msgspec.to_builtins(value)
