"""Reading the journal: one change, or a page of them, within the units of a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from storage.changes.change import Change, Deed, Kind, Subject
from storage.registry import EVERYTHING, Scope
from storage.tables import changes, units

_undoing = changes.alias("undoing")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are looked for; None: any."""

    kind: Kind | None = None
    subject: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The moment after the last one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    at: datetime
    subject: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of changes, the newest first."""

    changes: tuple[Change, ...]
    following: Place | None
    """None: there are no more."""


def find(connection: sa.Connection, change_id: str, scope: Scope = EVERYTHING) -> Change:
    """Return a change of the scope.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    row = connection.execute(_query(scope).where(changes.c.id == change_id)).one_or_none()
    if row is None:
        raise NotFound("thay đổi này")
    return _change(row)


def search(
    connection: sa.Connection, wanted: Wanted, scope: Scope, *, after: Place | None = None, limit: int = 50
) -> Found:
    """Return changes of the scope, the newest first, a page at a time; one statement.

    Args:
        connection: a reading transaction.
        wanted: which.
        scope: the caller's units.
        after: where the page before ended.
        limit: length of the page.
    """
    query = _query(scope)
    for condition in _conditions(wanted, after):
        query = query.where(condition)
    order = changes.c.at.desc(), changes.c.subject_id, changes.c.sequence.desc()
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    found = tuple(_change(row) for row in rows[:limit])
    last = found[-1] if len(rows) > limit else None
    return Found(found, None if last is None else Place(last.deed.at, last.subject.id, last.sequence))


def undoing_of(connection: sa.Connection, change: Change) -> Change | None:
    """Return the change that took another one back; None: it stands."""
    row = connection.execute(_query(EVERYTHING).where(changes.c.undoes == change.id)).one_or_none()
    return None if row is None else _change(row)


def _query(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(changes, _undoing.c.id.label("undone_by"))
        .join(units, units.c.id == changes.c.unit_id)
        .outerjoin(_undoing, _undoing.c.undoes == changes.c.id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
    )


def _conditions(wanted: Wanted, after: Place | None) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(changes.c.kind == wanted.kind.value)
    if wanted.subject is not None:
        found.append(changes.c.subject_id == wanted.subject)
    if wanted.actor is not None:
        found.append(changes.c.actor == wanted.actor)
    if wanted.since is not None:
        found.append(changes.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(changes.c.at < wanted.until)
    if after is not None:
        earlier = sa.and_(changes.c.subject_id == after.subject, changes.c.sequence < after.sequence)
        behind = sa.and_(changes.c.at == after.at, sa.or_(changes.c.subject_id > after.subject, earlier))
        found.append(sa.or_(changes.c.at < after.at, behind))
    return found


def _change(row: sa.Row[Any]) -> Change:
    subject = Subject(Kind(row.kind), row.subject_id, row.label, row.unit_id)
    deed = Deed(row.actor, row.at, row.reason, row.undoes)
    return Change(row.id, subject, row.sequence, row.name, row.before, row.after, deed, row.undone_by)
