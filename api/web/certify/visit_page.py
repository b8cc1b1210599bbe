"""The one screen of a visit, from the waiting citizen to the copy that is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Caller, Right
from api.parts import Parts, PartsOf
from api.schemas_copies import CertificationPath
from api.web.certify.handing_over import Handout
from api.web.certify.showing import certify_page
from api.web.certify.visit_view import look
from api.web.visiting import Visitor
from digitize.attest.rules import certification_rules, in_force
from digitize.targets import VIETNAM_TIME
from storage import certifications

router = APIRouter(prefix="/certifications")


@dataclass(frozen=True, slots=True)
class Told:
    """What the screen says beside the visit itself."""

    message: str = ""
    """Why the last step was refused; empty: it was not."""
    status: int = 200
    handout: Handout | None = None
    """A link that was just made; it is shown this once."""


@router.get("/{certification_id}")
def show_visit(
    certification_id: CertificationPath,
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    copy: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show a visit of the caller's units with one of its originals in hand."""
    return visit_answer(request, parts, caller, certification_id, copy)


def visit_answer(
    request: Request,
    parts: Parts,
    caller: Caller,
    certification_id: str,
    copy: str,
    told: Told = Told(),  # frozen
) -> Response:
    """Render the screen.

    Raises:
        MissingScope: the caller does not read copies.
        NotFound: there is no such visit in the caller's units.
    """
    caller.need(Right.READ_COPIES)
    now = parts.now()
    with parts.storage.database.read() as connection:
        visit = certifications.find_visit(connection, certification_id, caller.scope)
        view = look(connection, parts.storage.objects, caller, visit, copy, now)
    today = now.astimezone(VIETNAM_TIME)
    rules = certification_rules()
    return certify_page(
        request, parts, caller, "visit.html", told.status, view=view, visit=view.visit, hand=view.chosen,
        copy=view.chosen.body, message=told.message, handout=told.handout, now=now, today=today,
        grounds=in_force(rules.refusal, today.date()), exempt=in_force(rules.exempt_foreign, today.date()),
        pages_address=parts.settings.pages,
    )  # fmt: skip
