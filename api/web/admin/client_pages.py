"""Systems that call the API: the list, one system with its limits, its last use and its history."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import list_cursors
from api.auth import Caller, Right
from api.parts import Parts, PartsOf
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page
from api.web.admin.people_pages import WordQuery
from digitize.tally import day_of
from storage import systems
from storage.changes import Kind
from storage.systems import System

router = APIRouter(prefix="/admin/clients")

PAGE_LENGTH = 50


@router.get("")
def show_clients(
    request: Request, caller: Administrator, parts: PartsOf, q: WordQuery = "", cursor: CursorQuery = None
) -> Response:
    """Show the systems of the caller's units."""
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    with parts.storage.database.read() as connection:
        found, more = systems.listing(connection, caller.scope, text=q, after=after, limit=PAGE_LENGTH)
    return admin_page(
        request, caller, "clients.html", systems=found, q=q, at_start=cursor is None,
        following=list_cursors.to_word(found[-1].client.id) if more else None,
        per_minute=parts.settings.client_per_minute,
    )  # fmt: skip


@router.get("/new")
def ask_new(request: Request, caller: Administrator, parts: PartsOf) -> Response:
    """Show the form for another system."""
    return new_page(request, parts, caller)


@router.get("/{client_id}")
def show_client(
    client_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show one system."""
    return client_page(request, parts, caller, client_id, cursor=cursor)


def new_page(request: Request, parts: Parts, caller: Caller, status: int = 200, **more: object) -> Response:
    """Render the form for another system; ``more`` holds a refused form."""
    return admin_page(
        request, caller, "client_new.html", status, rights=list(Right), per_minute=parts.settings.client_per_minute,
        **more,
    )  # fmt: skip


def client_page(
    request: Request,
    parts: Parts,
    caller: Caller,
    client_id: str,
    status: int = 200,
    *,
    cursor: str | None = None,
    **more: object,
) -> Response:
    """Render one system's page.

    Args:
        request: whose answer it is.
        parts: the service.
        caller: the administrator.
        client_id: of their scope.
        status: HTTP status.
        cursor: of the page of the history.
        more: a refused form.
    """
    with parts.storage.database.read() as connection:
        system = systems.find(connection, client_id, caller.scope)
        used = systems.used(connection, client_id, day_of(parts.now()))
        past = history.of_subject(connection, Kind.CLIENT, client_id, caller.scope, cursor)
    return admin_page(
        request, caller, "client.html", status, system=system, used=used, history=past,
        per_minute=parts.settings.client_per_minute, **more,
    )  # fmt: skip


def system_of(parts: Parts, caller: Caller, client_id: str) -> System:
    """Return a system of the caller's scope.

    Raises:
        NotFound: there is none, or it lies outside.
    """
    with parts.storage.database.read() as connection:
        return systems.find(connection, client_id, caller.scope)
