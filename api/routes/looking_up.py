"""What anybody may learn of a copy, the keys of the QR, and how far the service reaches."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import READING, documented
from api.auth import TargetReader
from api.looking_up import full_view_of, status_of
from api.parts import PartsOf
from api.schemas import RateBody
from api.schemas_books import (
    CoverageBody,
    CoverageTargetBody,
    EndBody,
    FactSent,
    FullViewBody,
    KeySetBody,
    LookUpCode,
    ServiceBody,
    StatusBody,
)
from digitize.attest.offline import key_set
from digitize.targets import VIETNAM_TIME, Rate
from storage import coverage, qr_keys
from storage.lookup import CopyStatus

router = APIRouter(tags=["Tra cứu bản sao"])

ASKING = documented(400, 401, 404, 422, 429, 503)
"""What a look-up may answer with."""


@router.get("/api/v1/copies/status/{code}", responses=ASKING)
def get_status(code: LookUpCode, request: Request, parts: PartsOf) -> StatusBody:
    """Trạng thái của bản sao theo mã ngắn: không có dữ liệu cá nhân, không cần đăng nhập, có giới hạn số lần."""
    return status_body(status_of(request, parts, code))


@router.post("/api/v1/copies/status/{code}/full", responses=ASKING | documented(403, 413))
def get_full_view(code: LookUpCode, sent: FactSent, request: Request, parts: PartsOf) -> FullViewBody:
    """Xem đầy đủ khi biết thêm một dữ kiện ghi trên giấy; sai nhiều lần thì đóng một thời gian."""
    view = full_view_of(request, parts, code, sent.fact)
    return FullViewBody(
        status=status_body(view.status), title=view.title, issuer=view.issuer, pages=view.pages,
        quantity=view.quantity, certifier=view.certifier, certifier_title=view.certifier_title,
        sha256=view.sealed_key, sealed_at=view.sealed_at, issued_at=view.issued_at,
    )  # fmt: skip


@router.get("/.well-known/sohoa-qr-keys.json", responses=documented(503))
def get_qr_keys(parts: PartsOf) -> KeySetBody:
    """Khóa công khai để kiểm tra mã QR không cần mạng (JWK Set): khóa đang dùng và mọi khóa cũ."""
    with parts.storage.database.read() as connection:
        return KeySetBody.model_validate(key_set(qr_keys.published(connection)))


@router.get("/api/v1/coverage", responses=READING)
def get_coverage(
    caller: TargetReader,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=2000, le=2200, description="Bỏ trống: năm nay.")] = None,
) -> CoverageBody:
    """Bao nhiêu xã có dịch vụ và đã cấp ít nhất một bản sao, bên cạnh chỉ tiêu."""
    now = parts.now()
    with parts.storage.database.read() as connection:
        found = coverage.reach(connection, year or now.astimezone(VIETNAM_TIME).year, caller.scope, now)
    target = None
    if found.target is not None:
        target = CoverageTargetBody(percent=found.target.percent, source=found.target.source)
    return CoverageBody(
        year=found.period.year,
        level=found.level.value,
        offering=_rate(found.offering),
        covered=_rate(found.covered),
        target=target,
        mark=found.mark,
        reached=found.reached,
        units=[ServiceBody.model_validate(unit) for unit in found.units],
    )


def _rate(rate: Rate) -> RateBody:
    return RateBody(numerator=rate.numerator, denominator=rate.denominator, percent=rate.percent, text=rate.text)


def status_body(status: CopyStatus) -> StatusBody:
    """Describe what the short code alone shows."""
    ended = status.cancellation
    return StatusBody(
        state=status.state,
        state_name=status.state_name,
        is_valid=status.is_valid,
        unit_name=status.unit_name,
        number=status.number,
        book=status.book,
        on=status.on,
        cancellation=None if ended is None else EndBody.model_validate(ended),
        successor_code=None if status.successor_code is None else status.successor_code.printed,
        asked=status.asked,
    )
