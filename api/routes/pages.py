"""The pages of a document before it is signed: looked at, arranged, arranged back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api import arranging, ranges
from api.answers import READING, STEPPING, documented
from api.auth import ResultReader
from api.files import need_open
from api.parts import PartsOf
from api.routes.stepping import StepOf
from api.schemas import DocumentPath, PagePath
from api.schemas_documents import DocumentBody
from api.schemas_pages import ArrangementSent, PagesBody
from digitize.errors import NotFound
from storage import registry, shown

router = APIRouter(prefix="/api/v1/documents/{document_id}", tags=["Trang"])


@router.get("/pages", responses=READING)
def list_pages(document_id: DocumentPath, caller: ResultReader, parts: PartsOf) -> PagesBody:
    """Các trang của từng lần chụp, lần hiện hành trước; không lần chụp nào bị mất."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        return arranging.pages_body(connection, parts.storage.objects, document)


@router.post("/pages", status_code=202, response_model=DocumentBody, responses=STEPPING | documented(410, 415))
def arrange_pages(sent: ArrangementSent, call: StepOf) -> Response:
    """Bỏ, thêm, thay, xoay, đổi thứ tự, tách, gộp trang: thành một lần chụp mới, bản quét cũ giữ nguyên."""
    scans = arranging.new_scans(call.parts, call.caller, sent)
    return call.take(sent.model_dump_json(), lambda hand: arranging.arrange(hand, sent, scans), status=202)


@router.post("/pages/undo", status_code=202, response_model=DocumentBody, responses=STEPPING)
def undo_arrangement(call: StepOf) -> Response:
    """Hoàn tác lần sắp xếp cuối, kể cả văn bản đã tách ra hay đã gộp vào."""
    return call.take("", arranging.undo, status=202)


@router.get(
    "/captures/{capture}/previews/{page}",
    responses=READING
    | {200: {"content": {"image/jpeg": {}}, "description": "Ảnh xem trước."}, 304: {"description": "Không đổi."}},
    response_class=Response,
)
def get_capture_preview(
    document_id: DocumentPath,
    capture: PagePath,
    page: PagePath,
    caller: ResultReader,
    parts: PartsOf,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Ảnh xem trước một trang của một lần chụp, kể cả lần chụp cũ."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        need_open(document)
        key = shown.capture_preview(connection, document_id, capture, page)
    if key is None:
        raise NotFound("trang này của văn bản")
    tag = f'"{key}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if ranges.is_same(if_none_match, tag):
        return ranges.not_modified(tag)
    return Response(parts.storage.objects.get(key), headers=headers, media_type="image/jpeg")
