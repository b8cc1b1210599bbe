"""The letter of apology for one late dossier: written, looked at, and recorded as sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.answers import answer_with
from api.auth import Caller, Right
from api.errors import problem_of, status_of
from api.letters import apology_for, note_apology
from api.masking import masked_name
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.schemas_reports import ApologySent
from api.web.form_bodies import checked, moment
from api.web.language import Told
from api.web.rendering import page
from api.web.visiting import Sent, SentForm, Visitor, iso_day
from digitize.errors import NotFound, SohoaError
from digitize.tally import day_of
from storage import apologies
from storage.apologies import SENT_HOW_NAMES, Lateness

router = APIRouter()

_FIELDS = ("reason", "new_day", "signer", "title", "number", "sent_on", "sent_how")
_NAMES: Mapping[str, str] = {
    "reason": "lý do trễ hẹn", "new_day": "ngày hẹn lại", "signer": "người ký", "title": "chức danh người ký",
    "number": "số, ký hiệu", "sent_on": "ngày gửi", "sent_how": "cách gửi",
}  # fmt: skip
"""Names of the fields as the form shows them."""


@router.get("/board/late/letter")
def show_letter(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    code: Annotated[str, Query(max_length=100, pattern=PRINTABLE)],
) -> Response:
    """Show the form of the letter for a late dossier."""
    return _form(request, parts, caller, code, {"sent_on": day_of(parts.now()).strftime("%d/%m/%Y")})


@router.post("/board/late/letter")
def write_letter(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Show the letter as it will be printed, or record that it was sent."""
    caller.need(Right.WRITE_DOSSIERS)
    code = sent.get("code")
    try:
        letter = checked(ApologySent, _body(sent), _NAMES)
        typeset = apology_for(parts, caller, code, letter)
        if sent.get("do") != "record":
            return Response(typeset, media_type="application/pdf")
        key = parts.storage.objects.put(typeset)
        with parts.storage.database.write() as connection:
            note_apology(connection, caller, code, letter, key, parts.now())
    except SohoaError as error:
        if isinstance(error, NotFound) or error.retryable:
            return answer_with(request, problem_of(error))
        typed = {name: sent.get(name) for name in _FIELDS}
        return _form(request, parts, caller, code, typed, error)
    which = Lateness.ENDED if sent.get("ended") else Lateness.OPEN
    return RedirectResponse(f"/board/late?which={which.value}", 303)


def _body(sent: Sent) -> dict[str, object]:
    typed = {name: sent.get(name).strip() for name in _FIELDS}
    body: dict[str, object] = {name: value for name, value in typed.items() if value}
    body["sent_on"] = iso_day(typed["sent_on"])
    body["new_day"] = moment(typed["new_day"], _NAMES["new_day"])
    return body


def _form(
    request: Request,
    parts: Parts,
    caller: Caller,
    code: str,
    typed: Mapping[str, str],
    error: SohoaError | None = None,
) -> Response:
    caller.need(Right.WRITE_DOSSIERS)
    with parts.storage.database.read() as connection:
        dossier, told = apologies.need_late(connection, code, caller.scope, parts.now())
    shown = {name: typed.get(name, "") for name in _FIELDS}
    return page(
        request, "boards/apology.html", 200 if error is None else status_of(type(error)), caller=caller, late=told,
        holder=masked_name(dossier.holder_name or ""), typed=shown, ways=Told(SENT_HOW_NAMES),
        message=error.message if error else "",
    )  # fmt: skip
