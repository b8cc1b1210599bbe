"""Results for reuse: data first, then the file by a link that ends soon; who asks says why, and it is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from api import ranges
from api.answers import READING, WRITING, documented, given
from api.auth import AnyCaller, Caller, ReuseCaller, Right
from api.errors import MissingScope
from api.parts import Parts, PartsOf
from api.reuse_view import answered_body, asker, result_body, tag_of
from api.schemas import Id
from api.schemas_reuse import (
    LinkBody,
    LinkSent,
    ResultPath,
    ReuseBody,
    ReusedResultBody,
    SearchSent,
    SecretPath,
    ValidityBody,
)
from digitize.errors import NotFound
from digitize.reuse import Access
from storage import reuse
from storage.reuse import Answer, Question

router = APIRouter(prefix="/api/v1/results", tags=["Tái sử dụng"])

PDF = "application/pdf"


@router.post("/search", response_model=ReuseBody, responses=WRITING)
def search_for_reuse(sent: SearchSent, caller: ReuseCaller, parts: PartsOf) -> Response:
    """Kết quả đã công bố của một chủ giấy tờ trong toàn tỉnh, kèm hiệu lực và độ tin cậy; lượt hỏi được ghi lại.

    Mục đích, căn cứ pháp lý và mã hồ sơ là bắt buộc và chủ giấy tờ xem được. `pending`: đơn vị cấp phải quyết định,
    hãy hỏi lại bằng GET /api/v1/reuse/{request_id}.
    """
    question = Question(
        owner=sent.owner, purpose=sent.purpose, legal_basis=sent.legal_basis, dossier_code=sent.dossier_code,
        kind_code=sent.kind, result_type_code=sent.result_type, in_force_on=sent.in_force_on,
    )  # fmt: skip
    with parts.storage.database.write() as connection:
        body = answered_body(reuse.ask(connection, question, asker(caller), parts.now()))
    return given(body)


@router.get("/{result_id}", response_model=ReusedResultBody, responses=READING | {304: {"description": "Không đổi."}})
def get_result(
    result_id: ResultPath,
    caller: AnyCaller,
    parts: PartsOf,
    request: Annotated[Id | None, Query(description="Mã yêu cầu tra cứu; bỏ trống: kết quả của đơn vị mình.")] = None,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Một kết quả với dữ liệu, hiệu lực và độ tin cậy lúc này; ETag đổi khi một trong ba thay đổi."""
    body = _of_request(parts, caller, request, result_id) if request else _own(parts, caller, result_id)
    told = body.model_dump_json()
    tag = tag_of(told)
    if ranges.is_same(if_none_match, tag):
        return ranges.not_modified(tag)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    return Response(told, headers=headers, media_type="application/json")


@router.post("/{result_id}/link", status_code=201, response_model=LinkBody, responses=WRITING)
def link_to_result(result_id: ResultPath, sent: LinkSent, caller: ReuseCaller, parts: PartsOf) -> Response:
    """Đường dẫn tải tệp đã đóng dấu, hết hạn sau ít phút; không chứa số định danh."""
    lives = timedelta(minutes=parts.settings.reuse_link_minutes)
    with parts.storage.database.write() as connection:
        link = reuse.make_link(connection, sent.request, result_id, asker(caller), parts.now(), lives)
    body = LinkBody(
        url=f"{parts.settings.pages}{router.prefix}/files/{link.secret}",
        expires_at=link.expires_at,
        sha256=link.result.file_key,
        validity=ValidityBody.model_validate(link.result.validity),
    )
    return given(body, 201)


@router.get(
    "/files/{secret}",
    responses=documented(400, 403, 404, 416, 422, 503)
    | {
        200: {"content": {PDF: {}}, "description": "Tệp đã đóng dấu."},
        206: {"content": {PDF: {}}, "description": "Một phần của tệp (Range)."},
        304: {"description": "Không đổi."},
    },
    response_class=Response,
)
def get_result_file(
    secret: SecretPath,
    parts: PartsOf,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Tải tệp bằng đường dẫn ngắn hạn, cả tệp hoặc một phần."""
    with parts.storage.database.write() as connection:
        result = reuse.open_link(connection, secret, parts.now())
    tag = f'"{result.file_key}"'
    if ranges.is_same(if_none_match, tag):
        return ranges.not_modified(tag)
    headers = {"Content-Disposition": f'attachment; filename="{result.id}.pdf"'}
    return ranges.stream(parts.storage.objects, result.file_key, PDF, headers, wanted, if_range)


def _of_request(parts: Parts, caller: Caller, request: str, result_id: str) -> ReusedResultBody:
    caller.need(Right.REUSE_RESULTS)
    with parts.storage.database.write() as connection:
        return result_body(reuse.show_one(connection, request, result_id, asker(caller), parts.now()))


def _own(parts: Parts, caller: Caller, result_id: str) -> ReusedResultBody:
    if Right.READ_RESULTS not in caller.rights:
        raise MissingScope(remedy="Hãy nêu mã yêu cầu tra cứu trong tham số request.")
    with parts.storage.database.read() as connection:
        found = reuse.find(connection, [result_id], caller.scope, parts.now())
    if not found:
        raise NotFound("kết quả đã công bố có mã này")
    return result_body(Answer(found[0], Access.GRANTED, ""))
