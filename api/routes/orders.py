"""The sealing officer's press: one order for a list of documents."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import once
from api.answers import WRITING
from api.auth import PersonOnly, need_proof
from api.parts import PartsOf
from api.schemas import IdempotencyKey
from api.schemas_documents import RefusedBody, SealOrderBody, SealOrderSent
from api.sealing import order_seal
from storage.idempotency import Stored

router = APIRouter(prefix="/api/v1", tags=["Đóng dấu"])


@router.post("/seal-orders", status_code=202, response_model=SealOrderBody, responses=WRITING)
def create_seal_order(
    sent: SealOrderSent, caller: PersonOnly, parts: PartsOf, request: Request, key: IdempotencyKey = None
) -> Response:
    """Yêu cầu đóng dấu một loạt văn bản; từng văn bản được nhận hoặc bị từ chối kèm lý do."""
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            need_proof(caller, parts)
            order = order_seal(connection, parts, caller, sent.documents, sent.certificates)
            body = SealOrderBody(
                order=order.id,
                accepted=list(order.accepted),
                refused=[RefusedBody.model_validate(refused) for refused in order.refused],
            )
            return Stored(202, {}, body.model_dump_json())

        return once.answer(connection, asked, parts.now(), act)
