"""What happens to a dossier that is in the register: its state, its term, its payment, its results and papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, File, Request, Response, UploadFile

from api import once
from api.answers import STEPPING, WRITING, documented
from api.auth import Caller, DossierWriter, ResultWriter
from api.dossier_view import dossier_body
from api.intake import keep, need_dossier
from api.parts import Parts, PartsOf
from api.schemas import (
    CancellationSent,
    ComponentSent,
    DossierBody,
    DossierPath,
    DueSent,
    IdempotencyKey,
    IfMatch,
    Ordinal,
    PaymentSent,
    ResultSent,
    StatusSent,
)
from api.versions import etag, same_version, wanted_version
from storage import dossiers
from storage.dossiers import Dossier, NewComponent, NewResult
from storage.idempotency import Stored

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])


@router.patch("/dossiers/{code:path}/status", response_model=DossierBody, responses=STEPPING)
def change_status(
    code: DossierPath, sent: StatusSent, caller: DossierWriter, parts: PartsOf, if_match: IfMatch = None
) -> Response:
    """Chuyển trạng thái hồ sơ (1-10); trạng thái không thể theo sau trạng thái hiện tại thì bị từ chối."""
    return _changed(caller, parts, code, if_match, sent.reason, status=sent.status, status_at=sent.at or parts.now())


@router.patch("/dossiers/{code:path}/due", response_model=DossierBody, responses=STEPPING)
def move_due_date(
    code: DossierPath, sent: DueSent, caller: DossierWriter, parts: PartsOf, if_match: IfMatch = None
) -> Response:
    """Dời ngày hẹn trả; ngày cũ được giữ lại trong sự kiện."""
    return _changed(caller, parts, code, if_match, sent.reason, due_at=sent.due_at)


@router.patch("/dossiers/{code:path}/payment", response_model=DossierBody, responses=STEPPING)
def note_payment(
    code: DossierPath, sent: PaymentSent, caller: DossierWriter, parts: PartsOf, if_match: IfMatch = None
) -> Response:
    """Ghi nhận phí, lệ phí đã nộp và nộp ở đâu."""
    return _changed(caller, parts, code, if_match, None, fee_vnd=sent.fee_vnd, paid_how=sent.paid_how)


@router.post("/dossiers/{code:path}/expected-results", status_code=201, response_model=DossierBody, responses=WRITING)
def add_result(
    code: DossierPath,
    sent: ResultSent,
    caller: DossierWriter,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Thêm một kết quả chưa có bản quét vào hồ sơ; nó nhận số KQ(n) tiếp theo."""

    def act(connection: sa.Connection) -> Dossier:
        new = NewResult(**sent.model_dump())
        return dossiers.add_result(connection, code, new, actor=caller.actor.id, scope=caller.scope, now=parts.now())

    return _once(caller, parts, request, key, sent.model_dump_json(), act)


@router.post(
    "/dossiers/{code:path}/results/{ordinal}/cancellation", status_code=201, response_model=DossierBody,
    responses=WRITING,
)  # fmt: skip
def cancel_result(
    code: DossierPath,
    ordinal: Ordinal,
    sent: CancellationSent,
    caller: DossierWriter,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Hủy một kết quả kể từ một ngày; số KQ(n) của nó không cấp lại."""

    def act(connection: sa.Connection) -> Dossier:
        return dossiers.cancel_result(
            connection,
            code,
            ordinal,
            sent.on,
            sent.reason,
            actor=caller.actor.id,
            scope=caller.scope,
            now=parts.now(),
        )

    return _once(caller, parts, request, key, sent.model_dump_json(), act)


@router.post("/dossiers/{code:path}/components", status_code=201, response_model=DossierBody, responses=WRITING)
def add_component(
    code: DossierPath,
    sent: ComponentSent,
    caller: DossierWriter,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Thêm một thành phần hồ sơ."""

    def act(connection: sa.Connection) -> Dossier:
        new = NewComponent(**sent.model_dump())
        return dossiers.add_component(connection, code, new, actor=caller.actor.id, scope=caller.scope, now=parts.now())

    return _once(caller, parts, request, key, sent.model_dump_json(), act)


@router.post(
    "/dossiers/{code:path}/components/{ordinal}/scan", status_code=201, response_model=DossierBody,
    responses=WRITING | documented(415),
)  # fmt: skip
def scan_component(
    code: DossierPath,
    ordinal: Ordinal,
    file: Annotated[UploadFile, File(description="Bản quét thành phần: PDF, JPEG, PNG hoặc TIFF.")],
    caller: ResultWriter,
    parts: PartsOf,
) -> Response:
    """Nhận bản quét một thành phần hồ sơ; chỉ từ lúc này thành phần mới được tính là đã số hóa."""
    need_dossier(parts, caller, code)
    scan = keep(parts, file)
    with parts.storage.database.write() as connection:
        found = dossiers.component_scanned(
            connection, code, ordinal, scan.key, actor=caller.actor.id, scope=caller.scope, now=parts.now()
        )
    return _answer(parts, found, 201)


def _changed(
    caller: Caller, parts: Parts, code: str, if_match: str | None, reason: str | None, **facts: object
) -> Response:
    version = wanted_version(if_match)
    with same_version(), parts.storage.database.write() as connection:
        found = dossiers.change(
            connection, code, actor=caller.actor.id, scope=caller.scope, now=parts.now(), version=version,
            reason=reason, **facts,
        )  # fmt: skip
    return _answer(parts, found, 200)


def _once(
    caller: Caller, parts: Parts, request: Request, key: str | None, content: str,
    act: Callable[[sa.Connection], Dossier],
) -> Response:  # fmt: skip
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, content)
    with parts.storage.database.write() as connection:

        def stored() -> Stored:
            found = act(connection)
            return Stored(201, {"ETag": etag(found.version)}, dossier_body(found, parts.now()).model_dump_json())

        return once.answer(connection, asked, parts.now(), stored)


def _answer(parts: Parts, found: Dossier, status: int) -> Response:
    body = dossier_body(found, parts.now()).model_dump_json()
    return Response(body, status, {"ETag": etag(found.version)}, media_type="application/json")
