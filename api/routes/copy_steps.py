"""The steps of a certified copy: captured, attested, refused, given up, void, cancelled, handed over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile

from api import copies
from api.answers import STEPPING, documented
from api.auth import CopyIssuer, Right, need_proof
from api.copies import CopyHand, Handed
from api.intake import keep
from api.parts import PartsOf
from api.routes.copy_stepping import CopyStepOf
from api.schemas import PRINTABLE, Instant
from api.schemas_copies import AttestationSent, CancellationSent, CopyBody, CopyPath, LinkBody, RefusalSent
from api.schemas_documents import ReasonSent
from storage import certifications

router = APIRouter(prefix="/api/v1/copies/{copy_id}", tags=["Chứng thực bản sao điện tử"])


@router.post("/capture", status_code=202, response_model=CopyBody, responses=STEPPING | documented(415))
def capture_copy(
    call: CopyStepOf,
    file: Annotated[UploadFile, File(description="Bản chụp bản chính giấy.")],
    captured_at: Annotated[Instant, Form(description="Lúc chụp, theo đồng hồ của máy chụp.")],
    device: Annotated[
        str, Form(max_length=200, pattern=PRINTABLE, description="Máy chụp tại quầy; bỏ trống: tệp tải lên.")
    ] = "",
    reason: Annotated[
        str, Form(max_length=1000, pattern=PRINTABLE, description="Vì sao dấu mật đã đọc không phải dấu mật.")
    ] = "",
    result: Annotated[
        str | None, Form(max_length=64, pattern=r"^[0-9A-Za-z_-]+$", description="Kết quả số hóa mà tệp lấy từ đó.")
    ] = None,
) -> Response:
    """Chụp bản chính giấy trong phiên, do chính người thực hiện chứng thực; tệp khác bị từ chối kèm điều luật."""
    call.caller.need(Right.ISSUE_COPIES)
    with call.parts.storage.database.read() as connection:
        certifications.find(connection, call.copy_id, call.caller.scope)
    scan = keep(call.parts, file)
    handed = Handed(scan, captured_at, device, reason, result)
    content = f"{scan.key}|{captured_at.isoformat()}|{device}|{reason}|{result}"
    return call.take(content, lambda hand: copies.capture(hand, handed), status=202)


@router.post("/attestation", status_code=202, response_model=CopyBody, responses=STEPPING)
def attest_copy(sent: AttestationSent, call: CopyStepOf) -> Response:
    """Xác nhận đã đối chiếu đủ các trang với bản chính và yêu cầu ký chứng thực; số được cấp ngay trước khi ký."""

    def act(hand: CopyHand) -> None:
        need_proof(call.caller, call.parts)
        copies.order_attestation(hand, compared=sent.compared, certificates=sent.certificates)

    return call.take(sent.model_dump_json(), act, status=202)


@router.post("/refusal", response_model=CopyBody, responses=STEPPING)
def refuse_copy(sent: RefusalSent, call: CopyStepOf) -> Response:
    """Từ chối bằng văn bản theo một trong sáu căn cứ; văn bản nằm ở tệp `letter`."""
    letter = call.look(lambda hand: copies.typeset_refusal(hand, sent.ground, sent.reason))

    def act(hand: CopyHand) -> None:
        need_proof(call.caller, call.parts)
        copies.refuse(hand, sent.ground, sent.reason, letter)

    return call.take(sent.model_dump_json(), act)


@router.post("/abandonment", response_model=CopyBody, responses=STEPPING)
def abandon_copy(sent: ReasonSent, call: CopyStepOf) -> Response:
    """Thôi yêu cầu khi chưa có số chứng thực."""
    return call.take(sent.model_dump_json(), lambda hand: copies.abandon(hand, sent.reason))


@router.post("/void", response_model=CopyBody, responses=STEPPING)
def void_copy(sent: ReasonSent, call: CopyStepOf) -> Response:
    """Bỏ số đã cấp khi chưa đóng dấu; số và lý do ở lại trong sổ."""

    def act(hand: CopyHand) -> None:
        need_proof(call.caller, call.parts)
        copies.void(hand, sent.reason)

    return call.take(sent.model_dump_json(), act)


@router.post("/cancellation", response_model=CopyBody, responses=STEPPING)
def cancel_copy(sent: CancellationSent, call: CopyStepOf) -> Response:
    """Hủy bỏ giá trị của bản sao đã cấp theo quyết định; tra cứu cho thấy ngay, không gì bị xóa."""
    call.caller.need(Right.REVOKE_COPIES)

    def act(hand: CopyHand) -> None:
        if call.caller.session is not None:
            need_proof(call.caller, call.parts)
        copies.cancel(hand, sent.decision_number, sent.reason, sent.effective_at, sent.successor)

    return call.take(sent.model_dump_json(), act)


@router.post("/links", status_code=201, responses=STEPPING)
def offer_link(copy_id: CopyPath, caller: CopyIssuer, parts: PartsOf) -> LinkBody:
    """Làm một đường dẫn tải bản sao đã cấp, đưa cho người yêu cầu; chỉ hiện một lần này."""
    with parts.storage.database.write() as connection:
        return copies.offer_link(connection, parts, caller, copy_id)
