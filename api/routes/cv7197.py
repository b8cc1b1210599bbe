"""The paths of CV 7197/BKHCN-CĐSQG (11/2025), through the same functions as our own.

A DocCode has a shape of its own, so that it never meets an id of ours on ``/documents/…``. What a system sends beside a
file stays its word: a person confirms the data, and a person alone corrects them.
"""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from pydantic import ValidationError
from starlette.convertors import StringConvertor, register_url_convertor

from api import files, once, ranges, steps
from api.answers import READING, STEPPING, WRITING, documented
from api.auth import PersonOnly, ResultReader, ResultWriter
from api.files import FileName
from api.intake import Arrival, keep, need_dossier, receive
from api.parts import PartsOf
from api.schemas import IdempotencyKey, IfMatch
from api.schemas_cv7197 import CodedDocumentBody, CorrectionOfMetadata, DocCodePath, ImportSent
from api.schemas_documents import DocumentBody
from api.schemas_reuse import AssuranceBody, ValidityBody
from api.steps import Target
from api.versions import etag, wanted_version
from api.view import document_body
from digitize import cv7197
from digitize.errors import InvalidInput, NotFound
from digitize.metadata import kind_name
from digitize.reuse import restriction
from digitize.targets import VIETNAM_TIME
from storage import registry, reuse, shown
from storage.idempotency import Stored
from storage.registry import EVERYTHING, Document


class _DocCode(StringConvertor):
    regex = "[^_/]+_[^_/]+_[0-9]{6}_V[0-9]+"


register_url_convertor("doccode", _DocCode())

router = APIRouter(prefix="/api/v1/documents", tags=["CV 7197"])

_LONGEST_METADATA = 10_000


@router.post("/import", status_code=202, response_model=DocumentBody, responses=WRITING | documented(415))
def import_document(
    file: Annotated[UploadFile, File(description="Bản quét: PDF, JPEG, PNG hoặc TIFF.")],
    metadata: Annotated[
        str, Form(max_length=_LONGEST_METADATA, description="JSON: các trường của CV 7197 và MaHoSo (chưa kiểm chứng).")
    ],
    caller: ResultWriter,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Nhận bản quét và siêu dữ liệu theo CV 7197; siêu dữ liệu là lời của hệ thống gửi, cán bộ vẫn phải xác nhận."""
    sent = _read(metadata)
    need_dossier(parts, caller, sent.MaHoSo)
    scan = keep(parts, file)
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, f"{scan.key} {sent.model_dump_json()}")
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            document = receive(connection, parts, caller, Arrival(sent.MaHoSo, sent.ThuTuKetQua, scan))
            told = sent.model_dump(mode="json", exclude={"MaHoSo", "ThuTuKetQua"})
            reuse.keep_sent(connection, document.id, told, caller.actor.id, parts.now())
            headers = {"Location": f"/api/v1/documents/{document.id}", "ETag": etag(document.record.version)}
            return Stored(202, headers, document_body(connection, document, masked=True).model_dump_json())

        return once.answer(connection, asked, parts.now(), act)


@router.get("/{document_id:doccode}", include_in_schema=False)
def get_coded_document(
    document_id: DocCodePath,
    caller: ResultReader,
    parts: PartsOf,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Văn bản theo DocCode: các trường của CV 7197, trạng thái, hiệu lực và độ tin cậy."""
    with parts.storage.database.read() as connection:
        document = registry.find_by_doc_code(connection, document_id, caller.scope)
        body = _body(connection, document, parts)
    tag = etag(document.record.version)
    if ranges.is_same(if_none_match, tag):
        return ranges.not_modified(tag)
    return Response(body.model_dump_json(), headers={"ETag": tag}, media_type="application/json")


@router.put("/{document_id:doccode}", response_model=CodedDocumentBody, responses=STEPPING)
def put_coded_document(
    document_id: DocCodePath,
    sent: CorrectionOfMetadata,
    caller: PersonOnly,
    parts: PartsOf,
    if_match: IfMatch = None,
) -> Response:
    """Đính chính siêu dữ liệu của văn bản đã đóng dấu theo DocCode; chỉ người có vai trò, kèm lý do và If-Match.

    Hệ thống không đính chính: dữ liệu do người xác nhận chỉ người sửa, và sau đó cơ quan phải ký lại dữ liệu mới.
    """
    if sent.DocCode not in ("", document_id):
        raise InvalidInput("DocCode trong thân yêu cầu khác với DocCode trên địa chỉ")
    kind = cv7197.kind_named(sent.TypeName)
    with parts.storage.database.read() as connection:
        document = registry.find_by_doc_code(connection, document_id, caller.scope)
        latest = shown.latest_data(connection, document.id)
    told = {
        "number": cv7197.joined_number(sent.CodeNumber, sent.CodeNotation),
        "issued_date": sent.IssuedDate.isoformat(),
        "organ_name": sent.OrganName,
        "subject": sent.Subject,
    }
    fields = {**({} if latest is None else latest.fields), **told}
    with steps.transaction(parts, caller, Target(document.id, wanted_version(if_match))) as hand:
        steps.correct(hand, kind, fields, sent.LyDo)
        after = registry.find(hand.connection, document.id, caller.scope)
        body = _body(hand.connection, after, parts).model_dump_json()
    return Response(body, headers={"ETag": etag(after.record.version)}, media_type="application/json")


@router.get(
    "/download/{document_id:doccode}",
    responses=READING
    | documented(409, 416)
    | {
        200: {"content": {"application/pdf": {}}, "description": "Tệp đã đóng dấu."},
        206: {"content": {"application/pdf": {}}, "description": "Một phần của tệp (Range)."},
        304: {"description": "Không đổi."},
    },
    response_class=Response,
)
def download_coded_document(
    document_id: DocCodePath,
    caller: ResultReader,
    parts: PartsOf,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Tải tệp đã đóng dấu theo DocCode, cả tệp hoặc một phần."""
    with parts.storage.database.read() as connection:
        document = registry.find_by_doc_code(connection, document_id, caller.scope)
    key = files.key_of_file(document, FileName.SEALED)
    if key is None:
        raise NotFound("tệp đã đóng dấu của văn bản này")
    if ranges.is_same(if_none_match, f'"{key}"'):
        return ranges.not_modified(f'"{key}"')
    headers = {"Content-Disposition": f'attachment; filename="{document.id}-sealed.pdf"'}
    return ranges.stream(parts.storage.objects, key, "application/pdf", headers, wanted, if_range)


def _read(metadata: str) -> ImportSent:
    try:
        return ImportSent.model_validate_json(metadata)
    except ValidationError as error:
        named = sorted({".".join(str(part) for part in fault["loc"]) or "JSON" for fault in error.errors()})
        raise InvalidInput(f"metadata sai hoặc thiếu: {', '.join(named)}") from error


def _body(connection: sa.Connection, document: Document, parts: PartsOf) -> CodedDocumentBody:
    now = parts.now()
    latest = shown.latest_data(connection, document.id)
    kind = document.summary.kind_code if latest is None else latest.kind_code
    told = cv7197.metadata(
        doc_code=document.doc_code or "",
        kind_name=kind_name(kind),
        confirmed={} if latest is None else latest.fields,
        pages=document.summary.pages,
        signed=document.sealed_key is not None,
        restricted=restriction(kind, now.astimezone(VIETNAM_TIME).date()) is not None,
    )
    shown_now = reuse.find(connection, [document.result_id], EVERYTHING, now)
    found = [each for each in shown_now if each.document_id == document.id]
    return CodedDocumentBody(
        **told.as_dict(),  # type: ignore[arg-type]  # as the fields of both classes say
        Id=document.id,
        State=document.state.value,
        Version=document.record.version,
        ChangedAt=document.changed_at,
        Validity=ValidityBody.model_validate(found[0].validity) if found else None,
        Assurance=AssuranceBody.model_validate(found[0].assurance) if found else None,
    )
