"""The whole index made anew, in portions that are committed one by one: whoever is cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import ObjectDamaged, ObjectMissing
from digitize.lifecycle import State
from digitize.model import Reading, from_json
from storage.database import Database
from storage.objects import ObjectStore
from storage.search.indexing import index_many
from storage.search.texts import drop_text, index_text
from storage.tables import documents, results, search_rebuilds

PORTION = 500
"""Results, or documents, of one transaction."""
_NO_TEXT = (State.RECEIVED, State.QUARANTINED, State.REFUSED, State.WITHDRAWN, State.SUPERSEDED, State.PURGED)


class Part(StrEnum):
    """What is made anew."""

    RESULTS = "results"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Portion:
    """What was done with one transaction."""

    part: Part
    done: int
    """Rows of the registry, in this portion."""
    unreadable: tuple[str, ...]
    """Documents whose reading the store does not have whole; their words are missing."""


def rebuild(database: Database, objects: ObjectStore, now: datetime, *, again: bool = False) -> Iterator[Portion]:
    """Make everything anew; yield after each commit.

    Args:
        database: the registry.
        objects: where the readings are.
        now: when.
        again: begin at the beginning, also where an earlier call was cut off.

    Raises:
        RegistryUnavailable, StoreUnavailable: the next call goes on from the last portion.
    """
    for part in Part:
        with database.write() as connection:
            _begin(connection, part, now, again=again)
        while True:
            with database.write() as connection:
                portion, over = _next(connection, objects, part, now)
            yield portion
            if over:
                break


def unfinished(connection: sa.Connection) -> bool:
    """Say whether a rebuild was cut off, or goes on just now."""
    query = sa.select(search_rebuilds.c.part).where(search_rebuilds.c.ended_at.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def _begin(connection: sa.Connection, part: Part, now: datetime, *, again: bool) -> None:
    row = connection.execute(sa.select(search_rebuilds).where(search_rebuilds.c.part == part.value)).one_or_none()
    if row is not None and row.ended_at is None and not again:
        return
    connection.execute(search_rebuilds.delete().where(search_rebuilds.c.part == part.value))
    connection.execute(search_rebuilds.insert().values(part=part.value, after="", began_at=now))


def _next(connection: sa.Connection, objects: ObjectStore, part: Part, now: datetime) -> tuple[Portion, bool]:
    after: str = connection.execute(
        sa.select(search_rebuilds.c.after).where(search_rebuilds.c.part == part.value).with_for_update()
    ).scalar_one()
    if part is Part.RESULTS:
        ids = _ids(connection, results.c.id, after)
        index_many(connection, ids)
        unreadable: tuple[str, ...] = ()
    else:
        ids = _ids(connection, documents.c.id, after)
        unreadable = tuple(each for each in ids if not _read_again(connection, objects, each))
    over = len(ids) < PORTION
    connection.execute(
        search_rebuilds.update()
        .where(search_rebuilds.c.part == part.value)
        .values(after=ids[-1] if ids else after, ended_at=now if over else None)
    )
    return Portion(part, len(ids), unreadable), over


def _ids(connection: sa.Connection, column: sa.Column[Any], after: str) -> list[str]:
    query = sa.select(column).where(column > after).order_by(column).limit(PORTION)
    return list(connection.execute(query).scalars())


def _read_again(connection: sa.Connection, objects: ObjectStore, document_id: str) -> bool:
    row = connection.execute(
        sa.select(documents.c.state, documents.c.reading_key).where(documents.c.id == document_id)
    ).one()
    if row.reading_key is None or State(row.state) in _NO_TEXT:
        drop_text(connection, document_id)
        return True
    try:
        reading = from_json(objects.get(row.reading_key), Reading)
    except (ObjectMissing, ObjectDamaged):
        return False
    index_text(connection, document_id, reading)
    return True
