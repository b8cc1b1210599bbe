"""The public page of a copy: its status by the code in the QR, more with a fact from the paper; and its download."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from api.copy_files import CopyFileName, download
from api.errors import Problem, problem_of
from api.looking_up import copy_behind, full_view_of, status_of
from api.parts import PartsOf
from api.web.public.verify_page import Seal
from api.web.rendering import page
from digitize.attest.codes import parse_verification_code
from digitize.attest.lifecycle import CopyState
from digitize.errors import InvalidInput, NotFound, TooOften, WrongFact
from storage.lookup import CopyStatus, FullView

router = APIRouter()

Code = Annotated[str, Path(max_length=40)]

_SEALS = {
    CopyState.ISSUED: Seal("good", "Còn giá trị"),
    CopyState.CANCELLED: Seal("bad", "Đã hủy bỏ giá trị"),
    CopyState.VOID: Seal("bad", "Không có giá trị: số đã bỏ"),
}
_LONGEST_FACT = 200


@router.get("/k")
def show_form(request: Request, code: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Ask for the code; who typed one is led to its page."""
    if not code.strip():
        return page(request, "public/copy_code.html", problem=None, code="")
    try:
        parsed = parse_verification_code(code)
    except InvalidInput as error:
        return page(request, "public/copy_code.html", 422, problem=problem_of(error), code=code)
    return RedirectResponse(f"/k/{parsed.text}", 303)


@router.get("/k/{code}")
def show_status(code: Code, request: Request, parts: PartsOf) -> Response:
    """Show whether the copy stands, to anybody."""
    try:
        return _status_page(request, status_of(request, parts, code), code)
    except (InvalidInput, NotFound, TooOften) as error:
        problem = problem_of(error)
        answer = page(request, "public/copy_code.html", problem.status, problem=problem, code=code)
        answer.headers.update(problem.headers)
        return answer


@router.post("/k/{code}")
async def show_full_view(code: Code, request: Request, parts: PartsOf) -> Response:
    """Show more to who knows what stands on the paper."""
    async with request.form(max_files=0, max_fields=3) as form:
        fact = str(form.get("fact", ""))[:_LONGEST_FACT]
    return await run_in_threadpool(_full_page, code, fact, request, parts)


def _full_page(code: str, fact: str, request: Request, parts: PartsOf) -> Response:
    try:
        view = full_view_of(request, parts, code, fact)
    except WrongFact as error:
        status = status_of(request, parts, code)
        return _status_page(request, status, code, problem=problem_of(error))
    return _status_page(request, view.status, code, view=view)


@router.get("/tai/{secret}", response_class=StreamingResponse)
def fetch(secret: Annotated[str, Path(max_length=100)], request: Request, parts: PartsOf) -> StreamingResponse:
    """Hand the copy out to who has its link."""
    copy = copy_behind(request, parts, secret)
    if copy.sealed_key is None:
        raise NotFound("tệp này của bản sao")
    return download(parts.storage.objects, copy.id, CopyFileName.SEALED, copy.sealed_key)


def _status_page(
    request: Request,
    status: CopyStatus,
    code: str,
    *,
    view: FullView | None = None,
    problem: Problem | None = None,
) -> Response:
    return page(
        request, "public/copy_status.html", 403 if problem else 200, status=status, seal=_SEALS[status.state],
        view=view, code=parse_verification_code(code), problem=problem,
    )  # fmt: skip
