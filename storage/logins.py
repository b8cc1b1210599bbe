"""Logins: sessions of people, half ones that await a second factor, and the tokens that open them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import NotIdentified
from storage import guessing
from storage.people import Person, has_factor, person_of
from storage.registry import Scope
from storage.settings import Settings
from storage.tables import people, sessions, units

HALF_LIVES = timedelta(minutes=10)
"""How long a person may look for their second factor after the password."""

OLD_TOKEN_LIVES = timedelta(seconds=30)
"""How long the token before a renewal still lets in what was already under way, with no more rights than it had."""


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
    must_choose: bool = False
    """The password is one that an administrator gave: the person must choose their own before anything else."""


def log_in(
    connection: sa.Connection, username: str, password: str, now: datetime, settings: Settings
) -> tuple[str, Session]:
    """Begin a session; the token goes to the person and is kept only as its hash.

    Of a person who has a second factor it is half a session: ``awaits_factor``.

    Raises:
        NotIdentified: name and password do not belong together, or the account is closed.
    """
    row = connection.execute(sa.select(people).where(people.c.username == username).with_for_update()).one_or_none()
    guessing.check(connection, row, password, now)
    assert row is not None  # noqa: S101  # check has refused it
    awaits = has_factor(connection, row.id)
    token = open_session(connection, row.id, now, now, settings, awaits_factor=awaits)
    return token, session(connection, token, now, awaits_factor=awaits)


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
            people.c.has_role,
        )
    ).one_or_none()
    if row is None:
        raise NotIdentified
    return Session(
        person_of(row), Scope(row.path), row.expires_at, row.proved_at, row.factor_at, awaits_factor,
        must_choose=row.password_until is not None,
    )  # fmt: skip


def check_password(connection: sa.Connection, token: str, password: str, now: datetime) -> Session:
    """Ask the person behind a session for the password again; the session stays as it is.

    Raises:
        NotIdentified: there is no such session, or the password is wrong (counted as at the door).
    """
    found = session(connection, token, now)
    row = connection.execute(sa.select(people).where(people.c.id == found.person.id).with_for_update()).one()
    guessing.check(connection, row, password, now)
    return found


def log_out(connection: sa.Connection, token: str) -> None:
    """End the session; ending one that is not there changes nothing."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash(token)))


def log_out_everywhere(connection: sa.Connection, person_id: str, but: str | None = None) -> int:
    """End the sessions of a person, but one whose token is given; return how many."""
    ended = sessions.delete().where(sessions.c.person_id == person_id)
    if but is not None:
        ended = ended.where(sessions.c.token_hash != token_hash(but))
    return connection.execute(ended).rowcount


def count_open(connection: sa.Connection, person_id: str, now: datetime) -> int:
    """Count the sessions of a person that last."""
    mine = sessions.c.person_id == person_id, sessions.c.expires_at > now, ~sessions.c.awaits_factor
    return connection.execute(sa.select(sa.func.count()).select_from(sessions).where(*mine)).scalar_one()


def forget_ended_sessions(connection: sa.Connection, now: datetime) -> int:
    """Remove the sessions that have ended; return how many."""
    return connection.execute(sessions.delete().where(sessions.c.expires_at <= now)).rowcount


def token_hash(token: str) -> str:
    """Return what is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()
