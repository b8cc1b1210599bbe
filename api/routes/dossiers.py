"""Units, dossiers and the scans of their results."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api import once
from api.answers import READING, WRITING, documented
from api.auth import AnyCaller, DossierWriter, ResultWriter, Right
from api.errors import MissingScope
from api.intake import Arrival, keep, need_dossier, receive
from api.parts import PartsOf
from api.schemas import DossierBody, DossierPath, DossierSent, IdempotencyKey, Ordinal, UnitBody
from api.schemas_documents import DocumentBody
from api.versions import etag
from api.view import document_body, dossier_body
from storage import dossiers, units
from storage.dossiers import NewDossier, NewResult
from storage.idempotency import Stored

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])


@router.get("/units", responses=documented(401, 503))
def list_units(caller: AnyCaller, parts: PartsOf) -> list[UnitBody]:
    """Các đơn vị trong phạm vi của người gọi."""
    with parts.storage.database.read() as connection:
        found = units.subtree(connection, caller.scope)
    codes = {unit.id: unit.code for unit in found}
    return [
        UnitBody(id=unit.id, code=unit.code, name=unit.name, level=unit.level, parent=codes.get(unit.parent_id or ""))
        for unit in found
    ]


@router.post("/dossiers", status_code=201, response_model=DossierBody, responses=WRITING)
def create_dossier(
    sent: DossierSent, caller: DossierWriter, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Đăng ký một hồ sơ đã giải quyết và các kết quả của nó; gửi lại y hệt thì vẫn là một."""
    path = request.url.path
    asked = once.Request(caller.actor.id, "POST", path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            unit = units.find_by_code(connection, sent.unit, caller.scope)
            created = dossiers.create(
                connection, _new(sent, unit.id), created_by=caller.actor.id, scope=caller.scope, now=parts.now()
            )
            location = {"Location": f"{path}/{created.code}"}
            return Stored(201, location, dossier_body(created).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)


def _new(sent: DossierSent, unit_id: str) -> NewDossier:
    return NewDossier(
        code=sent.code, unit_id=unit_id, procedure_code=sent.procedure_code, procedure_name=sent.procedure_name,
        holder_name=sent.holder_name, holder_id=sent.holder_id, received_on=sent.received_on,
        resolved_on=sent.resolved_on,
        results=tuple(NewResult(**result.model_dump()) for result in sent.results),
    )  # fmt: skip


@router.get("/dossiers/{code:path}", responses=READING)
def get_dossier(code: DossierPath, caller: AnyCaller, parts: PartsOf) -> DossierBody:
    """Một hồ sơ và các kết quả của nó; thông tin chủ hồ sơ được che."""
    if not caller.rights & {Right.WRITE_DOSSIERS, Right.WRITE_RESULTS, Right.READ_RESULTS}:
        raise MissingScope
    with parts.storage.database.read() as connection:
        return dossier_body(dossiers.find_by_code(connection, code, caller.scope))


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
    key: IdempotencyKey = None,
) -> Response:
    """Nhận bản quét một kết quả; cùng tệp cho cùng hồ sơ là cùng một văn bản."""
    need_dossier(parts, caller, code)
    scan = keep(parts, file)
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, f"{scan.key} {ordinal}")
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            document = receive(connection, parts, caller, Arrival(code, ordinal, scan))
            headers = {"Location": f"/api/v1/documents/{document.id}", "ETag": etag(document.record.version)}
            return Stored(202, headers, document_body(connection, document, masked=True).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)
