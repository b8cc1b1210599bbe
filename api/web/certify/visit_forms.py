"""The forms about a visit as a whole: one original more, the fee, the deadline put off, the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import visits
from api.answers import answer_with
from api.auth import Caller, Right
from api.errors import problem_of, status_of
from api.parts import Parts, PartsOf
from api.schemas_copies import CertificationPath, ExtensionSent, PaymentSent
from api.schemas_documents import ReasonSent
from api.web.certify.order_form import ORIGINAL_FIELDS, original_of
from api.web.certify.visit_page import Told, visit_answer
from api.web.form_bodies import checked
from api.web.visiting import Sent, SentForm, Visitor
from digitize.errors import NotFound, SohoaError
from storage import certifications

router = APIRouter(prefix="/certifications")


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who changes a visit, in which transaction."""

    connection: sa.Connection
    parts: Parts
    caller: Caller
    visit: str
    """Its id; it lies in the caller's units."""


def _add(desk: _Desk, sent: Sent) -> None:
    row = {name: sent.get(name).strip() for name in ORIGINAL_FIELDS}
    original = visits.original_of(original_of(row))
    certifications.add_original(
        desk.connection, desk.visit, original, desk.caller.actor, desk.parts.now(), desk.caller.scope
    )


def _pay(desk: _Desk, sent: Sent) -> None:
    body = {"amount_vnd": sent.get("amount_vnd").replace(".", "").strip(), "receipt_number": sent.get("receipt_number")}
    paid = checked(PaymentSent, body)
    certifications.pay(
        desk.connection, desk.visit, paid.amount_vnd, paid.receipt_number.strip(), desk.caller.actor, desk.parts.now(),
        desk.caller.scope,
    )  # fmt: skip


def _extend(desk: _Desk, sent: Sent) -> None:
    agreed = bool(sent.get("agreed_in_writing"))
    body = {"working_days": sent.get("working_days"), "reason": sent.get("reason"), "agreed_in_writing": agreed}
    asked = checked(ExtensionSent, body)
    certifications.extend(
        desk.connection, desk.visit, asked.working_days, asked.reason, agreed_in_writing=asked.agreed_in_writing,
        scope=desk.caller.scope,
    )  # fmt: skip


def _close(desk: _Desk, _: Sent) -> None:
    certifications.close_visit(desk.connection, desk.visit, desk.parts.now(), desk.caller.scope)


def _abandon(desk: _Desk, sent: Sent) -> None:
    reason = checked(ReasonSent, {"reason": sent.get("reason")}).reason
    visit = certifications.find_visit(desk.connection, desk.visit, desk.caller.scope)
    actor = visits.giving_up(desk.caller, visit)
    certifications.abandon_visit(desk.connection, desk.visit, reason, actor, desk.parts.now(), desk.caller.scope)


_CHANGES: Mapping[str, Callable[[_Desk, Sent], None]] = {
    "originals": _add,
    "fee-payments": _pay,
    "extension": _extend,
    "closure": _close,
    "abandonment": _abandon,
}
"""What each form does, under the name of its route in the API."""


@router.post("/{certification_id}/{change}")
def change_visit(
    certification_id: CertificationPath,
    change: str,
    request: Request,
    sent: SentForm,
    caller: Visitor,
    parts: PartsOf,
) -> Response:
    """Change a visit; when it is refused, show the screen again with the reason."""
    caller.need(Right.ISSUE_COPIES)
    act = _CHANGES.get(change)
    if act is None:
        raise NotFound("bước này")
    copy = sent.get("copy")
    try:
        with parts.storage.database.write() as connection:
            certifications.find_visit(connection, certification_id, caller.scope)
            act(_Desk(connection, parts, caller, certification_id), sent)
    except SohoaError as error:
        if isinstance(error, NotFound) or error.retryable:
            return answer_with(request, problem_of(error))
        told = Told(error.message, status_of(type(error)))
        return visit_answer(request, parts, caller, certification_id, copy, told)
    return RedirectResponse(f"/certifications/{certification_id}" + (f"?copy={copy}" if copy.isalnum() else ""), 303)
