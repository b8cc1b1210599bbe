"""Visits: opened, added to, put off, paid, closed; and the slips that go with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from api import copy_cursors, once, visits
from api.answers import READING, WRITING
from api.auth import Caller, CopyIssuer, CopyReader
from api.copy_view import visit_bodies, visit_body
from api.papers import appointment_slip, receipt_slip
from api.parts import Parts, PartsOf
from api.schemas import IdempotencyKey
from api.schemas_copies import (
    CertificationBody,
    CertificationList,
    CertificationPath,
    CertificationSent,
    ExtensionSent,
    OriginalSent,
    PaymentSent,
)
from api.schemas_documents import ReasonSent
from storage import certifications
from storage.certifications import Certification, CopyCursor
from storage.idempotency import Stored

router = APIRouter(prefix="/api/v1/certifications", tags=["Chứng thực bản sao điện tử"])

PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "Tệp PDF/A."}}


@router.post("", status_code=201, response_model=CertificationBody, responses=WRITING)
def open_certification(
    sent: CertificationSent, caller: CopyIssuer, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Mở phiên chứng thực: người yêu cầu, các bản chính, người thực hiện chứng thực; phí và hạn trả được tính ngay."""
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            visit = visits.open_visit(connection, parts, caller, sent)
            headers = {"Location": f"/api/v1/certifications/{visit.id}"}
            return Stored(201, headers, visit_body(connection, visit).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)


@router.get("", responses=READING)
def list_certifications(
    caller: CopyReader,
    parts: PartsOf,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CertificationList:
    """Các phiên trong phạm vi, mới nhất trước; người yêu cầu được che."""
    after = copy_cursors.from_word(cursor)
    with parts.storage.database.read() as connection:
        found = certifications.visits(connection, caller.scope, after=after, limit=limit)
        bodies = visit_bodies(connection, found)
    full = len(found) == limit
    following = copy_cursors.to_word(CopyCursor(found[-1].opened_at, found[-1].id)) if full else None
    return CertificationList(certifications=bodies, next=following)


@router.get("/{certification_id}", responses=READING)
def get_certification(certification_id: CertificationPath, caller: CopyReader, parts: PartsOf) -> CertificationBody:
    """Một phiên với các bản sao của nó."""
    with parts.storage.database.read() as connection:
        return visit_body(connection, certifications.find_visit(connection, certification_id, caller.scope))


@router.post("/{certification_id}/originals", status_code=201, response_model=CertificationBody, responses=WRITING)
def add_original(
    certification_id: CertificationPath,
    sent: OriginalSent,
    caller: CopyIssuer,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Thêm một bản chính vào phiên đang mở."""

    def act(connection: sa.Connection) -> None:
        original = visits.original_of(sent)
        certifications.add_original(connection, certification_id, original, caller.actor, parts.now(), caller.scope)

    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    return _answer(parts, caller, asked, certification_id, act, 201)


@router.post("/{certification_id}/extension", response_model=CertificationBody, responses=WRITING)
def extend_certification(
    certification_id: CertificationPath,
    sent: ExtensionSent,
    caller: CopyIssuer,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Kéo dài thời hạn: không quá 2 ngày làm việc, hoặc dài hơn khi có thỏa thuận bằng văn bản."""

    def act(connection: sa.Connection) -> None:
        certifications.extend(
            connection, certification_id, sent.working_days, sent.reason, agreed_in_writing=sent.agreed_in_writing,
            scope=caller.scope,
        )  # fmt: skip

    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    return _answer(parts, caller, asked, certification_id, act)


@router.post("/{certification_id}/fee-payments", status_code=201, response_model=CertificationBody, responses=WRITING)
def pay_certification(
    certification_id: CertificationPath,
    sent: PaymentSent,
    caller: CopyIssuer,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Ghi nhận phí đã nộp, kèm số biên lai."""

    def act(connection: sa.Connection) -> None:
        certifications.pay(
            connection, certification_id, sent.amount_vnd, sent.receipt_number, caller.actor, parts.now(), caller.scope
        )

    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    return _answer(parts, caller, asked, certification_id, act, 201)


@router.post("/{certification_id}/closure", response_model=CertificationBody, responses=WRITING)
def close_certification(
    certification_id: CertificationPath, caller: CopyIssuer, parts: PartsOf, request: Request
) -> Response:
    """Kết thúc phiên: từ lúc này không chụp thêm; bản chính đã chụp vẫn được làm tiếp."""

    def act(connection: sa.Connection) -> None:
        certifications.close_visit(connection, certification_id, parts.now(), caller.scope)

    return _answer(parts, caller, _once(caller, request), certification_id, act)


@router.post("/{certification_id}/abandonment", response_model=CertificationBody, responses=WRITING)
def abandon_certification(
    certification_id: CertificationPath, sent: ReasonSent, caller: CopyIssuer, parts: PartsOf, request: Request
) -> Response:
    """Người yêu cầu thôi cả phiên: mọi bản chưa có số dừng lại, phiên kết thúc."""

    def act(connection: sa.Connection) -> None:
        visit = certifications.find_visit(connection, certification_id, caller.scope)
        actor = visits.giving_up(caller, visit)
        certifications.abandon_visit(connection, certification_id, sent.reason, actor, parts.now(), caller.scope)

    return _answer(parts, caller, _once(caller, request), certification_id, act)


@router.get("/{certification_id}/appointment-slip", responses=READING | PDF, response_class=Response)
def get_appointment_slip(certification_id: CertificationPath, caller: CopyReader, parts: PartsOf) -> Response:
    """Phiếu hẹn trả kết quả, khi không trả được trong ngày."""
    with parts.storage.database.read() as connection:
        visit = certifications.find_visit(connection, certification_id, caller.scope)
        return pdf_answer(appointment_slip(connection, visit), f"{visit.id}-appointment")


@router.get("/{certification_id}/receipt", responses=READING | PDF, response_class=Response)
def get_receipt(certification_id: CertificationPath, caller: CopyReader, parts: PartsOf) -> Response:
    """Phiếu thu phí, khi đã nộp đủ."""
    with parts.storage.database.read() as connection:
        visit = certifications.find_visit(connection, certification_id, caller.scope)
        return pdf_answer(receipt_slip(connection, visit), f"{visit.id}-receipt")


def pdf_answer(pdf: bytes, name: str) -> Response:
    """Hand a paper out under a name without personal data."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


def _once(caller: Caller, request: Request) -> once.Request:
    """Name a request that changes nothing when it is repeated."""
    return once.Request(caller.actor.id, "POST", request.url.path, None, "")


def _answer(
    parts: Parts,
    caller: Caller,
    asked: once.Request,
    certification_id: str,
    act: Callable[[sa.Connection], object],
    status: int = 200,
) -> Response:
    """Act once on a visit of the caller's units, and answer with it as it is afterwards."""
    with parts.storage.database.write() as connection:

        def stored() -> Stored:
            act(connection)
            visit: Certification = certifications.find_visit(connection, certification_id, caller.scope)
            return Stored(status, {}, visit_body(connection, visit).model_dump_json())

        return once.answer(connection, asked, parts.now(), stored)
