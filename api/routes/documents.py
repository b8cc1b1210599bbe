"""Documents: lists, one document, its reading, its history, its pictures and its files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from api import cursors, files, ranges
from api.answers import READING
from api.auth import ResultReader
from api.parts import PartsOf
from api.schemas import DocumentPath, DossierCode, PagePath
from api.schemas_documents import DocumentBody, DocumentList, HistoryBody
from api.versions import etag
from api.view import document_bodies, document_body, history_body
from digitize.lifecycle import State
from storage import registry
from storage.registry import Cursor

router = APIRouter(prefix="/api/v1/documents", tags=["Văn bản"])


@router.get("", responses=READING)
def list_documents(
    caller: ResultReader,
    parts: PartsOf,
    state: Annotated[list[State], Query(description="Chỉ các trạng thái này.", max_length=20)] = [],  # noqa: B006  # FastAPI copies it
    dossier: Annotated[DossierCode | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DocumentList:
    """Văn bản trong phạm vi, mới nhất trước; dữ liệu cá nhân được che."""
    after = cursors.from_word(cursor) if cursor else None
    with parts.storage.database.read() as connection:
        found = registry.listing(
            connection, caller.scope, states=state, dossier_code=dossier, after=after, limit=limit + 1
        )
        shown = found[:limit]
        bodies = document_bodies(connection, shown, masked=True)
        counts = registry.counts(connection, caller.scope)
    more = cursors.to_word(Cursor(shown[-1].received_at, shown[-1].id)) if len(found) > limit else None
    return DocumentList(
        documents=list(bodies), counts={state.value: count for state, count in counts.items()}, next=more
    )


@router.get("/{document_id}", response_model=DocumentBody, responses=READING | {304: {"description": "Không đổi."}})
def get_document(
    document_id: DocumentPath,
    caller: ResultReader,
    parts: PartsOf,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Một văn bản; ETag là phiên bản để gửi lại trong If-Match. DocCode của CV 7197 cũng mở được ở địa chỉ này."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        tag = etag(document.record.version)
        if ranges.is_same(if_none_match, tag):
            return ranges.not_modified(tag)
        body = document_body(connection, document, masked=False).model_dump_json()
    return Response(body, headers={"ETag": tag}, media_type="application/json")


@router.get(
    "/{document_id}/reading",
    responses=READING | {200: {"content": {"application/json": {}}, "description": "Bản nháp do máy đọc."}},
    response_class=Response,
)
def get_reading(document_id: DocumentPath, caller: ResultReader, parts: PartsOf) -> Response:
    """Bản nháp do máy đọc: loại, các trường, chữ của từng trang, nhận xét chất lượng."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
    return Response(parts.storage.objects.get(files.reading_key(document)), media_type="application/json")


@router.get("/{document_id}/history", responses=READING)
def get_history(document_id: DocumentPath, caller: ResultReader, parts: PartsOf) -> HistoryBody:
    """Chuỗi sự kiện của văn bản và kết quả kiểm tra chuỗi."""
    with parts.storage.database.read() as connection:
        registry.find(connection, document_id, caller.scope)
        return history_body(connection, document_id)


@router.get(
    "/{document_id}/previews/{page}",
    responses=READING
    | {200: {"content": {"image/jpeg": {}}, "description": "Ảnh xem trước."}, 304: {"description": "Không đổi."}},
    response_class=Response,
)
def get_preview(
    document_id: DocumentPath,
    page: PagePath,
    caller: ResultReader,
    parts: PartsOf,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Ảnh xem trước của một trang."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        key = files.preview_key(connection, document, page)
    headers = {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(parts.storage.objects.get(key), headers=headers, media_type="image/jpeg")


@router.get(
    "/{document_id}/files/{name}",
    responses=READING | {200: {"content": files.MEDIA_TYPES, "description": "Nội dung tệp."}},
    response_class=StreamingResponse,
)
def get_file(
    document_id: DocumentPath, name: files.FileName, caller: ResultReader, parts: PartsOf
) -> StreamingResponse:
    """Tải bản quét, bản lưu trữ, bản đã ký, bản đã đóng dấu, dữ liệu đã xác nhận hoặc chữ ký của dữ liệu."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
    return files.download(parts.storage.objects, document, name)
