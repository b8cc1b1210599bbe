"""The public page: choose a file, read one sentence, and the details on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.errors import Problem, problem_of, problem_of_framework
from api.parts import Parts, PartsOf
from api.schemas_verifying import VerificationPath
from api.verifying import Answer, look, sent_file, wait
from api.web.public.report_paper import report_paper
from api.web.rendering import page
from digitize.errors import SohoaError
from digitize.model import Verdict

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Seal:
    """The answer at a glance: colour, shape and words say the same."""

    tone: str
    """Class of the style sheet: good, ended, bad, unclear or none."""
    words: str


_ENDED = Seal("ended", "Chữ ký hợp lệ, nhưng văn bản không còn hiệu lực")
_SEALS = {
    Verdict.VALID: Seal("good", "Hợp lệ"),
    Verdict.INVALID: Seal("bad", "Không hợp lệ"),
    Verdict.INDETERMINATE: Seal("unclear", "Chưa kết luận được"),
    Verdict.UNSIGNED: Seal("none", "Không có chữ ký số"),
}


@router.get("/kiem-tra")
def show_form(request: Request, parts: PartsOf) -> Response:
    """Ask for a file."""
    return _form(request, parts)


@router.post("/kiem-tra")
async def verify(request: Request, parts: PartsOf) -> Response:
    """Take the file and lead to its answer."""
    try:
        entered = await sent_file(request, parts)
    except SohoaError as error:
        return _form(request, parts, problem_of(error))
    except HTTPException as error:
        return _form(request, parts, problem_of_framework(error))
    return RedirectResponse(f"/kiem-tra/{entered.id}", 303)


@router.get("/kiem-tra/{verification_id}")
async def show_answer(
    request: Request,
    verification_id: VerificationPath,
    parts: PartsOf,
    details: Annotated[bool, Query(description="Open every detail at once.")] = False,
) -> Response:
    """Show the answer, or wait for it; the browser asks again by itself."""
    answer = await wait(parts, verification_id)
    fault = answer.verification.fault
    if fault is not None:
        return _form(request, parts, problem_of(fault))
    if answer.verification.report is None:
        return page(request, "public/verify_waiting.html", 202)
    return page(
        request, "public/verify_answer.html", answer=answer, report=answer.verification.report, seal=_seal(answer),
        details=details,
    )  # fmt: skip


@router.get("/kiem-tra/{verification_id}/phieu.pdf")
def fetch_paper(verification_id: VerificationPath, parts: PartsOf) -> Response:
    """Hand the answer out as a PDF to keep."""
    answer = look(parts, verification_id)
    if answer.verification.report is None:
        return RedirectResponse(f"/kiem-tra/{verification_id}", 303)
    named = f'inline; filename="ket-qua-kiem-tra-{answer.verification.sha256[:12]}.pdf"'
    return Response(
        report_paper(parts, answer, _seal(answer).words), media_type="application/pdf",
        headers={"Content-Disposition": named},
    )  # fmt: skip


def _seal(answer: Answer) -> Seal:
    report = answer.verification.report
    verdict = Verdict.INDETERMINATE if report is None else report.verdict
    return _ENDED if verdict is Verdict.VALID and not answer.stands else _SEALS[verdict]


def _form(request: Request, parts: Parts, problem: Problem | None = None) -> Response:
    status, headers = (200, {}) if problem is None else (problem.status, problem.headers)
    answer = page(
        request, "public/verify.html", status, problem=problem, limit_mb=parts.settings.verify_max_bytes // 1024**2
    )
    answer.headers.update(headers)
    return answer
