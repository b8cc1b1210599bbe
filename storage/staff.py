"""Lists of people as administrators see them: by unit, role and state, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.lifecycle import Office
from digitize.vietnamese import bare
from storage.people import Person, person_of
from storage.registry import Scope
from storage.tables import factors, people, units


class Standing(StrEnum):
    """Whether a person can come in."""

    OPEN = "open"
    LOCKED = "locked"
    """By an administrator."""
    WITHOUT_ROLE = "without_role"
    """No role of theirs holds today."""
    FIRST_PASSWORD = "first_password"  # noqa: S105  # a word, no password
    """Has not chosen a password yet."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a list."""

    person: Person
    unit_code: str
    unit_name: str
    standing: Standing
    has_factor: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people are listed."""

    text: str = ""
    """Part of the name, or begin of the username; empty: any."""
    unit: str | None = None
    """Code of the unit, without those below it; None: any of the scope."""
    office: Office | None = None
    standing: Standing | None = None


_FACTOR = sa.exists().where(factors.c.person_id == people.c.id, factors.c.confirmed_at.is_not(None))
_OF: dict[Standing, sa.ColumnElement[bool]] = {
    Standing.LOCKED: ~people.c.active,
    Standing.WITHOUT_ROLE: sa.and_(people.c.active, ~people.c.has_role),
    Standing.FIRST_PASSWORD: sa.and_(people.c.active, people.c.has_role, people.c.password_until.is_not(None)),
    Standing.OPEN: sa.and_(people.c.active, people.c.has_role, people.c.password_until.is_(None)),
}


def listing(
    connection: sa.Connection, asked: Asked, scope: Scope, *, after: str | None = None, limit: int = 50
) -> tuple[Sequence[Member], bool]:
    """Return a page of the people of a scope, by username, and whether there are more; one statement.

    Args:
        connection: a reading transaction.
        asked: which.
        scope: the caller's units.
        after: id of the last one of the page before.
        limit: length of the page.
    """
    query = _query(scope)
    if after is not None:
        last = sa.select(people.c.username).where(people.c.id == after).scalar_subquery()
        query = query.where(people.c.username > last)
    if asked.text.strip():
        key = bare(asked.text)
        by_name = people.c.folded.contains(key, autoescape=True) if key else sa.false()
        query = query.where(sa.or_(by_name, people.c.username.startswith(asked.text.strip(), autoescape=True)))
    if asked.unit is not None:
        query = query.where(units.c.code == asked.unit)
    if asked.office is not None:
        query = query.where(people.c.office == asked.office.value)
    if asked.standing is not None:
        query = query.where(_OF[asked.standing])
    rows = connection.execute(query.order_by(people.c.username).limit(limit + 1)).all()
    return [_member(row) for row in rows[:limit]], len(rows) > limit


def find(connection: sa.Connection, person_id: str, scope: Scope) -> Member | None:
    """Return a person of the scope; None: there is none, or outside it."""
    row = connection.execute(_query(scope).where(people.c.id == person_id)).one_or_none()
    return None if row is None else _member(row)


def id_of(connection: sa.Connection, username: str, scope: Scope) -> str | None:
    """Return the id of who has a username, locked or not; None: nobody of the scope."""
    return connection.execute(_query(scope).where(people.c.username == username)).scalars().one_or_none()


def count(connection: sa.Connection, unit_id: str) -> int:
    """Count who may enter and belongs to a unit today."""
    mine = people.c.unit_id == unit_id, people.c.active
    return connection.execute(sa.select(sa.func.count()).select_from(people).where(*mine)).scalar_one()


def _query(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(
            people, units.c.code.label("unit_code"), units.c.name.label("unit_name"), _FACTOR.label("factor"),
        )
        .join(units, units.c.id == people.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
    )  # fmt: skip


def _member(row: sa.Row[Any]) -> Member:
    if not row.active:
        standing = Standing.LOCKED
    elif not row.has_role:
        standing = Standing.WITHOUT_ROLE
    else:
        standing = Standing.OPEN if row.password_until is None else Standing.FIRST_PASSWORD
    return Member(person_of(row), row.unit_code, row.unit_name, standing, row.factor)
