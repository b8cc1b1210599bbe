"""The steps of a document up to the seal: capture signed, data confirmed, returned, withdrawn, scanned again, moved."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile

from api import steps
from api.answers import STEPPING, documented
from api.auth import need_proof
from api.intake import keep
from api.routes.stepping import StepOf
from api.schemas_documents import CaptureAttested, DataSent, DocumentBody, MoveSent, ReasonSent
from api.steps import Hand

router = APIRouter(prefix="/api/v1/documents/{document_id}", tags=["Các bước"])


@router.post("/capture-signature", status_code=202, response_model=DocumentBody, responses=STEPPING)
def sign_capture(sent: CaptureAttested, call: StepOf) -> Response:
    """Xác nhận đủ trang, đúng thứ tự, rõ chữ và yêu cầu ký bản chụp."""

    def act(hand: Hand) -> None:
        need_proof(call.caller, call.parts)
        steps.order_capture_signature(hand, sent.certificates)

    return call.take(sent.model_dump_json(), act, status=202)


@router.post("/confirmation", response_model=DocumentBody, responses=STEPPING)
def confirm(sent: DataSent, call: StepOf) -> Response:
    """Xác nhận dữ liệu bóc tách; sau bước này kết quả được cấp mã."""
    return call.take(sent.model_dump_json(), lambda hand: steps.confirm(hand, sent.kind, sent.fields))


@router.post("/approval", response_model=DocumentBody, responses=STEPPING)
def approve(call: StepOf) -> Response:
    """Người thứ hai duyệt dữ liệu (đơn vị yêu cầu hai người)."""
    return call.take("", steps.approve)


@router.post("/return", response_model=DocumentBody, responses=STEPPING)
def give_back(sent: ReasonSent, call: StepOf) -> Response:
    """Trả lại cho cán bộ số hóa, có lý do."""
    return call.take(sent.model_dump_json(), lambda hand: steps.give_back(hand, sent.reason))


@router.post("/withdrawal", response_model=DocumentBody, responses=STEPPING)
def withdraw(sent: ReasonSent, call: StepOf) -> Response:
    """Rút văn bản nộp nhầm, có lý do."""
    return call.take(sent.model_dump_json(), lambda hand: steps.withdraw(hand, sent.reason))


@router.post("/rescan", status_code=202, response_model=DocumentBody, responses=STEPPING | documented(415))
def rescan(file: Annotated[UploadFile, File(description="Bản quét mới.")], call: StepOf) -> Response:
    """Quét lại: bản chụp mới thay bản cũ, bản cũ vẫn được giữ."""
    scan = keep(call.parts, file)
    return call.take(scan.key, lambda hand: steps.rescan(hand, scan), status=202)


@router.post("/move", response_model=DocumentBody, responses=STEPPING)
def move(sent: MoveSent, call: StepOf) -> Response:
    """Chuyển kết quả sang đúng hồ sơ của nó."""
    return call.take(sent.model_dump_json(), lambda hand: steps.move(hand, sent.dossier, sent.ordinal, sent.reason))
