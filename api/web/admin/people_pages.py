"""People: the list by unit, role and state, and one person with their roles, factors, sessions and history."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import list_cursors
from api.auth import Caller
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page
from api.words import OFFICE_NAMES
from digitize.errors import NotFound
from digitize.lifecycle import Office
from digitize.tally import day_of
from storage import logins, roles, second_factor, shown, staff
from storage.administration.people import FIRST_PASSWORD_LIVES
from storage.changes import Kind
from storage.staff import Asked, Member, Standing

router = APIRouter(prefix="/admin/people")

PAGE_LENGTH = 50
ROLES = (Office.CLERK, Office.OFFICER, Office.SUPERVISOR, Office.ADMINISTRATOR)
"""What a person can be, in the order in which the lists offer it."""

WordQuery = Annotated[str, Query(max_length=200, pattern=PRINTABLE)]
Word = TypeVar("Word", bound=StrEnum)


@router.get("")
def show_people(
    request: Request,
    caller: Administrator,
    parts: PartsOf,
    q: WordQuery = "",
    unit: WordQuery = "",
    role: WordQuery = "",
    state: WordQuery = "",
    cursor: CursorQuery = None,
) -> Response:
    """Show the people of the caller's units."""
    asked = Asked(q, unit.strip() or None, word_of(Office, role), word_of(Standing, state))
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    with parts.storage.database.read() as connection:
        found, more = staff.listing(connection, asked, caller.scope, after=after, limit=PAGE_LENGTH)
    return admin_page(
        request, caller, "people.html", people=found, q=q, unit=unit, role=role, state=state, roles=ROLES,
        following=list_cursors.to_word(found[-1].person.id) if more else None, at_start=cursor is None,
    )  # fmt: skip


@router.get("/new")
def ask_new(request: Request, caller: Administrator, parts: PartsOf, unit: WordQuery = "") -> Response:
    """Show the form for another person."""
    return new_page(request, parts, caller, unit=unit)


@router.get("/{person_id}")
def show_person(
    person_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show one person."""
    return person_page(request, parts, caller, member_of(parts, caller, person_id), cursor=cursor)


def new_page(request: Request, parts: Parts, caller: Caller, status: int = 200, **more: object) -> Response:
    """Render the form for another person; ``more`` holds a refused form."""
    shown_values = {"unit": ""} | more
    return admin_page(
        request, caller, "person_new.html", status, role_options=role_options(), today=day_of(parts.now()),
        days=FIRST_PASSWORD_LIVES.days, **shown_values,
    )  # fmt: skip


def person_page(
    request: Request,
    parts: Parts,
    caller: Caller,
    member: Member,
    status: int = 200,
    *,
    cursor: str | None = None,
    **more: object,
) -> Response:
    """Render one person's page.

    Args:
        request: whose answer it is.
        parts: the service.
        caller: the administrator.
        member: of their scope.
        status: HTTP status.
        cursor: of the page of the history.
        more: a refused form.
    """
    person, now = member.person, parts.now()
    with parts.storage.database.read() as connection:
        held = roles.roles_of(connection, person.id)
        codes = shown.unit_codes(connection, (role.unit_id for role in held))
        factors = second_factor.factors_of(connection, person.id)
        open_sessions = logins.count_open(connection, person.id, now)
        past = history.of_subject(connection, Kind.PERSON, person.id, caller.scope, cursor)
    return admin_page(
        request, caller, "person.html", status, member=member, person=person, held=held, codes=codes, factors=factors,
        sessions=open_sessions, history=past, today=day_of(now), role_options=role_options(),
        own=person.id == caller.actor.id, **more,
    )  # fmt: skip


def member_of(parts: Parts, caller: Caller, person_id: str) -> Member:
    """Return a person of the caller's scope.

    Raises:
        NotFound: there is none, or they are outside it.
    """
    with parts.storage.database.read() as connection:
        found = staff.find(connection, person_id, caller.scope)
    if found is None:
        raise NotFound("người dùng")
    return found


def word_of(kind: type[Word], word: str) -> Word | None:
    """Read a word of an address; None when it is empty.

    Raises:
        NotFound: there is no such word.
    """
    if not word:
        return None
    try:
        return kind(word)
    except ValueError as error:
        raise NotFound("danh sách này") from error


def role_options() -> list[tuple[str, str]]:
    """Return the roles to choose from, with their Vietnamese names."""
    return [(role.value, OFFICE_NAMES[role.value]) for role in ROLES]
