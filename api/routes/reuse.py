"""Requests for reuse: asked again, decided by the issuing unit, accepted for a paper, seen by the owner."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import cursors
from api.answers import READING, WRITING, documented, given
from api.auth import PersonOnly, ReuseCaller, Right
from api.errors import MissingScope
from api.looking_up import admit
from api.parts import PartsOf
from api.reuse_view import answered_body, asker, lookups_body, waiting_body
from api.schemas_reuse import (
    AcceptanceBody,
    AcceptanceSent,
    DecisionBody,
    DecisionSent,
    LookupList,
    OnBehalfSent,
    OwnerProofSent,
    RequestPath,
    ReuseBody,
    WaitingResultList,
)
from storage import reuse, shown
from storage.registry import Cursor
from storage.reuse import DECIDERS, Place

router = APIRouter(prefix="/api/v1/reuse", tags=["Tái sử dụng"])

_ID_LENGTH = 32


@router.get("/pending", responses=READING)
def list_pending(
    caller: PersonOnly,
    parts: PartsOf,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WaitingResultList:
    """Kết quả hạn chế của đơn vị đang được nơi khác hỏi và chờ quyết định, cũ nhất trước."""
    if caller.actor.office not in DECIDERS:
        raise MissingScope
    after = None if cursor is None else _place(cursors.from_word(cursor))
    now = parts.now()
    with parts.storage.database.read() as connection:
        found = reuse.waiting(connection, caller.scope, now, after=after, limit=limit + 1)
        names = shown.names(connection, (each.caller_id for each in found))
    page = found[:limit]
    following = _word(page[-1].place) if len(found) > limit else None
    return WaitingResultList(waiting=[waiting_body(each, names) for each in page], next=following)


@router.post("/accesses", responses=documented(400, 401, 403, 413, 422, 429, 503))
def list_accesses(sent: OwnerProofSent, request: Request, parts: PartsOf) -> LookupList:
    """Ai đã xem kết quả của tôi, khi nào, vì sao: không cần đăng nhập, cần biết số và một dữ kiện ghi trên giấy."""
    admit(request, parts)
    with parts.storage.database.write() as connection:
        found = reuse.of_owner(connection, sent.owner, sent.result_code, sent.fact, parts.now())
    return lookups_body(found)


@router.post("/accesses/on-behalf", responses=WRITING)
def list_accesses_on_behalf(sent: OnBehalfSent, caller: PersonOnly, parts: PartsOf) -> LookupList:
    """Cán bộ xem thay chủ giấy tờ đã xuất trình giấy tờ tùy thân; lượt xem này cũng nằm trong danh sách."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.write() as connection:
        found = reuse.on_behalf(connection, sent.owner, sent.legal_basis, asker(caller), parts.now())
    return lookups_body(found)


@router.get("/{request_id}", responses=READING)
def ask_again(request_id: RequestPath, caller: ReuseCaller, parts: PartsOf) -> ReuseBody:
    """Hỏi lại một yêu cầu của mình: hiệu lực lúc này, và kết quả vừa được đơn vị cấp cho xem."""
    with parts.storage.database.write() as connection:
        return answered_body(reuse.ask_again(connection, request_id, asker(caller), parts.now()))


@router.post("/{request_id}/accept", response_model=AcceptanceBody, responses=WRITING)
def accept(request_id: RequestPath, sent: AcceptanceSent, caller: ReuseCaller, parts: PartsOf) -> Response:
    """Ghi nhận kết quả đã lấy về thay cho một giấy tờ: chỉ việc này mới tính là tái sử dụng; gửi lại vẫn là một."""
    with parts.storage.database.write() as connection:
        made = reuse.accept(
            connection, request_id, sent.result, dossier_code=sent.dossier_code, component=sent.component,
            asker=asker(caller), now=parts.now(),
        )  # fmt: skip
    return given(AcceptanceBody.model_validate(made))


@router.post("/{request_id}/decisions", responses=WRITING)
def decide(request_id: RequestPath, sent: DecisionSent, caller: PersonOnly, parts: PartsOf) -> DecisionBody:
    """Văn thư hoặc lãnh đạo của đơn vị cấp quyết định cho xem hay không, kèm lý do."""
    with parts.storage.database.write() as connection:
        access = reuse.decide(
            connection, request_id, sent.result, grant=sent.grant, reason=sent.reason, actor=caller.actor,
            scope=caller.scope, now=parts.now(),
        )  # fmt: skip
    return DecisionBody(request=request_id, result=sent.result, access=access)


def _word(place: Place) -> str:
    return cursors.to_word(Cursor(place.asked_at, place.request_id + place.result_id))


def _place(cursor: Cursor) -> Place:
    return Place(cursor.received_at, cursor.document[:_ID_LENGTH], cursor.document[_ID_LENGTH:])
