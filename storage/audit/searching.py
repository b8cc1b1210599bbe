"""The history searched: who did what to which document on which day, newest first, within the units of a scope.

A page looks at no more than :data:`LOOKED_AT` events, by the index of moments; where few of them are asked for, a page
may be short, and its place says where to go on. Personal values are not in events at all (:mod:`storage.history` keeps
them apart as commitments), and nothing of them is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.registry import Scope
from storage.subjects import SubjectKind
from storage.tables import copies, documents, dossiers, events, results, subjects, units

LOOKED_AT = 1_000
"""Events that one page looks at, at the most."""

_PRIVATE = "private"
"""Under this name an event holds the commitments of its personal values."""

_SHORTENED = 12
"""Letters of a hash that are shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    since: datetime
    until: datetime
    """The moment after the last one."""
    actor: str | None = None
    """Id of a person, a client or a process; None: of anybody."""
    name: str | None = None
    """Of the event; None: any."""
    subject: str | None = None
    """Id of a document or copy; None: of any."""
    dossier: str | None = None
    """Code of the dossier whose documents are meant; None: of any."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is shown: nobody's data."""

    subject: str
    kind: SubjectKind
    sequence: int
    at: datetime
    actor: str
    """Id."""
    office: str
    name: str
    dossier: str
    """Code of the dossier; empty for a copy."""
    unit: str
    details: Mapping[str, str]
    """Plain values of the event; hashes are cut short, commitments left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    at: datetime
    subject: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page."""

    events: tuple[Happened, ...]
    following: Place | None
    """None: there are no more."""


def search(
    connection: sa.Connection, wanted: Wanted, scope: Scope, *, after: Place | None = None, limit: int = 50
) -> Found:
    """Return events of the scope, the newest first, a page at a time.

    Args:
        connection: a reading transaction.
        wanted: what is looked for.
        scope: the caller's units.
        after: where the page before ended.
        limit: length of the page.
    """
    looked = _looked_at(wanted, after).subquery()
    last = connection.execute(
        sa.select(looked.c.at, looked.c.subject_id, looked.c.sequence, sa.func.count().over())
        .order_by(looked.c.at, looked.c.subject_id.desc(), looked.c.sequence.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return Found((), None)
    rows = connection.execute(_shown(looked, wanted, scope).limit(limit + 1)).all()
    found = tuple(_happened(row) for row in rows[:limit])
    if len(rows) > limit:
        end = found[-1]
        return Found(found, Place(end.at, end.subject, end.sequence))
    return Found(found, Place(*last[:3]) if last[3] == LOOKED_AT else None)


def _looked_at(wanted: Wanted, after: Place | None) -> sa.Select[Any]:
    query = sa.select(events).where(events.c.at >= wanted.since, events.c.at < wanted.until)
    if wanted.subject is not None:
        query = query.where(events.c.subject_id == wanted.subject)
    if wanted.dossier is not None:
        query = query.where(
            events.c.subject_id.in_(
                sa.select(documents.c.id)
                .join(results, results.c.id == documents.c.result_id)
                .join(dossiers, dossiers.c.id == results.c.dossier_id)
                .where(dossiers.c.code == wanted.dossier)
            )
        )
    if after is not None:
        same = sa.and_(events.c.at == after.at, _behind(after))
        query = query.where(sa.or_(events.c.at < after.at, same))
    return query.order_by(events.c.at.desc(), events.c.subject_id, events.c.sequence).limit(LOOKED_AT)


def _behind(after: Place) -> sa.ColumnElement[bool]:
    later = sa.and_(events.c.subject_id == after.subject, events.c.sequence > after.sequence)
    return sa.or_(events.c.subject_id > after.subject, later)


def _shown(looked: sa.Subquery, wanted: Wanted, scope: Scope) -> sa.Select[Any]:
    query = (
        sa.select(looked, subjects.c.kind, dossiers.c.code.label("dossier"), units.c.name.label("unit"))
        .join(subjects, subjects.c.id == looked.c.subject_id)
        .outerjoin(documents, documents.c.id == looked.c.subject_id)
        .outerjoin(copies, copies.c.id == looked.c.subject_id)
        .outerjoin(results, results.c.id == documents.c.result_id)
        .outerjoin(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == sa.func.coalesce(documents.c.unit_id, copies.c.unit_id))
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .order_by(looked.c.at.desc(), looked.c.subject_id, looked.c.sequence)
    )
    if wanted.actor is not None:
        query = query.where(looked.c.actor == wanted.actor)
    return query if wanted.name is None else query.where(looked.c.name == wanted.name)


def _happened(row: sa.Row[Any]) -> Happened:
    return Happened(
        row.subject_id, SubjectKind(row.kind), row.sequence, row.at, row.actor, row.office, row.name,
        row.dossier or "", row.unit, plain(row.payload),
    )  # fmt: skip


def plain(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the values of an event that may be shown to whoever searches."""
    return {name: _told(value) for name, value in payload.items() if name != _PRIVATE and _is_plain(value)}


def _is_plain(value: object) -> bool:
    return value not in (None, "") and isinstance(value, str | int | float | bool)


def _told(value: str | float) -> str:
    told = str(value)
    is_hash = len(told) == 64 and all(letter in "0123456789abcdef" for letter in told)
    return f"{told[:_SHORTENED]}…" if is_hash else told
