"""What earlier software holds comes in: each item once, with where it came from.

An item is known by its source system and the source's own id. Its row, the dossier, the result and the document enter
in one transaction, so that a run that was killed goes on where it was and enters nothing twice. The first entry of the
document's history names the manifest, the row and the source.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.dossiers.told import NewResult
from digitize.errors import Conflict
from digitize.lifecycle import Actor
from digitize.takeover import Piece
from storage import dossiers, registry, scanning
from storage.dossiers import Dossier
from storage.registry import Scope
from storage.tables import dossiers as dossier_rows
from storage.tables import takeover_items, takeovers


class Outcome(StrEnum):
    """What became of an item."""

    ENTERED = "entered"
    """A new document."""
    KNOWN = "known"
    """The dossier had a document of these very bytes: it is that one, and its item names it."""
    BEFORE = "before"
    """The item was taken over earlier; nothing was done. Stands in no row."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The file that names what is taken over."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Taking:
    """Under which an item is taken over."""

    takeover: str
    manifest: Manifest
    actor: Actor
    """Who answers for it."""
    scope: Scope
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """The file of an item, whose object is stored already."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an item."""

    document: str
    outcome: Outcome


def begin(connection: sa.Connection, manifest: Manifest, actor: Actor, now: datetime) -> str:
    """Return the id of the take-over of a manifest; the same bytes are the same take-over."""
    row = {"id": uuid.uuid4().hex, "manifest_sha256": manifest.sha256, "manifest_name": manifest.name[-255:],
           "begun_by": actor.id, "begun_at": now}  # fmt: skip
    connection.execute(_insert(connection, takeovers).values(row).on_conflict_do_nothing())
    found: str = connection.execute(
        sa.select(takeovers.c.id).where(takeovers.c.manifest_sha256 == manifest.sha256)
    ).scalar_one()
    return found


def earlier(connection: sa.Connection, piece: Piece, sha256: str) -> str | None:
    """Return the document of an item that was taken over already; None: it was not.

    Raises:
        Conflict: it was, with another file.
    """
    row = connection.execute(
        sa.select(takeover_items.c.sha256, takeover_items.c.document_id).where(*_item(piece))
    ).one_or_none()
    if row is None:
        return None
    if row.sha256 != sha256:
        raise Conflict(
            "mã này của hệ thống nguồn đã được tiếp nhận với tệp khác",
            remedy="Hãy kiểm tra mã nguồn; tệp thay thế phải có mã khác.",
        )
    found: str = row.document_id
    return found


def take(connection: sa.Connection, piece: Piece, found: Found, taking: Taking) -> Taken:
    """Enter an item: its dossier and result where they are not known, its document, and where it came from.

    Facts of a dossier that the register knows stay as they are: only its result and file join it.

    Args:
        connection: a writing transaction.
        piece: what the manifest tells of it.
        found: its file.
        taking: who takes it over, under which manifest.

    Raises:
        Conflict: it was taken over with another file, or the dossier belongs to another unit.
        NotFound: the unit lies outside the scope.
        InvalidInput: a value cannot be used.
        MustNotBeScanned: a rule forbids it.
    """
    if not _claim(connection, piece, found, taking):
        document = earlier(connection, piece, found.sha256)
        if document is not None:
            return Taken(document, Outcome.BEFORE)
    dossier = _dossier(connection, piece, taking)
    before = registry.known(connection, dossier.id, found.sha256)
    if before is None:
        result = _result(connection, dossier, piece.result, taking)
        scanning.need_scannable(connection, dossier, result, actor=taking.actor.id, now=taking.now)
        received = registry.receive(
            connection, result_id=result, scan_key=found.sha256, size_bytes=found.size_bytes, actor=taking.actor,
            now=taking.now, origin=_origin(piece, taking),
        )  # fmt: skip
        taken = Taken(received.document, Outcome.ENTERED)
    else:
        taken = Taken(before, Outcome.KNOWN)
    connection.execute(
        takeover_items.update().where(*_item(piece)).values(document_id=taken.document, outcome=taken.outcome.value)
    )
    return taken


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from."""

    source_system: str
    source_id: str
    manifest_name: str
    manifest_sha256: str
    row: int
    sha256: str
    taken_by: str
    """Id of a person."""
    taken_at: datetime
    outcome: Outcome


def origins(connection: sa.Connection, document: str) -> tuple[Origin, ...]:
    """Return where a document came from, earliest first; empty: nobody took it over."""
    rows = connection.execute(
        sa.select(takeover_items, takeovers.c.manifest_name, takeovers.c.manifest_sha256)
        .join(takeovers, takeovers.c.id == takeover_items.c.takeover_id)
        .where(takeover_items.c.document_id == document)
        .order_by(takeover_items.c.taken_at)
    )
    return tuple(
        Origin(
            row.source_system, row.source_id, row.manifest_name, row.manifest_sha256, row.row, row.sha256,
            row.taken_by, row.taken_at, Outcome(row.outcome),
        )
        for row in rows
    )  # fmt: skip


def _claim(connection: sa.Connection, piece: Piece, found: Found, taking: Taking) -> bool:
    """Enter the item's row; False: it is there. Whoever is slower waits for the other one's end."""
    row = {
        "source_system": piece.source_system, "source_id": piece.source_id, "takeover_id": taking.takeover,
        "row": piece.row, "sha256": found.sha256, "document_id": None, "outcome": Outcome.ENTERED.value,
        "taken_by": taking.actor.id, "taken_at": taking.now,
    }  # fmt: skip
    entered = connection.execute(_insert(connection, takeover_items).values(row).on_conflict_do_nothing())
    return entered.rowcount == 1


def _dossier(connection: sa.Connection, piece: Piece, taking: Taking) -> Dossier:
    told = piece.dossier
    unit = connection.execute(sa.select(dossier_rows.c.unit_id).where(dossier_rows.c.code == told.code)).scalar()
    if unit is None:
        dossiers.create(
            connection, told, created_by=taking.actor.id, scope=taking.scope, now=taking.now,
            source=piece.source_system,
        )  # fmt: skip
    elif unit != told.unit_id:
        raise Conflict("mã hồ sơ đã có ở đơn vị khác", remedy="Hãy kiểm tra lại mã hồ sơ và mã đơn vị.")
    # Held until the end: two items of one dossier at once must not take the same result.
    connection.execute(sa.select(dossier_rows.c.id).where(dossier_rows.c.code == told.code).with_for_update()).one()
    return dossiers.find_by_code(connection, told.code, taking.scope)


def _result(connection: sa.Connection, dossier: Dossier, told: NewResult, taking: Taking) -> str:
    """Return the result that an item is: the one without a document that it describes, else a further one."""
    free = [one for one in dossier.results if not one.documents and one.issued_on == told.issued_on]
    alike = (one.id for one in free if (one.number == told.number if told.number else one.title == told.title))
    present = next(alike, None)
    if present is not None:
        return present
    grown = dossiers.add_result(
        connection, dossier.code, told, actor=taking.actor.id, scope=taking.scope, now=taking.now
    )
    return grown.results[-1].id


def _origin(piece: Piece, taking: Taking) -> Mapping[str, Any]:
    """Return what the history tells for ever; the source's own id stands in the item alone."""
    return {"source_system": piece.source_system, "manifest_sha256": taking.manifest.sha256, "row": piece.row}


def _item(piece: Piece) -> tuple[sa.ColumnElement[bool], ...]:
    columns = takeover_items.c
    return columns.source_system == piece.source_system, columns.source_id == piece.source_id


def _insert(connection: sa.Connection, into: sa.Table) -> Any:  # noqa: ANN401  # the two dialects share no type
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(into)
