"""Certified copies: lists, one copy, its reading, its history, its pictures and its files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from api import copy_cursors, copy_files
from api.answers import READING
from api.auth import CopyReader
from api.copy_view import copy_bodies, copy_body, suggestion_body
from api.files import MEDIA_TYPES
from api.parts import PartsOf
from api.schemas import PagePath
from api.schemas_copies import CopyBody, CopyList, CopyPath, SuggestionBody
from api.schemas_documents import HistoryBody
from api.versions import etag
from api.view import history_body
from digitize.attest.lifecycle import CopyState
from digitize.errors import NotFound
from digitize.model import Reading, from_json
from storage import certifications
from storage.certifications import CopyCursor
from storage.certifications.keeping import preview_key

router = APIRouter(prefix="/api/v1/copies", tags=["Chứng thực bản sao điện tử"])


@router.get("", responses=READING)
def list_copies(
    caller: CopyReader,
    parts: PartsOf,
    state: Annotated[list[CopyState], Query(description="Chỉ các trạng thái này.", max_length=20)] = [],  # noqa: B006  # FastAPI copies it
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CopyList:
    """Bản sao trong phạm vi, mới nhất trước."""
    after = copy_cursors.from_word(cursor)
    with parts.storage.database.read() as connection:
        found = certifications.listing(connection, caller.scope, states=state, after=after, limit=limit)
        bodies = copy_bodies(connection, found)
    full = len(found) == limit
    following = copy_cursors.to_word(CopyCursor(found[-1].opened_at, found[-1].id)) if full else None
    return CopyList(copies=bodies, next=following)


@router.get("/{copy_id}", response_model=CopyBody, responses=READING)
def get_copy(copy_id: CopyPath, caller: CopyReader, parts: PartsOf) -> Response:
    """Một bản sao; ETag là phiên bản của nó."""
    with parts.storage.database.read() as connection:
        copy = certifications.find(connection, copy_id, caller.scope)
        body = copy_body(connection, copy).model_dump_json()
    return Response(body, headers={"ETag": etag(copy.record.version)}, media_type="application/json")


@router.get("/{copy_id}/suggestion", responses=READING)
def get_suggestion(copy_id: CopyPath, caller: CopyReader, parts: PartsOf) -> SuggestionBody:
    """Tên, số của bản chính do máy đọc: bản nháp để người chứng thực đối chiếu."""
    with parts.storage.database.read() as connection:
        copy = certifications.find(connection, copy_id, caller.scope)
    if copy.reading_key is None:
        raise NotFound("bản đọc của bản chụp")
    return suggestion_body(from_json(parts.storage.objects.get(copy.reading_key), Reading))


@router.get("/{copy_id}/history", responses=READING)
def get_copy_history(copy_id: CopyPath, caller: CopyReader, parts: PartsOf) -> HistoryBody:
    """Chuỗi sự kiện của bản sao và kết quả kiểm tra chuỗi."""
    with parts.storage.database.read() as connection:
        certifications.find(connection, copy_id, caller.scope)
        return history_body(connection, copy_id)


@router.get(
    "/{copy_id}/previews/{page}",
    responses=READING | {200: {"content": {"image/jpeg": {}}, "description": "Ảnh xem trước."}},
    response_class=Response,
)
def get_copy_preview(copy_id: CopyPath, page: PagePath, caller: CopyReader, parts: PartsOf) -> Response:
    """Ảnh xem trước của một trang bản chụp."""
    with parts.storage.database.read() as connection:
        copy = certifications.find(connection, copy_id, caller.scope)
        key = preview_key(connection, copy, page)
    if key is None:
        raise NotFound("trang này của bản chụp")
    headers = {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}
    return Response(parts.storage.objects.get(key), headers=headers, media_type="image/jpeg")


@router.get(
    "/{copy_id}/files/{name}",
    responses=READING | {200: {"content": MEDIA_TYPES, "description": "Nội dung tệp."}},
    response_class=StreamingResponse,
)
def get_copy_file(
    copy_id: CopyPath, name: copy_files.CopyFileName, caller: CopyReader, parts: PartsOf
) -> StreamingResponse:
    """Tải bản chụp, bản lưu trữ, bản có lời chứng, bản đã ký, bản đã đóng dấu hoặc văn bản từ chối."""
    with parts.storage.database.read() as connection:
        copy = certifications.find(connection, copy_id, caller.scope)
        key = copy_files.key_of_file(connection, copy, name)
    return copy_files.download(parts.storage.objects, copy.id, name, key)
