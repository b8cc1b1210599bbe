"""Problems as answers: problem+json for programs, a page for people; and how both are documented."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.errors import (
    PROBLEM_JSON,
    PasswordNotChosen,
    Problem,
    problem_of,
    problem_of_framework,
    problem_of_validation,
)
from api.schemas import ProblemBody
from api.security_headers import PROGRAM_PATHS
from api.web.rendering import problem_page
from digitize.errors import NotIdentified, SohoaError

_MEANING = {
    400: "Nội dung gửi lên không đọc được.",
    401: "Chưa đăng nhập, hoặc mã truy cập không còn hiệu lực.",
    403: "Vai trò, quyền hoặc quy tắc không cho phép; `proof_required` khi cần nhập lại mật khẩu.",
    404: "Không có, hoặc nằm ngoài đơn vị của bạn.",
    410: "Lượt gửi đã hết hạn.",
    409: "Trạng thái hiện tại không cho phép, hoặc khóa Idempotency-Key đã dùng cho yêu cầu khác.",
    412: "Văn bản đã thay đổi kể từ khi đọc.",
    413: "Quá lớn.",
    415: "Nội dung không phải PDF, JPEG, PNG hay TIFF.",
    416: "Phần tệp được yêu cầu nằm ngoài tệp.",
    422: "Dữ liệu sai.",
    428: "Thiếu If-Match.",
    429: "Quá nhiều yêu cầu trong thời gian ngắn; tiêu đề Retry-After nói phải đợi bao nhiêu giây.",
    460: "Sai tổng kiểm (tus 1.0, Upload-Checksum); không có gì của phần này được giữ.",
    503: "Một thành phần chưa sẵn sàng; thử lại sau.",
}


def problem_documentation(status: int) -> dict[str, Any]:
    """Describe in OpenAPI one status that is answered with a problem."""
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {"description": _MEANING[status], "content": {PROBLEM_JSON: {"schema": schema}}}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe in OpenAPI the problems that a route may answer with."""
    return {status: problem_documentation(status) for status in statuses}


READING = documented(400, 401, 403, 404, 422, 503)
"""What any reading route may answer with."""

WRITING = documented(400, 401, 403, 404, 409, 413, 422, 503)
"""What any writing route may answer with."""

STEPPING = WRITING | documented(412, 428)
"""What any step of a document may answer with."""


def problem_response(problem: Problem) -> JSONResponse:
    """Answer with a problem."""
    return JSONResponse(problem.body(), problem.status, dict(problem.headers), media_type=PROBLEM_JSON)


def given(body: BaseModel, status: int = 200) -> Response:
    """Answer with a body that was validated when it was made: FastAPI would do so once more, in a thread."""
    return Response(body.model_dump_json(), status, media_type="application/json")


def is_program(request: Request) -> bool:
    """Tell whether a program asks, by the address."""
    return request.url.path.startswith(PROGRAM_PATHS)


def answer_with(request: Request, problem: Problem) -> Response:
    """Answer a program with problem+json and a person with a page."""
    if is_program(request):
        return problem_response(problem)
    return problem_page(request, problem)


def add_handlers(app: FastAPI) -> None:
    """Let no error leave the application in another shape."""
    app.add_exception_handler(SohoaError, _ours)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(RequestValidationError, _validation)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SohoaError)  # noqa: S101  # registered for this class
    if isinstance(error, NotIdentified) and not is_program(request):
        return RedirectResponse("/login", 303)
    if isinstance(error, PasswordNotChosen) and not is_program(request):
        return RedirectResponse("/security/password", 303)
    return answer_with(request, problem_of(error))


def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class
    return answer_with(request, problem_of_framework(error))


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class
    return answer_with(request, problem_of_validation(list(error.errors())))
