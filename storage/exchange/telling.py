"""What a portal was told, written down with the events that the indicators count, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.dossiers.words import DossierEvent
from digitize.exchange.facts import DossierFacts, StatusFacts
from digitize.exchange.mapping import Mapped
from digitize.exchange.rules import Service
from digitize.exchange.wire import digest
from storage import tallies
from storage.dossiers.events import record
from storage.exchange import messages
from storage.exchange.messages import Message, MessageState
from storage.tables import exchange_messages, exchange_told, exchange_told_results


@dataclass(frozen=True, slots=True)
class Told:
    """What a portal was told of a dossier last."""

    digest: str
    """Of the message."""
    status: int | None
    progress_sequence: int
    """The last event that was told as progress; 0: none."""
    progress_status: int | None


def told(connection: sa.Connection, connector_id: str, dossier_id: str) -> Told | None:
    """Return what a portal was told; None: nothing."""
    row = connection.execute(
        sa.select(exchange_told).where(
            exchange_told.c.connector_id == connector_id, exchange_told.c.dossier_id == dossier_id
        )
    ).one_or_none()
    return None if row is None else Told(row.digest, row.status, row.progress_sequence, row.progress_status)


def dossier_taken(
    connection: sa.Connection,
    message: Message,
    facts: DossierFacts,
    mapped: Mapped,
    actor: str,
    now: datetime,
    *,
    anew: bool = False,
) -> None:
    """Write down that the portal took a dossier with its results, and close the message.

    Args:
        connection: of a writing transaction.
        message: as it was claimed.
        facts: that were sent.
        mapped: what was made of them.
        actor: who sent them.
        now: the present moment.
        anew: the portal had lost the dossier, and with it all progress: that is told from the beginning.
    """
    if anew:
        _forgotten(connection, message)
    before = told(connection, message.connector_id, message.dossier_id)
    values = {
        "digest": digest(mapped.message), "status": facts.status, "status_at": facts.status_at, "told_at": now,
    }  # fmt: skip
    _keep(connection, message, before, values)
    if before is None:
        _move(connection, message, Service.PROGRESS, MessageState.WAITING, now)
    new_results = _results(connection, message, mapped, now)
    if before is None or before.digest != values["digest"]:
        told_of = {"connector": message.connector_id, "status": facts.status}
        record(connection, message.dossier_id, DossierEvent.SYNCED_DOSSIER, now, actor, **told_of)
    for result_id, code in new_results:
        told_of = {"connector": message.connector_id, "result": result_id, "code": code}
        record(connection, message.dossier_id, DossierEvent.SYNCED_RESULT, now, actor, **told_of)
    if new_results:
        tallies.count_dossier(connection, message.dossier_id)
    messages.done(connection, message, now, facts.version, _lacks(mapped))


def progress_taken(
    connection: sa.Connection,
    message: Message,
    version: int,
    sent: Sequence[StatusFacts],
    actor: str,
    now: datetime,
    *,
    all_sent: bool,
) -> None:
    """Write down that the portal took statuses of a dossier; close the message when it was all of them."""
    if sent:
        last = sent[-1]
        before = told(connection, message.connector_id, message.dossier_id)
        if before is not None and last.sequence > before.progress_sequence:
            values = {"progress_sequence": last.sequence, "progress_status": last.status, "progress_at": now}
            _keep(connection, message, before, values)
            told_of = {"connector": message.connector_id, "status": last.status, "of": last.sequence}
            record(connection, message.dossier_id, DossierEvent.SYNCED_STATUS, now, actor, **told_of)
    if all_sent:
        messages.done(connection, message, now, version)
    else:
        messages.give_back(connection, (message,), now)


def rewind(connection: sa.Connection, message: Message) -> None:
    """Let all statuses of a dossier be told from the first one on, because somebody asks for it."""
    connection.execute(
        exchange_told.update()
        .where(exchange_told.c.connector_id == message.connector_id, exchange_told.c.dossier_id == message.dossier_id)
        .values(progress_sequence=0)
    )
    connection.execute(exchange_messages.update().where(exchange_messages.c.id == message.id).values(again=False))


def nothing_new(
    connection: sa.Connection, message: Message, facts: DossierFacts, mapped: Mapped, now: datetime
) -> None:
    """Close a message whose very content the portal has already."""
    before = told(connection, message.connector_id, message.dossier_id)
    if before is not None:
        _keep(connection, message, before, {"status": facts.status, "status_at": facts.status_at})
        _results(connection, message, mapped, now)
    messages.done(connection, message, now, facts.version, _lacks(mapped))


def forget(connection: sa.Connection, message: Message, now: datetime) -> None:
    """Take note that the portal does not know a dossier (any more): it is told of it from the beginning."""
    _forgotten(connection, message)
    _move(connection, message, Service.DOSSIER, MessageState.WAITING, now)
    _move(connection, message, Service.PROGRESS, MessageState.BEHIND, now)


def _forgotten(connection: sa.Connection, message: Message) -> None:
    for table in (exchange_told_results, exchange_told):
        connection.execute(
            table.delete().where(table.c.connector_id == message.connector_id, table.c.dossier_id == message.dossier_id)
        )


def _move(connection: sa.Connection, message: Message, service: Service, state: MessageState, now: datetime) -> None:
    """Owe the dossier once more, in a line of its own or behind the other one."""
    connection.execute(
        exchange_messages.update()
        .where(
            exchange_messages.c.connector_id == message.connector_id,
            exchange_messages.c.dossier_id == message.dossier_id,
            exchange_messages.c.service == service.value,
        )
        .values(
            state=state.value, wanted=exchange_messages.c.wanted + 1, next_at=now, held_until=None, failures=0,
            failing_since=None,
        )
    )  # fmt: skip


def _keep(connection: sa.Connection, message: Message, before: Told | None, values: dict[str, Any]) -> None:
    key = {"connector_id": message.connector_id, "dossier_id": message.dossier_id}
    if before is None:
        connection.execute(exchange_told.insert().values(key | values))
        return
    connection.execute(
        exchange_told.update()
        .where(exchange_told.c.connector_id == message.connector_id, exchange_told.c.dossier_id == message.dossier_id)
        .values(values)
    )


def _results(connection: sa.Connection, message: Message, mapped: Mapped, now: datetime) -> Sequence[tuple[str, str]]:
    """Replace what was told of the results; return ids and codes of those that were not told so before."""
    table = exchange_told_results
    of_it = (table.c.connector_id == message.connector_id, table.c.dossier_id == message.dossier_id)
    before = {
        row.result_id: (row.document_id, row.type_code) for row in connection.execute(sa.select(table).where(*of_it))
    }
    present = {each.id: (each.document, each.type_code or "") for each in mapped.results}
    for result_id in sorted(before.keys() - present.keys()):
        connection.execute(table.delete().where(*of_it, table.c.result_id == result_id))
    new = [each for each in mapped.results if before.get(each.id) != present[each.id]]
    for each in new:
        values = {"document_id": each.document, "type_code": each.type_code, "told_at": now}
        if each.id in before:
            connection.execute(table.update().where(*of_it, table.c.result_id == each.id).values(values))
        else:
            key = {
                "connector_id": message.connector_id, "result_id": each.id, "dossier_id": message.dossier_id,
            }  # fmt: skip
            connection.execute(table.insert().values(key | values))
    return [(each.id, each.code) for each in new]


def _lacks(mapped: Mapped) -> str | None:
    return "; ".join(mapped.results_lack)[:1000] or None
