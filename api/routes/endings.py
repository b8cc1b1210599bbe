"""The steps after the seal and off the road: correction, supersession, revocation, quarantine, purge."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api import steps
from api.answers import STEPPING
from api.routes.stepping import StepOf
from api.schemas_documents import (
    CorrectionSent,
    DocumentBody,
    PurgeProposalSent,
    ReasonSent,
    RevocationSent,
    SupersessionSent,
)

router = APIRouter(prefix="/api/v1/documents/{document_id}", tags=["Sau khi đóng dấu"])


@router.post("/correction", response_model=DocumentBody, responses=STEPPING)
def correct(sent: CorrectionSent, call: StepOf) -> Response:
    """Đính chính dữ liệu: thêm phiên bản dữ liệu mới, tệp đã đóng dấu giữ nguyên."""
    return call.take(sent.model_dump_json(), lambda hand: steps.correct(hand, sent.kind, sent.fields, sent.reason))


@router.post("/supersession", response_model=DocumentBody, responses=STEPPING)
def supersede(sent: SupersessionSent, call: StepOf) -> Response:
    """Thay thế văn bản sai bằng một văn bản đã đóng dấu khác."""
    return call.take(sent.model_dump_json(), lambda hand: steps.supersede(hand, sent.successor, sent.reason))


@router.post("/revocation", response_model=DocumentBody, responses=STEPPING)
def revoke(sent: RevocationSent, call: StepOf) -> Response:
    """Hủy bỏ theo quyết định; văn bản vẫn tra cứu được (NĐ 45/2020 Điều 14)."""
    return call.take(
        sent.model_dump_json(),
        lambda hand: steps.revoke(hand, sent.decision_number, sent.reason, sent.effective_at),
    )


@router.post("/quarantine-release", response_model=DocumentBody, responses=STEPPING)
def lift_quarantine(sent: ReasonSent, call: StepOf) -> Response:
    """Bỏ cách ly sau khi xem giấy và không thấy dấu mật; bản quét được đọc lại."""
    return call.take(sent.model_dump_json(), lambda hand: steps.lift_quarantine(hand, sent.reason))


@router.post("/purge-proposal", response_model=DocumentBody, responses=STEPPING)
def propose_purge(sent: PurgeProposalSent, call: StepOf) -> Response:
    """Người thứ nhất đề nghị xóa theo quyết định."""
    return call.take(
        sent.model_dump_json(), lambda hand: steps.propose_purge(hand, sent.legal_ground, sent.decision_number)
    )


@router.post("/purge", response_model=DocumentBody, responses=STEPPING)
def approve_purge(call: StepOf) -> Response:
    """Người thứ hai duyệt xóa: nội dung bị xóa, dấu vết sự kiện còn lại."""
    return call.take("", steps.approve_purge)
