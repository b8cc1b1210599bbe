"""Roles of people through time: one at a time, each at a unit, from a day to a day.

``people`` holds today's role, as ``units`` holds today's tree; :func:`settle` makes it agree with the roles. A role
that was entered for a day to come takes effect on that day by the sweep; so does an end, and who has no role on a day
is not let in. Whenever the role of a person changes their sessions end.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput
from digitize.lifecycle import Office
from storage.people import OFFICES
from storage.registry import Scope
from storage.tables import people, person_roles, sessions, units


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is at a unit for some time."""

    office: Office
    unit_id: str
    since: date | None
    """First day; None: from the beginning."""
    until: date | None
    """Last day; None: no known end."""

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)

    def overlaps(self, other: Role) -> bool:
        """Tell whether there is a day on which both hold."""
        return (self.since is None or other.until is None or self.since <= other.until) and (
            other.since is None or self.until is None or other.since <= self.until
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A role with who has it, in a list."""

    id: str
    role: Role
    person_id: str
    username: str
    full_name: str
    active: bool
    unit_code: str
    unit_name: str


def roles_of(connection: sa.Connection, person_id: str) -> tuple[Role, ...]:
    """Return all roles of a person, the earliest first."""
    rows = connection.execute(sa.select(person_roles).where(person_roles.c.person_id == person_id))
    return tuple(sorted((_role(row) for row in rows), key=lambda role: role.since or date.min))


def appointed(present: Sequence[Role], new: Role, today: date) -> tuple[Role, ...]:
    """Add a role to those of a person: the one that holds on its first day ends the day before.

    Raises:
        InvalidInput: it ends before it begins, lies in the past, or is not for people.
        Conflict: another role begins within its time.
    """
    since = new.since or date.min
    if new.office not in OFFICES:
        raise InvalidInput("vai trò này không dành cho người dùng")
    if new.until is not None and new.until < since:
        raise InvalidInput("ngày cuối của vai trò trước ngày đầu")
    if present and since < today:
        raise InvalidInput("vai trò mới phải bắt đầu từ hôm nay trở đi: việc đã làm không đổi người làm")
    kept = [role for role in present if role.since != new.since]
    cut = [replace(role, until=since - timedelta(days=1)) if role.holds_on(since) else role for role in kept]
    later = next((role for role in cut if role.overlaps(new)), None)
    if later is not None and later.since is not None:
        raise Conflict(
            f"người này đã có vai trò khác từ {later.since:%d/%m/%Y}", remedy="Hãy nêu ngày cuối trước ngày ấy."
        )
    return _in_order([*cut, new])


def ended(present: Sequence[Role], until: date, today: date) -> tuple[Role, ...]:
    """Let the role that holds on a day be the last one, until that day.

    Raises:
        InvalidInput: the day lies in the past, or no role holds on it.
    """
    if until < today:
        raise InvalidInput("ngày cuối của vai trò phải từ hôm nay trở đi")
    if not any(role.holds_on(until) for role in present):
        raise InvalidInput(f"không có vai trò nào vào ngày {until:%d/%m/%Y}")
    begun = [role for role in present if role.since is None or role.since <= until]
    return _in_order([replace(role, until=until) if role.holds_on(until) else role for role in begun])


def write(connection: sa.Connection, person_id: str, roles: Sequence[Role], today: date) -> None:
    """Write the roles of a person in place of those that were kept, and let today's take effect.

    Raises:
        Conflict: two of them hold on one day.
    """
    for before, after in pairwise(roles):
        if before.overlaps(after):
            raise Conflict("hai vai trò của một người trùng ngày", remedy="")
    connection.execute(person_roles.delete().where(person_roles.c.person_id == person_id))
    if roles:
        connection.execute(
            person_roles.insert(),
            [
                {
                    "id": uuid.uuid4().hex, "person_id": person_id, "office": role.office.value,
                    "unit_id": role.unit_id, "valid_from": role.since, "valid_to": role.until,
                }
                for role in roles
            ],
        )  # fmt: skip
    settle(connection, today)


def due(connection: sa.Connection, today: date) -> bool:
    """Tell whether anything is to be settled."""
    return connection.execute(_differing(today).limit(1)).first() is not None


def settle(connection: sa.Connection, today: date) -> int:
    """Make the role of every person what it is today; return of how many it changed."""
    rows = connection.execute(_differing(today)).all()
    for row in rows:
        present = {} if row.role is None else {"office": row.office, "unit_id": row.unit_id}
        changed = people.update().where(people.c.id == row.id).values(has_role=row.role is not None, **present)
        connection.execute(changed)
        connection.execute(sessions.delete().where(sessions.c.person_id == row.id))
    return len(rows)


def holders(
    connection: sa.Connection,
    scope: Scope,
    day: date,
    *,
    office: Office | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[Sequence[Holder], bool]:
    """Return who has which role at which unit of the scope, on a day or later, and whether there are more.

    Args:
        connection: a reading transaction.
        scope: the caller's units.
        day: roles that ended before are left out.
        office: only this role; None: all.
        after: id of the last role of the page before.
        limit: length of the page.
    """
    query = (
        sa.select(
            person_roles, people.c.username, people.c.full_name, people.c.active, units.c.code, units.c.name
        )
        .join(people, people.c.id == person_roles.c.person_id)
        .join(units, units.c.id == person_roles.c.unit_id)
        .where(
            units.c.path.startswith(scope.path, autoescape=True),
            sa.or_(person_roles.c.valid_to.is_(None), person_roles.c.valid_to >= day),
        )
    )  # fmt: skip
    if office is not None:
        query = query.where(person_roles.c.office == office.value)
    if after is not None:
        query = query.where(_behind(after))
    rows = connection.execute(query.order_by(people.c.username, person_roles.c.id).limit(limit + 1)).all()
    found = [
        Holder(row.id, _role(row), row.person_id, row.username, row.full_name, row.active, row.code, row.name)
        for row in rows
    ]
    return found[:limit], len(rows) > limit


def _behind(after: str) -> sa.ColumnElement[bool]:
    last, owner = person_roles.alias(), people.alias()
    name = (
        sa.select(owner.c.username).join(last, last.c.person_id == owner.c.id).where(last.c.id == after)
    ).scalar_subquery()
    return sa.or_(people.c.username > name, sa.and_(people.c.username == name, person_roles.c.id > after))


def counts(connection: sa.Connection, scope: Scope) -> dict[Office, int]:
    """Count the people of a scope by the role that they have today."""
    rows = connection.execute(
        sa.select(people.c.office, sa.func.count())
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.active, people.c.has_role, units.c.path.startswith(scope.path, autoescape=True))
        .group_by(people.c.office)
    )
    return {Office(office): count for office, count in rows.tuples()}


def _differing(today: date) -> sa.Select[Any]:
    every = person_roles.alias()
    holds = sa.and_(
        person_roles.c.person_id == people.c.id,
        sa.or_(person_roles.c.valid_from.is_(None), person_roles.c.valid_from <= today),
        sa.or_(person_roles.c.valid_to.is_(None), person_roles.c.valid_to >= today),
    )
    known = sa.exists().where(every.c.person_id == people.c.id)  # who has none at all is as their row says
    other = sa.or_(person_roles.c.office != people.c.office, person_roles.c.unit_id != people.c.unit_id)
    return (
        sa.select(people.c.id, person_roles.c.id.label("role"), person_roles.c.office, person_roles.c.unit_id)
        .outerjoin(person_roles, holds)
        .where(known, sa.or_(other, people.c.has_role != person_roles.c.id.is_not(None)))
    )


def _in_order(roles: Sequence[Role]) -> tuple[Role, ...]:
    return tuple(sorted(roles, key=lambda role: role.since or date.min))


def _role(row: sa.Row[Any]) -> Role:
    return Role(Office(row.office), row.unit_id, row.valid_from, row.valid_to)
