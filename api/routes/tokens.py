"""Signatures by a token at the clerk's or the officer's machine: what it has to sign, and what it gave."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api import cursors, once, steps, tokens
from api.answers import READING, STEPPING, WRITING, documented
from api.auth import PersonOnly
from api.parts import PartsOf
from api.routes.stepping import StepOf
from api.schemas import DocumentPath, IdempotencyKey
from api.schemas_documents import DocumentBody, RefusedBody
from api.schemas_tokens import (
    AnswersBody,
    AnswersSent,
    SignatureRequestBody,
    SignatureRequestList,
    SignatureValueSent,
)
from storage import registry, token_signing
from storage.idempotency import Stored
from storage.registry import Cursor

router = APIRouter(prefix="/api/v1", tags=["Ký bằng thiết bị"])
_document = APIRouter(prefix="/documents/{document_id}")


@_document.get("/signature-request", responses=READING | documented(409))
def get_signature_request(document_id: DocumentPath, caller: PersonOnly, parts: PartsOf) -> SignatureRequestBody:
    """Nội dung thiết bị phải ký cho một văn bản: thuộc tính (DER), giá trị băm, thuật toán, hạn trả lời."""
    with parts.storage.database.read() as connection:
        subject = token_signing.asked_of_document(connection, registry.find(connection, document_id, caller.scope))
    return tokens.request_body(parts, caller, subject)


@_document.post("/signature-value", status_code=202, response_model=DocumentBody, responses=STEPPING)
def answer_signature_request(sent: SignatureValueSent, call: StepOf) -> Response:
    """Gửi giá trị thiết bị đã ký, theo thứ tự của yêu cầu; gửi lại đúng giá trị đó không ký thêm lần nữa."""
    values = tokens.decoded(sent.values)
    return call.take(sent.model_dump_json(), lambda hand: steps.answer_for_token(hand, values), status=202)


@_document.post("/signature-request/withdrawal", response_model=DocumentBody, responses=STEPPING)
def withdraw_signature_request(call: StepOf) -> Response:
    """Rút lệnh ký mà thiết bị chưa trả lời."""
    return call.take("", steps.give_token_up)


@router.get("/signature-requests", responses=READING)
def list_signature_requests(
    caller: PersonOnly,
    parts: PartsOf,
    waiting: Annotated[Literal["me"], Query(description="Chỉ các yêu cầu chờ chính người gọi.")],  # noqa: ARG001  # says whose
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> SignatureRequestList:
    """Mọi nội dung (văn bản, bản sao chứng thực) đang chờ thiết bị của người gọi ký, hạn gần trước."""
    after = cursors.from_word(cursor) if cursor else None
    with parts.storage.database.read() as connection:
        found = token_signing.waiting_for(connection, caller.actor.id, caller.scope, after=after, limit=limit + 1)
    shown = found[:limit]
    last = shown[-1].prepared_until if len(found) > limit else None
    return SignatureRequestList(
        requests=[tokens.request_body(parts, caller, each) for each in shown],
        next=None if last is None else cursors.to_word(Cursor(last, shown[-1].id)),
    )


@router.post("/signature-values", status_code=202, response_model=AnswersBody, responses=WRITING)
def answer_signature_requests(
    sent: AnswersSent, caller: PersonOnly, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Gửi giá trị ký của nhiều văn bản, bản sao chứng thực; từng văn bản được nhận hoặc bị từ chối kèm lý do."""
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            accepted, refused = tokens.answer_each(connection, parts, caller, sent.answers)
            body = AnswersBody(accepted=accepted, refused=[RefusedBody.model_validate(each) for each in refused])
            return Stored(202, {}, body.model_dump_json())

        return once.answer(connection, asked, parts.now(), act)


router.include_router(_document)
