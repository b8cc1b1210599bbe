"""People: who they are, their office and their unit. How they come in: :mod:`storage.logins`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.lifecycle import Office
from digitize.vietnamese import bare
from storage import passwords
from storage.registry import EVERYTHING, Scope
from storage.tables import factors, people, person_roles, sessions, units

OFFICES = frozenset({Office.CLERK, Office.OFFICER, Office.SUPERVISOR, Office.ADMINISTRATOR})
"""What a person can be; the other offices belong to processes and systems."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works with documents."""

    id: str
    """Opaque; the actor of their events."""
    username: str
    full_name: str
    """As it stands on a signature."""
    office: Office
    unit_id: str
    active: bool


def add_person(
    connection: sa.Connection,
    *,
    username: str,
    full_name: str,
    office: Office,
    unit_id: str,
    password: str,
    password_until: datetime | None = None,
    has_role: bool = True,
) -> Person:
    """Enter a person; their role begins with the first day, :mod:`storage.roles` gives others.

    Args:
        connection: a writing transaction.
        username: nobody else's.
        full_name: as it stands on a signature.
        office: their role.
        unit_id: where they have it.
        password: the first one.
        password_until: until when it opens the door, where an administrator gave it; None: the person chose it.
        has_role: False: the role is written by the caller, who knows its days.

    Raises:
        InvalidInput: name or password cannot be used, or the office is not for people.
        NotFound: there is no such unit.
        Conflict: the username is taken.
    """
    if not username.strip() or not full_name.strip():
        raise InvalidInput("thiếu tên đăng nhập hoặc họ tên")
    if office not in OFFICES:
        raise InvalidInput("vai trò này không dành cho người dùng")
    if connection.execute(sa.select(units.c.id).where(units.c.id == unit_id)).one_or_none() is None:
        raise NotFound("đơn vị")
    person = Person(uuid.uuid4().hex, username, full_name, office, unit_id, active=True)
    try:
        with connection.begin_nested():
            connection.execute(
                people.insert().values(
                    id=person.id, username=username, full_name=full_name, folded=bare(full_name), office=office.value,
                    unit_id=unit_id, password_hash=passwords.hashed(password), password_until=password_until,
                    has_role=has_role,
                )
            )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Conflict("tên đăng nhập đã có người dùng", remedy="Hãy chọn tên khác.") from error
    if has_role:
        connection.execute(
            person_roles.insert().values(
                id=uuid.uuid4().hex, person_id=person.id, office=office.value, unit_id=unit_id
            )
        )  # fmt: skip
    return person


def rename(connection: sa.Connection, person_id: str, full_name: str) -> None:
    """Let a person bear another name from now on; what they signed keeps the old one.

    Raises:
        InvalidInput: the name is empty.
        NotFound: there is no such person.
    """
    if not full_name.strip():
        raise InvalidInput("thiếu họ tên")
    _update(connection, person_id, full_name=full_name.strip(), folded=bare(full_name))


def find_person(connection: sa.Connection, person_id: str) -> Person:
    """Return a person.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(people).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("người dùng")
    return person_of(row)


def find_by_username(connection: sa.Connection, username: str, within: Scope = EVERYTHING) -> tuple[Person, Scope]:
    """Return an active person and the subtree of their unit.

    Raises:
        NotFound: nobody has that name, or their unit lies outside the scope (the two are not told apart).
    """
    row = connection.execute(
        sa.select(people, units.c.path)
        .join(units, units.c.id == people.c.unit_id)
        .where(
            people.c.username == username,
            people.c.active,
            people.c.has_role,
            units.c.path.startswith(within.path, autoescape=True),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("tài khoản có tên này")
    return person_of(row), Scope(row.path)


def has_factor(connection: sa.Connection, person_id: str) -> bool:
    """Tell whether a person has a second factor that works."""
    mine = factors.c.person_id == person_id, factors.c.confirmed_at.is_not(None)
    return connection.execute(sa.select(sa.exists().where(*mine))).scalar_one()


def deactivate(connection: sa.Connection, person_id: str) -> None:
    """Let a person in no more; what they did stays theirs.

    Raises:
        NotFound: there is no such person.
    """
    _update(connection, person_id, active=False)
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id))


def reactivate(connection: sa.Connection, person_id: str) -> None:
    """Let a person in again who was let in no more; wrong passwords are forgotten.

    Raises:
        NotFound: there is no such person.
    """
    _update(connection, person_id, active=True, failed_logins=0, locked_until=None)


def give_password(connection: sa.Connection, person_id: str, until: datetime) -> str:
    """Give a person a password that is shown this once and must be replaced at the first login; their sessions end.

    Raises:
        NotFound: there is no such person.
    """
    password = passwords.made()
    kept = passwords.hashed(password)
    _update(connection, person_id, password_hash=kept, password_until=until, failed_logins=0, locked_until=None)
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id))
    return password


def choose_password(connection: sa.Connection, person_id: str, password: str) -> None:
    """Let a person have the password that they chose.

    Raises:
        InvalidInput: it is too short, or the one that they have.
        NotFound: there is no such person.
    """
    kept = connection.execute(sa.select(people.c.password_hash).where(people.c.id == person_id)).scalar_one_or_none()
    if passwords.matches(kept, password):
        raise InvalidInput("mật khẩu mới phải khác mật khẩu đang dùng")
    _update(connection, person_id, password_hash=passwords.hashed(password), password_until=None)


def _update(connection: sa.Connection, person_id: str, **values: Any) -> None:  # noqa: ANN401  # columns of many types
    if connection.execute(people.update().where(people.c.id == person_id).values(values)).rowcount == 0:
        raise NotFound("người dùng")


def person_of(row: sa.Row[Any]) -> Person:
    """Read a person from a row that carries the columns of their table."""
    return Person(row.id, row.username, row.full_name, Office(row.office), row.unit_id, row.active)
