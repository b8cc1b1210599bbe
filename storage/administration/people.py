"""Changes of people by administrators, and how they are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.errors import InvalidInput
from digitize.tally import day_of
from storage import changes, logins, oidc_logins, passwords, people, roles, second_factor, staff
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.people import Person
from storage.registry import EVERYTHING
from storage.roles import Role
from storage.shown import unit_codes

FIRST_PASSWORD_LIVES = timedelta(days=7)
"""How long a password that an administrator gave opens the door."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A person who was entered, or was given another password."""

    person: Person
    password: str
    """Shown this once, to be replaced at the first login."""


def enter(
    connection: sa.Connection, username: str, full_name: str, role: Role, deed: Deed, chosen: str | None = None
) -> Entered:
    """Enter a person with a role.

    Args:
        connection: a writing transaction.
        username: nobody else's.
        full_name: as it stands on a signature.
        role: what they are, where and when.
        deed: who, when, why.
        chosen: the password that the person chose; None: one is made, for the first login only.

    Raises:
        InvalidInput: username, name, password or role cannot be used.
        NotFound: there is no such unit.
        Conflict: the username is taken.
    """
    today = day_of(deed.at)
    first = roles.appointed((), role, today)
    password = chosen or passwords.made()
    person = people.add_person(
        connection, username=username, full_name=full_name, office=role.office, unit_id=role.unit_id,
        password=password, password_until=None if chosen else deed.at + FIRST_PASSWORD_LIVES, has_role=False,
    )  # fmt: skip
    roles.write(connection, person.id, first, today)
    changes.record(connection, _subject(person), "entered", None, state(connection, person.id), deed)
    return Entered(person, password)


def rename(connection: sa.Connection, person: Person, full_name: str, deed: Deed) -> None:
    """Let a person bear another name; what they signed keeps the old one.

    Raises:
        InvalidInput: the name is empty.
    """
    people.rename(connection, person.id, full_name)
    _record(connection, person, "renamed", {"full_name": person.full_name}, {"full_name": full_name.strip()}, deed)


def appoint(connection: sa.Connection, person: Person, role: Role, deed: Deed) -> None:
    """Give a person a role from a day on; the one before it ends the day before.

    Raises:
        InvalidInput: the role cannot begin or end so, or it is the administrator's own.
        Conflict: the person has another role within its time.
    """
    _need_somebody_else(person, deed, "đổi vai trò")
    today = day_of(deed.at)
    present = roles.roles_of(connection, person.id)
    _write_roles(connection, person, "appointed", roles.appointed(present, role, today), deed)


def end_role(connection: sa.Connection, person: Person, until: date, deed: Deed) -> None:
    """Let a person have no role after a day, until they are given another one.

    Raises:
        InvalidInput: the day lies in the past, no role holds on it, or it is the administrator's own.
    """
    _need_somebody_else(person, deed, "bỏ vai trò")
    present = roles.roles_of(connection, person.id)
    _write_roles(connection, person, "appointment_removed", roles.ended(present, until, day_of(deed.at)), deed)


def lock(connection: sa.Connection, person: Person, deed: Deed) -> None:
    """Let a person in no more, and end their sessions.

    Raises:
        InvalidInput: administrators do not lock themselves out.
    """
    _need_somebody_else(person, deed, "khóa tài khoản")
    people.deactivate(connection, person.id)
    _record(connection, person, "locked", {"active": True}, {"active": False}, deed)


def unlock(connection: sa.Connection, person: Person, deed: Deed) -> None:
    """Let a person in again."""
    people.reactivate(connection, person.id)
    _record(connection, person, "unlocked", {"active": False}, {"active": True}, deed)


def give_password(connection: sa.Connection, person: Person, deed: Deed) -> Entered:
    """Give a person a password that is shown once and must be replaced; their sessions end.

    Raises:
        InvalidInput: administrators change their own password at their own page.
    """
    _need_somebody_else(person, deed, "cấp mật khẩu")
    until = deed.at + FIRST_PASSWORD_LIVES
    password = people.give_password(connection, person.id, until)
    _record(connection, person, "password_given", {}, {"password_until": day_of(until)}, deed)
    return Entered(person, password)


def reset_factor(connection: sa.Connection, person: Person, deed: Deed) -> None:
    """Take all second factors of a person away who lost them, and end their sessions.

    Raises:
        InvalidInput: administrators do not take their own away here.
    """
    _need_somebody_else(person, deed, "gỡ lớp xác thực thứ hai")
    held = len(second_factor.factors_of(connection, person.id))
    second_factor.reset(connection, person.id)
    _record(connection, person, "factor_reset", {"factors": held}, {"factors": 0}, deed)


def link(connection: sa.Connection, username: str, subject: str | None, deed: Deed) -> None:
    """Link a person to the identity provider's name for them, or take the link away; that name is not written down.

    Raises:
        InvalidInput: the name is empty or too long.
        NotFound: there is no such person.
        Conflict: somebody else is linked to it.
    """
    oidc_logins.link(connection, username, subject)
    person = people.find_person(connection, staff.id_of(connection, username, EVERYTHING) or "")
    _record(connection, person, "linked", {}, {"linked": subject is not None}, deed)


def end_sessions(connection: sa.Connection, person: Person, deed: Deed) -> int:
    """End all sessions of a person; return how many there were."""
    ended = logins.log_out_everywhere(connection, person.id)
    _record(connection, person, "sessions_ended", {}, {"sessions": ended}, deed)
    return ended


def state(connection: sa.Connection, person_id: str) -> State | None:
    """Return what is so of a person; None: there is none."""
    person = people.find_person(connection, person_id)
    return {
        "username": person.username, "full_name": person.full_name, "active": person.active,
        "roles": _told(connection, roles.roles_of(connection, person_id)),
    }  # fmt: skip


def _need_somebody_else(person: Person, deed: Deed, what: str) -> None:
    if deed.actor == person.id:
        raise InvalidInput(f"không thể tự {what} của chính mình", remedy="Hãy nhờ người quản trị khác.")


def _write_roles(connection: sa.Connection, person: Person, name: str, new: Sequence[Role], deed: Deed) -> None:
    before = _told(connection, roles.roles_of(connection, person.id))
    roles.write(connection, person.id, new, day_of(deed.at))
    after = _told(connection, new)
    if after != before:
        _record(connection, person, name, {"roles": before}, {"roles": after}, deed)


def _told(connection: sa.Connection, kept: Sequence[Role]) -> list[dict[str, Any]]:
    codes = unit_codes(connection, (role.unit_id for role in kept))
    return [
        {
            "office": role.office.value, "unit": codes[role.unit_id], "since": msgspec.to_builtins(role.since),
            "until": msgspec.to_builtins(role.until), "unit_id": role.unit_id,
        }
        for role in kept
    ]  # fmt: skip


def _record(
    connection: sa.Connection, person: Person, name: str, before: State, after: State, deed: Deed
) -> None:  # fmt: skip
    changes.record(connection, _subject(people.find_person(connection, person.id)), name, before, after, deed)


def _subject(person: Person) -> Subject:
    return Subject(Kind.PERSON, person.id, f"{person.full_name} ({person.username})", person.unit_id)


def _lock_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    lock(connection, people.find_person(connection, change.subject.id), deed)


def _unlock_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    unlock(connection, people.find_person(connection, change.subject.id), deed)


def _name_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    rename(connection, people.find_person(connection, change.subject.id), (change.before or {})["full_name"], deed)


def _roles_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    person = people.find_person(connection, change.subject.id)
    _need_somebody_else(person, deed, "đổi vai trò")
    before = [
        msgspec.convert({name: value for name, value in told.items() if name != "unit"}, Role)
        for told in (change.before or {})["roles"]
    ]
    changes.need_within(connection, {role.unit_id for role in before}, deed)
    _write_roles(connection, person, "appointed", before, deed)


REVERSALS: Reversals = {
    (Kind.PERSON, "renamed"): Reversal(state, _name_again),
    (Kind.PERSON, "appointed"): Reversal(state, _roles_again),
    (Kind.PERSON, "appointment_removed"): Reversal(state, _roles_again),
    (Kind.PERSON, "locked"): Reversal(state, _unlock_again),
    (Kind.PERSON, "unlocked"): Reversal(state, _lock_again),
}
