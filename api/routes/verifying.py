"""Is this file genuine, unchanged, still in force? For anybody, without a session."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.answers import documented
from api.parts import PartsOf
from api.schemas_verifying import (
    KnownFileBody,
    SignatureBody,
    VerificationBody,
    VerificationPath,
    WaitingVerificationBody,
)
from api.verifying import Answer, look, sent_file, wait
from api.waiting import LOOK_AGAIN_S
from digitize.errors import Impossible

router = APIRouter(prefix="/api/v1", tags=["Kiểm tra chữ ký"])

_WAITING: dict[int | str, dict[str, Any]] = {
    202: {"model": WaitingVerificationBody, "description": "Chưa có kết quả; xem tiếp ở địa chỉ trong Location."}
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "Tệp PDF."}},
                }
            }
        },
    }
}


@router.post(
    "/verify",
    responses=_WAITING | documented(400, 401, 403, 404, 413, 415, 422, 429, 503),
    response_model=VerificationBody,
    openapi_extra=_FORM,
)
async def verify(request: Request, parts: PartsOf) -> Response:
    """Kiểm tra chữ ký số của một tệp PDF bất kỳ: một câu tiếng Việt và kết quả từng chữ ký.

    Không cần đăng nhập; đếm theo địa chỉ, theo người dùng hoặc theo hệ thống. Tệp không được giữ lại.
    """
    entered = await sent_file(request, parts)
    return _response(await wait(parts, entered.id))


@router.get(
    "/verifications/{verification_id}",
    responses=_WAITING | documented(404, 422, 503),
    response_model=VerificationBody,
)
def get_verification(verification_id: VerificationPath, parts: PartsOf) -> Response:
    """Kết quả của một lượt kiểm tra, đọc lại được trong 24 giờ bởi người biết địa chỉ."""
    return _response(look(parts, verification_id))


def _response(answer: Answer) -> Response:
    """Give the report, send the asker away for a while, or raise the reason why there is no report."""
    found = answer.verification
    if found.fault is not None:
        raise found.fault
    if found.report is None:
        body = WaitingVerificationBody(id=found.id, requested_at=found.requested_at)
        headers = {"Location": f"/api/v1/verifications/{found.id}", "Retry-After": str(LOOK_AGAIN_S)}
        return JSONResponse(body.model_dump(mode="json"), 202, headers)
    return JSONResponse(_body(answer).model_dump(mode="json"))


def _body(answer: Answer) -> VerificationBody:
    found = answer.verification
    if found.report is None:
        raise Impossible("an answer without a report has no body")
    return VerificationBody(
        id=found.id,
        verdict=found.report.verdict,
        sentence=answer.sentence,
        known=None if answer.known is None else KnownFileBody.model_validate(answer.known),
        signatures=[SignatureBody.model_validate(each) for each in found.report.signatures],
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        requested_at=found.requested_at,
        expires_at=found.expires_at,
    )
