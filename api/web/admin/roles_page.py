"""Roles: who has which one where, and what each may do, read from the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import list_cursors
from api.auth import OFFICE_RIGHTS, Right
from api.parts import PartsOf
from api.schemas_counting import CursorQuery
from api.web.admin.desk import Administrator, admin_page
from api.web.admin.people_pages import ROLES, WordQuery, word_of
from api.words import EVENT_NAMES
from digitize.lifecycle import EVENTS, Office
from digitize.tally import day_of
from storage import roles

router = APIRouter(prefix="/admin/roles")

PAGE_LENGTH = 50


@router.get("")
def show_roles(
    request: Request, caller: Administrator, parts: PartsOf, role: WordQuery = "", cursor: CursorQuery = None
) -> Response:
    """Show who has which role at which unit, and what the roles may do."""
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    today = day_of(parts.now())
    with parts.storage.database.read() as connection:
        held, more = roles.holders(
            connection, caller.scope, today, office=word_of(Office, role), after=after, limit=PAGE_LENGTH
        )
        counts = roles.counts(connection, caller.scope)
    return admin_page(
        request, caller, "roles.html", held=held, counts=counts, role=role, roles=ROLES, today=today,
        rights=rights_table(), steps=steps_table(),
        following=list_cursors.to_word(held[-1].id) if more else None, at_start=cursor is None,
    )  # fmt: skip


def rights_table() -> Sequence[tuple[str, Mapping[Office, bool]]]:
    """Return each right, and whether a role has it: the very table that the door asks."""
    return [(right.value, {role: right in OFFICE_RIGHTS[role] for role in ROLES}) for right in Right]


def steps_table() -> Sequence[tuple[str, Mapping[Office, bool]]]:
    """Return each step of a document that a person takes, and who may: the rules of the lifecycle itself."""
    return [
        (EVENT_NAMES[name], {role: role in event.offices for role in ROLES})
        for name, event in EVENTS.items()
        if event.offices & set(ROLES)
    ]
