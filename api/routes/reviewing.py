"""The review desk: who holds a document, what was typed so far, and signatures on many checked captures."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import once, reviewing
from api.answers import WRITING
from api.auth import PersonOnly, need_proof
from api.parts import PartsOf
from api.schemas import DocumentPath, IdempotencyKey
from api.schemas_documents import RefusedBody
from api.schemas_reviewing import (
    CaptureOrderBody,
    CaptureOrderSent,
    DraftBody,
    DraftSent,
    FinishedBody,
    HoldingBody,
    HoldSent,
)
from storage import registry
from storage.idempotency import Stored
from storage.reviewing import holding

router = APIRouter(prefix="/api/v1", tags=["Kiểm tra"])


@router.put("/documents/{document_id}/review-lease", responses=WRITING)
def hold_document(sent: HoldSent, document_id: DocumentPath, caller: PersonOnly, parts: PartsOf) -> HoldingBody:
    """Giữ văn bản để kiểm tra thêm một lượt; khi người khác đang giữ thì nói là ai."""
    now = parts.now()
    with parts.storage.database.write() as connection:
        document, held = reviewing.hold(connection, caller, document_id, now, over=sent.take_over)
    return HoldingBody(
        mine=held.person == caller.actor.id, held_by=held.name, number=held.number, expires_at=held.expires_at,
        seconds_left=int((held.expires_at - now).total_seconds()),
        warning_seconds=int(holding.WARNING.total_seconds()), state=document.state, version=document.record.version,
    )  # fmt: skip


@router.delete("/documents/{document_id}/review-lease", status_code=204, responses=WRITING)
def release_document(document_id: DocumentPath, caller: PersonOnly, parts: PartsOf) -> None:
    """Thôi giữ văn bản; những gì đã gõ vẫn được lưu."""
    reviewing.need_clerk(caller)
    with parts.storage.database.write() as connection:
        registry.find(connection, document_id, caller.scope)
        holding.release(connection, document_id, caller.actor.id, parts.now())


@router.put("/documents/{document_id}/draft", responses=WRITING)
def keep_draft(sent: DraftSent, document_id: DocumentPath, caller: PersonOnly, parts: PartsOf) -> DraftBody:
    """Lưu những gì đã gõ; `checked`: đã xem đủ trang, dữ liệu đúng, chờ ký rồi xác nhận."""
    now = parts.now()
    with parts.storage.database.write() as connection:
        until = reviewing.keep(
            connection, caller, document_id, sent.number, sent.kind, sent.fields, now, checked=sent.checked
        )
    return DraftBody(saved_at=now, expires_at=until, seconds_left=int((until - now).total_seconds()))


@router.delete("/documents/{document_id}/draft/check", status_code=204, responses=WRITING)
def reopen_document(document_id: DocumentPath, caller: PersonOnly, parts: PartsOf) -> None:
    """Bỏ dấu “đã kiểm tra”; những gì đã gõ vẫn được lưu, dữ liệu chưa được xác nhận."""
    with parts.storage.database.write() as connection:
        reviewing.reopen(connection, caller, document_id)


@router.post("/drafts/confirmation", responses=WRITING)
def confirm_checked(caller: PersonOnly, parts: PartsOf) -> FinishedBody:
    """Xác nhận dữ liệu của các văn bản bạn đã kiểm tra mà bản chụp nay đã ký xong."""
    finished = reviewing.finish(parts, caller)
    return FinishedBody(
        confirmed=list(finished.confirmed),
        refused=[RefusedBody.model_validate(each) for each in finished.refused],
        waiting=finished.waiting,
    )


@router.post("/capture-orders", status_code=202, response_model=CaptureOrderBody, responses=WRITING)
def order_captures(
    sent: CaptureOrderSent, caller: PersonOnly, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Yêu cầu ký bản chụp của nhiều văn bản bạn đã kiểm tra; từng văn bản được nhận hoặc bị từ chối kèm lý do."""
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            need_proof(caller, parts)
            accepted, refused = reviewing.order_captures(connection, parts, caller, sent.documents, sent.certificates)
            body = CaptureOrderBody(accepted=accepted, refused=[RefusedBody.model_validate(each) for each in refused])
            return Stored(202, {}, body.model_dump_json())

        return once.answer(connection, asked, parts.now(), act)
