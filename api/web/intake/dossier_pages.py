"""Handing a scan in by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller, Right
from api.errors import Problem, problem_of
from api.intake import Arrival, keep, need_dossier, receive
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE
from api.web.rendering import page
from api.web.visiting import Visitor, ordinal_of
from digitize.errors import SohoaError
from storage import shown

router = APIRouter()


@router.get("/upload")
def show_form(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Ask for a dossier and a file."""
    caller.need(Right.WRITE_RESULTS)
    return _form(request, parts, caller)


@router.post("/upload")
def upload(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    file: Annotated[UploadFile, File()],
    dossier: Annotated[str, Form(max_length=64, pattern=PRINTABLE)],
    ordinal: Annotated[str, Form(max_length=3)] = "",
    reason: Annotated[str, Form(max_length=500, pattern=PRINTABLE)] = "",
) -> Response:
    """Receive the scan and lead to its document."""
    caller.need(Right.WRITE_RESULTS)
    code = dossier.strip()
    try:
        wanted = ordinal_of(ordinal)
        need_dossier(parts, caller, code)
        scan = keep(parts, file)
        with parts.storage.database.write() as connection:
            document = receive(connection, parts, caller, Arrival(code, wanted, scan, reason))
    except SohoaError as error:
        return _form(request, parts, caller, problem_of(error), code)
    return RedirectResponse(f"/documents/{document.id}", 303)


def _form(
    request: Request, parts: Parts, caller: Caller, problem: Problem | None = None, dossier: str = ""
) -> Response:
    with parts.storage.database.read() as connection:
        codes = shown.dossier_codes(connection, caller.scope)
    status = 200 if problem is None else problem.status
    return page(request, "intake/upload.html", status, caller=caller, codes=codes, problem=problem, dossier=dossier)
