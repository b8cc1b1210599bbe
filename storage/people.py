"""People and their sessions: who may enter, until when, and what they see.

A name, a password or an account that is not good gives one and the same sentence, after the same time. After five wrong
passwords in a row the account is closed for a quarter of an hour, also for the right one.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound, NotIdentified
from digitize.lifecycle import Office
from storage import passwords
from storage.registry import EVERYTHING, Scope
from storage.settings import Settings
from storage.tables import factors, people, sessions, units

FAILURES_ALLOWED = 5
"""Wrong passwords in a row that close the account."""

CLOSED_FOR = timedelta(minutes=15)

HALF_LIVES = timedelta(minutes=10)
"""How long a person may look for their second factor after the password."""

OLD_TOKEN_LIVES = timedelta(seconds=30)
"""How long the token before a renewal still lets in what was already under way, with no more rights than it had."""

_OFFICES = frozenset({Office.CLERK, Office.OFFICER, Office.SUPERVISOR, Office.ADMINISTRATOR})
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


@dataclass(frozen=True, slots=True)
class Session:
    """A person who logged in."""

    person: Person
    scope: Scope
    """The subtree of their unit."""
    expires_at: datetime
    proved_at: datetime
    """When the password was last given."""
    factor_at: datetime | None = None
    """When a second factor was last given; None: never."""
    awaits_factor: bool = False
    """The password was right, but the second factor is missing: nobody is in yet."""


def add_person(
    connection: sa.Connection, *, username: str, full_name: str, office: Office, unit_id: str, password: str
) -> Person:
    """Enter a person.

    Raises:
        InvalidInput: name or password cannot be used, or the office is not for people.
        NotFound: there is no such unit.
        Conflict: the username is taken.
    """
    if not username.strip() or not full_name.strip():
        raise InvalidInput("thiếu tên đăng nhập hoặc họ tên")
    if office not in _OFFICES:
        raise InvalidInput("vai trò này không dành cho người dùng")
    if connection.execute(sa.select(units.c.id).where(units.c.id == unit_id)).one_or_none() is None:
        raise NotFound("đơn vị")
    person = Person(uuid.uuid4().hex, username, full_name, office, unit_id, active=True)
    try:
        with connection.begin_nested():
            connection.execute(
                people.insert().values(
                    id=person.id,
                    username=username,
                    full_name=full_name,
                    office=office.value,
                    unit_id=unit_id,
                    password_hash=passwords.hashed(password),
                )
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("tên đăng nhập đã có người dùng", remedy="Hãy chọn tên khác.") from error
    return person


def find_person(connection: sa.Connection, person_id: str) -> Person:
    """Return a person.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(people).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("người dùng")
    return _person(row)


def find_by_username(connection: sa.Connection, username: str, within: Scope = EVERYTHING) -> tuple[Person, Scope]:
    """Return an active person and the subtree of their unit.

    Raises:
        NotFound: nobody has that name, or their unit lies outside the scope (the two are not told apart).
    """
    row = connection.execute(
        sa.select(people, units.c.path)
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.username == username, people.c.active, units.c.path.startswith(within.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("tài khoản có tên này")
    return _person(row), Scope(row.path)


def log_in(
    connection: sa.Connection, username: str, password: str, now: datetime, settings: Settings
) -> tuple[str, Session]:
    """Begin a session; the token goes to the person and is kept only as its hash.

    Of a person who has a second factor it is half a session: ``awaits_factor``.

    Raises:
        NotIdentified: name and password do not belong together, or the account is closed.
    """
    row = connection.execute(sa.select(people).where(people.c.username == username).with_for_update()).one_or_none()
    _check(connection, row, password, now)
    assert row is not None  # noqa: S101  # _check has refused it
    awaits = has_factor(connection, row.id)
    token = open_session(connection, row.id, now, now, settings, awaits_factor=awaits)
    return token, session(connection, token, now, awaits_factor=awaits)


def has_factor(connection: sa.Connection, person_id: str) -> bool:
    """Tell whether a person has a second factor that works."""
    mine = factors.c.person_id == person_id, factors.c.confirmed_at.is_not(None)
    return connection.execute(sa.select(sa.exists().where(*mine))).scalar_one()


def open_session(
    connection: sa.Connection,
    person_id: str,
    now: datetime,
    proved_at: datetime,
    settings: Settings,
    *,
    awaits_factor: bool = False,
    factor_at: datetime | None = None,
) -> str:
    """Begin a session of a person who proved who they are; the token is kept only as its hash."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        sessions.insert().values(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=now,
            proved_at=proved_at,
            expires_at=now + (HALF_LIVES if awaits_factor else timedelta(hours=settings.session_hours)),
            awaits_factor=awaits_factor,
            factor_at=factor_at,
        )
    )
    return token


def renew(
    connection: sa.Connection, kept: str, now: datetime, *, proved_at: datetime, factor_at: datetime | None
) -> tuple[str, Session]:
    """Give a session a new token as its rights rise, so that who knew the old one gains nothing.

    Args:
        connection: a writing transaction.
        kept: hash of the old token, of a session that has not ended.
        now: when.
        proved_at: when the password was last given.
        factor_at: when a second factor was last given.
    """
    old = connection.execute(sa.select(sessions).where(sessions.c.token_hash == kept)).one()
    renewed = secrets.token_urlsafe(32)
    values = old._asdict() | {
        "token_hash": token_hash(renewed), "proved_at": proved_at, "factor_at": factor_at, "challenge": None,
    }  # fmt: skip
    connection.execute(sessions.insert().values(values))
    ends = min(old.expires_at, now + OLD_TOKEN_LIVES)
    connection.execute(sessions.update().where(sessions.c.token_hash == kept).values(expires_at=ends))
    return renewed, session(connection, renewed, now)


def fulfil(connection: sa.Connection, token: str, now: datetime, settings: Settings) -> tuple[str, Session]:
    """Turn half a session, whose second factor was just given, into a whole one with another token.

    Raises:
        NotIdentified: there is no such half session.
    """
    half = session(connection, token, now, awaits_factor=True)
    log_out(connection, token)
    whole = open_session(connection, half.person.id, now, half.proved_at, settings, factor_at=now)
    return whole, session(connection, whole, now)


def session(connection: sa.Connection, token: str, now: datetime, *, awaits_factor: bool = False) -> Session:
    """Return the session of a token; half of one only when it is asked for.

    Raises:
        NotIdentified: there is none, it has ended, or the person may no longer enter.
    """
    row = connection.execute(
        sa.select(people, units.c.path, sessions.c.expires_at, sessions.c.proved_at, sessions.c.factor_at)
        .join(people, people.c.id == sessions.c.person_id)
        .join(units, units.c.id == people.c.unit_id)
        .where(
            sessions.c.token_hash == token_hash(token),
            sessions.c.expires_at > now,
            sessions.c.awaits_factor == awaits_factor,
            people.c.active,
        )
    ).one_or_none()
    if row is None:
        raise NotIdentified
    return Session(_person(row), Scope(row.path), row.expires_at, row.proved_at, row.factor_at, awaits_factor)


def check_password(connection: sa.Connection, token: str, password: str, now: datetime) -> Session:
    """Ask the person behind a session for the password again; the session stays as it is.

    Raises:
        NotIdentified: there is no such session, or the password is wrong (counted as at the door).
    """
    found = session(connection, token, now)
    row = connection.execute(sa.select(people).where(people.c.id == found.person.id).with_for_update()).one()
    _check(connection, row, password, now)
    return found


def count_answer(connection: sa.Connection, person_id: str, now: datetime, *, right: bool) -> None:
    """Count what a person answered besides the password, as wrong passwords are counted.

    Raises:
        NotIdentified: it was wrong, or the account is closed.
    """
    row = connection.execute(sa.select(people).where(people.c.id == person_id).with_for_update()).one()
    _count(connection, row, now, right=right)


def reopen(connection: sa.Connection, person_id: str) -> None:
    """Forget the wrong passwords of a person, so that a closed account is open again."""
    changed = people.update().where(people.c.id == person_id).values(failed_logins=0, locked_until=None)
    connection.execute(changed)


def log_out(connection: sa.Connection, token: str) -> None:
    """End the session; ending one that is not there changes nothing."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash(token)))


def forget_ended_sessions(connection: sa.Connection, now: datetime) -> int:
    """Remove the sessions that have ended; return how many."""
    return connection.execute(sessions.delete().where(sessions.c.expires_at <= now)).rowcount


def deactivate(connection: sa.Connection, person_id: str) -> None:
    """Let a person in no more; what they did stays theirs.

    Raises:
        NotFound: there is no such person.
    """
    changed = connection.execute(people.update().where(people.c.id == person_id).values(active=False))
    if changed.rowcount == 0:
        raise NotFound("người dùng")
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id))


def _check(connection: sa.Connection, row: sa.Row[Any] | None, password: str, now: datetime) -> None:
    right = passwords.matches(None if row is None else row.password_hash, password)
    if row is None:
        raise NotIdentified
    _need_open(row, now)
    if right and has_factor(connection, row.id):
        return  # wrong codes are forgotten when the code is right: a known password must not buy more guesses
    _count(connection, row, now, right=right)


def _need_open(row: sa.Row[Any], now: datetime) -> None:
    if not row.active or (row.locked_until is not None and row.locked_until > now):
        raise NotIdentified


def _count(connection: sa.Connection, row: sa.Row[Any], now: datetime, *, right: bool) -> None:
    _need_open(row, now)
    failures = 0 if right else row.failed_logins + 1
    closed = failures >= FAILURES_ALLOWED
    connection.execute(
        people.update()
        .where(people.c.id == row.id)
        .values(failed_logins=0 if closed else failures, locked_until=now + CLOSED_FOR if closed else None)
    )
    if not right:
        raise NotIdentified


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.username, row.full_name, Office(row.office), row.unit_id, row.active)


def token_hash(token: str) -> str:
    """Return what is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()
