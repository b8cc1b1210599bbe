"""A visit is opened: who asks, which originals, what it costs; the form works with and without scripts."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import once, visits
from api.auth import Caller, Right
from api.errors import status_of
from api.parts import Parts, PartsOf
from api.web.certify.order_form import Draft, draft_of, empty_row, fees_of, order_of
from api.web.certify.showing import certify_page
from api.web.visiting import Sent, SentForm, Visitor
from digitize.attest.rules import certification_rules, in_force, the_one
from digitize.attest.visit import Act
from digitize.errors import InvalidInput, SohoaError
from digitize.targets import VIETNAM_TIME
from storage import authorities
from storage.idempotency import Stored

router = APIRouter(prefix="/certifications")


@router.get("/new")
def show_form(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show the empty form."""
    caller.need(Right.ISSUE_COPIES)
    return _form(request, caller, parts, Draft(originals=(empty_row(),)))


@router.post("/new")
def change_form(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Open the visit, or show the form with a row more, a row less, or the fees of what was typed."""
    caller.need(Right.ISSUE_COPIES)
    draft, wanted = draft_of(sent), sent.get("do")
    if wanted == "add":
        return _form(request, caller, parts, draft.with_row())
    if wanted.startswith("drop-"):
        return _form(request, caller, parts, draft.without_row(_at(wanted)))
    if wanted != "open":
        return _form(request, caller, parts, draft)
    try:
        return _open(request, sent, caller, parts, draft)
    except SohoaError as error:
        if error.retryable:
            raise
        return _form(request, caller, parts, draft, error.message, status_of(type(error)))


def _open(request: Request, sent: Sent, caller: Caller, parts: Parts, draft: Draft) -> Response:
    order = order_of(draft)
    key = sent.get("key") or None
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, order.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            visit = visits.open_visit(connection, parts, caller, order)
            return Stored(303, {"Location": f"/certifications/{visit.id}"}, "")

        return once.answer(connection, asked, parts.now(), act)


def _form(
    request: Request, caller: Caller, parts: Parts, draft: Draft, message: str = "", status: int = 200
) -> Response:
    today = parts.now().astimezone(VIETNAM_TIME).date()
    rules = certification_rules()
    with parts.storage.database.read() as connection:
        unit = caller.session.person.unit_id if caller.session else ""
        able = authorities.holders(connection, Act.CERTIFY_COPY, unit, parts.now())
    procedures = tuple(each for each in rules.procedure if each.act is Act.CERTIFY_COPY)
    return certify_page(
        request, parts, caller, "opening.html", status, draft=draft, fees=fees_of(draft, today), able=able,
        procedure=the_one(procedures, today, "thủ tục chứng thực"),
        tariff=the_one(rules.fee, today, "phí chứng thực bản sao"), exempt=in_force(rules.exempt_foreign, today),
        message=message, key=secrets.token_urlsafe(16), most_rows=100,
    )  # fmt: skip


def _at(word: str) -> int:
    digits = word.removeprefix("drop-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 4):
        raise InvalidInput("không rõ bỏ dòng nào")
    return int(digits)
