"""Dossiers and the scans of their results."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api import once
from api.answers import READING, WRITING, documented
from api.auth import AnyCaller, Caller, DossierWriter, ResultWriter, Right
from api.dossier_view import dossier_body, event_bodies
from api.errors import MissingScope
from api.intake import Arrival, keep, need_dossier, receive
from api.parts import PartsOf
from api.schemas import (
    DossierBody,
    DossierEventBody,
    DossierPath,
    DossierSent,
    IdempotencyKey,
    Ordinal,
    Reason,
)
from api.schemas_documents import DocumentBody
from api.versions import etag
from api.view import document_body
from storage import dossiers, units
from storage.dossiers import NewComponent, NewDossier, NewResult
from storage.dossiers.events import history
from storage.idempotency import Stored

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])


@router.post("/dossiers", status_code=201, response_model=DossierBody, responses=WRITING)
def create_dossier(
    sent: DossierSent, caller: DossierWriter, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Đăng ký một hồ sơ và các kết quả của nó; gửi lại y hệt thì vẫn là một, gửi khác đi là sửa, có ghi lại."""
    path = request.url.path
    asked = once.Request(caller.actor.id, "POST", path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            unit = units.find_by_code(connection, sent.unit, caller.scope)
            created = dossiers.create(
                connection, _new(sent, unit.id), created_by=caller.actor.id, scope=caller.scope, now=parts.now()
            )
            location = {"Location": f"{path}/{created.code}"}
            return Stored(201, location, dossier_body(created, parts.now()).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)


def _new(sent: DossierSent, unit_id: str) -> NewDossier:
    facts = {name: getattr(sent, name) for name in type(sent).model_fields if name not in _OWN_SHAPE}
    return NewDossier(
        unit_id=unit_id,
        results=tuple(NewResult(**result.model_dump()) for result in sent.results),
        components=tuple(NewComponent(**component.model_dump()) for component in sent.components),
        **facts,
    )


_OWN_SHAPE = frozenset({"unit", "results", "components"})
"""What a body says in another way than the register keeps it."""


@router.get("/dossiers/{code:path}/events", responses=READING)
def get_dossier_events(code: DossierPath, caller: AnyCaller, parts: PartsOf) -> list[DossierEventBody]:
    """Mọi việc đã xảy ra với hồ sơ, theo thứ tự; giá trị cũ và mới của từng lần sửa."""
    need_reading(caller)
    with parts.storage.database.read() as connection:
        found = dossiers.find_by_code(connection, code, caller.scope)
        return event_bodies(history(connection, found.id))


@router.get("/dossiers/{code:path}", response_model=DossierBody, responses=READING)
def get_dossier(code: DossierPath, caller: AnyCaller, parts: PartsOf) -> Response:
    """Một hồ sơ và các kết quả của nó; thông tin chủ hồ sơ được che."""
    need_reading(caller)
    with parts.storage.database.read() as connection:
        found = dossiers.find_by_code(connection, code, caller.scope)
    body = dossier_body(found, parts.now())
    return Response(body.model_dump_json(), media_type="application/json", headers={"ETag": etag(found.version)})


def need_reading(caller: Caller) -> None:
    """Refuse a caller who may neither write nor read dossiers.

    Raises:
        MissingScope: office or token do not cover it.
    """
    if not caller.rights & {Right.WRITE_DOSSIERS, Right.WRITE_RESULTS, Right.READ_RESULTS}:
        raise MissingScope


@router.post(
    "/dossiers/{code:path}/results", status_code=202, response_model=DocumentBody, responses=WRITING | documented(415)
)
def upload_result(
    code: DossierPath,
    file: Annotated[UploadFile, File(description="Bản quét: PDF, JPEG, PNG hoặc TIFF.")],
    caller: ResultWriter,
    parts: PartsOf,
    request: Request,
    ordinal: Annotated[Ordinal | None, Form(description="n của KQ(n); bỏ trống: kết quả đầu tiên chưa số hóa.")] = None,
    reason: Annotated[
        Reason | None, Form(description="Lý do vẫn quét khi quy định không cho số hóa giấy này; được ghi lại.")
    ] = None,
    key: IdempotencyKey = None,
) -> Response:
    """Nhận bản quét một kết quả; cùng tệp cho cùng hồ sơ là cùng một văn bản."""
    need_dossier(parts, caller, code)
    scan = keep(parts, file)
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, f"{scan.key} {ordinal} {reason}")
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            document = receive(connection, parts, caller, Arrival(code, ordinal, scan, reason or ""))
            headers = {"Location": f"/api/v1/documents/{document.id}", "ETag": etag(document.record.version)}
            return Stored(202, headers, document_body(connection, document, masked=True).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)
