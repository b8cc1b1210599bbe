"""The sign desk: what waits for this person's signature, signed in one press with the key of their choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import reviewing
from api.auth import Caller, Right
from api.errors import MissingScope, ProofRequired
from api.parts import PartsOf
from api.schemas_documents import DocumentBody
from api.view import document_bodies
from api.web.proving import proof_page, prove_or_ask
from api.web.rendering import page
from api.web.review.agent_policy import signing_page
from api.web.visiting import SentForm, Visitor
from digitize.errors import InvalidInput, NotIdentified
from digitize.lifecycle import Office, State
from storage import registry, shown
from storage.reviewing import drafts

router = APIRouter()

MOST = 200
"""Documents of one press."""

_SEALING = (State.SEAL_ORDERED, State.SEAL_PREPARED, State.SEAL_TIMING)


@dataclass(frozen=True, slots=True)
class SignDesk:
    """What waits for a person's signature."""

    waiting: Sequence[DocumentBody]
    """To be signed with the next press."""
    under_way: Sequence[DocumentBody]
    """Ordered, and not signed yet."""
    refused: Sequence[DocumentBody]
    """Those of the waiting whose last try failed; they say why."""


@router.get("/sign")
def show_sign_desk(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show what waits for the person's signature."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.read() as connection:
        desk = _desk(connection, caller)
    return signing_page(
        request, "review/sign.html", caller=caller, desk=desk, seals=_seals(caller), origin=_origin(request)
    )


@router.post("/sign")
def sign(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Order the clerk's signature on the chosen captures and tell what became of each."""
    documents = sent.all("documents")
    if not documents:
        raise InvalidInput("chưa chọn văn bản nào", remedy="Hãy đánh dấu ít nhất một văn bản trong danh sách.")
    try:
        prove_or_ask(request, parts, caller, sent)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    with parts.storage.database.write() as connection:
        accepted, refused = reviewing.order_captures(connection, parts, caller, documents[:MOST])
        titles = shown.titles(connection, documents, caller.scope)
    return page(request, "review/capture_order.html", caller=caller, accepted=accepted, refused=refused, titles=titles)


def _origin(request: Request) -> str:
    """Return the origin that the agent is told to answer: as the browser names it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _seals(caller: Caller) -> bool:
    return caller.actor.office is Office.OFFICER


def _desk(connection: sa.Connection, caller: Caller) -> SignDesk:
    if _seals(caller):
        waiting = registry.listing(connection, caller.scope, states=(State.CONFIRMED,), limit=MOST)
        under_way = registry.listing(connection, caller.scope, states=_SEALING, limit=MOST)
    elif caller.actor.office is Office.CLERK:
        mine = drafts.checked_by(connection, caller.actor.id, MOST)
        checked = registry.several(connection, [each.document for each in mine], caller.scope)
        waiting = [each for each in checked if each.state is State.TO_CHECK]
        under_way = [each for each in checked if each.state in reviewing.ON_THE_WAY]
    else:
        raise MissingScope("bàn ký dành cho cán bộ số hóa và văn thư")
    bodies = document_bodies(connection, waiting, masked=True)
    return SignDesk(
        bodies, document_bodies(connection, under_way, masked=True), [each for each in bodies if each.problem]
    )
