"""How a scan becomes a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.lifecycle import WAITING_FOR, Actor, State
from storage import search, subjects
from storage.registry.document import Summary
from storage.registry.lanes import LANES
from storage.subjects import SubjectKind
from storage.tables import captures, documents, dossiers, results, units


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a scan that came in."""

    document: str
    created: bool
    """False: these bytes are known for this dossier; it is the same document."""


def receive(
    connection: sa.Connection,
    *,
    result_id: str,
    scan_key: str,
    size_bytes: int,
    actor: Actor,
    now: datetime,
    origin: Mapping[str, Any] | None = None,
) -> Received:
    """Enter a scan whose object is stored already.

    The same bytes sent again for the same dossier are the same document, unless that one was withdrawn or purged.

    Args:
        connection: a writing transaction.
        result_id: what the scan is of.
        scan_key: of its object.
        size_bytes: of its object.
        actor: who hands it in.
        now: the present moment.
        origin: where it was taken over from, for the history; None: it was not.

    Raises:
        NotFound: there is no such result.
    """
    result = connection.execute(
        sa.select(results.c.dossier_id, results.c.unit_id, units.c.four_eyes)
        .join(units, units.c.id == results.c.unit_id)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .where(results.c.id == result_id)
        .with_for_update(of=dossiers)
    ).one_or_none()
    if result is None:
        raise NotFound("kết quả trong hồ sơ")
    same = known(connection, result.dossier_id, scan_key)
    if same is not None:
        return Received(same, created=False)
    told = {"result": result_id, "scan_key": scan_key, "bytes": size_bytes, "four_eyes": result.four_eyes}
    told |= {"origin": dict(origin)} if origin is not None else {}
    document = subjects.enter(
        connection, SubjectKind.DOCUMENT, "Received", actor, told, LANES[State.RECEIVED], now
    )  # fmt: skip
    connection.execute(
        documents.insert().values(
            id=document,
            result_id=result_id,
            unit_id=result.unit_id,
            state=State.RECEIVED.value,
            waiting_for=WAITING_FOR[State.RECEIVED].value,
            capture=1,
            hands=[],
            four_eyes=result.four_eyes,
            received_at=now,
            changed_at=now,
            summary=asdict(Summary()),
        )
    )
    add_capture(connection, document, 1, scan_key, size_bytes, actor, now)
    search.index_result(connection, result_id)
    return Received(document, created=True)


def known(connection: sa.Connection, dossier_id: str, scan_key: str) -> str | None:
    """Return the document of a dossier that was received with these bytes, unless it was withdrawn or purged."""
    return connection.execute(
        sa.select(documents.c.id)
        .join(captures, captures.c.document_id == documents.c.id)
        .join(results, results.c.id == documents.c.result_id)
        .where(
            results.c.dossier_id == dossier_id,
            captures.c.scan_key == scan_key,
            documents.c.state.not_in((State.WITHDRAWN.value, State.PURGED.value)),
        )
        .limit(1)
    ).scalar_one_or_none()


def add_capture(
    connection: sa.Connection, document: str, number: int, scan_key: str, size_bytes: int, actor: Actor, now: datetime
) -> None:
    """Enter a scan of a document; earlier ones stay."""
    connection.execute(
        captures.insert().values(
            document_id=document,
            number=number,
            scan_key=scan_key,
            size_bytes=size_bytes,
            received_at=now,
            received_from=actor.id,
        )
    )
