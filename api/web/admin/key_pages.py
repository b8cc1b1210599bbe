"""Signing keys: what the sealing worker told of each, and the switch that keeps a certificate from signing.

No process at the door opens a key. What stands here is what worker-seal found when it last used or tried one.
"""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import list_cursors
from api.auth import Caller
from api.errors import status_of
from api.parts import Parts, PartsOf
from api.schemas_counting import CursorQuery
from api.web.admin import history
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form, faults_of
from api.web.admin.unit_pages import WordQuery
from api.web.visiting import SentForm
from digitize.errors import NotFound, SohoaError
from storage import signing_keys
from storage.administration import keys as administration
from storage.changes import Deed, Kind
from storage.registry import Scope
from storage.signing_keys import Place, SigningKey, Where

router = APIRouter(prefix="/admin/keys")

PAGE_LENGTH = 50
_STEPS = {"bar": administration.bar, "allowance": administration.allow}


@router.get("")
def show_keys(
    request: Request, caller: Administrator, parts: PartsOf, q: WordQuery = "", cursor: CursorQuery = None
) -> Response:
    """Show the keys of the caller's units and of the people in them."""
    after = None if cursor is None else Place(*list_cursors.from_word(cursor, 3))
    with parts.storage.database.read() as connection:
        found = signing_keys.search(connection, caller.scope, named=q, after=after, limit=PAGE_LENGTH)
    last = found.following
    following = None if last is None else list_cursors.to_word(last.unit_code, last.holder, last.place)
    return admin_page(
        request, caller, "keys.html", keys=found.keys, q=q, now=parts.now(), at_start=cursor is None,
        following=following,
    )  # fmt: skip


@router.get("/{key_id}")
def show_key(
    key_id: str, request: Request, caller: Administrator, parts: PartsOf, cursor: CursorQuery = None
) -> Response:
    """Show one key, who may have it used, and how it is replaced."""
    return _page(request, parts, caller, key_id, cursor=cursor)


@router.post("/{key_id}/{step}")
def take_step(
    key_id: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Bar a key's certificate, or allow it again."""
    take = _STEPS.get(step)
    if take is None:
        raise NotFound("bước này")

    def change(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        form.text("reason", "Hãy ghi lý do.", 500)
        form.settle()
        take(connection, _find(connection, key_id, caller.scope), deed)
        return RedirectResponse(f"/admin/keys/{key_id}", 303)

    def refused(error: SohoaError) -> Response:
        return _page(
            request, parts, caller, key_id, status_of(type(error)), failed=step, faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _page(
    request: Request,
    parts: Parts,
    caller: Caller,
    key_id: str,
    status: int = 200,
    *,
    cursor: str | None = None,
    **refused: object,
) -> Response:
    with parts.storage.database.read() as connection:
        key = _find(connection, key_id, caller.scope)
        users = signing_keys.users(connection, key)
        past = history.of_subject(connection, Kind.KEY, key_id, caller.scope, cursor)
    return admin_page(
        request, caller, "key.html", status, key=key, key_id=key_id, users=users, history=past, now=parts.now(),
        **refused,
    )  # fmt: skip


def _find(connection: sa.Connection, key_id: str, scope: Scope) -> SigningKey:
    place, _, holder = key_id.partition(":")
    if place not in list(Where):
        raise NotFound("khóa ký này")
    return signing_keys.find(connection, holder, Where(place), scope)
