"""One press of the sealing officer, from the list or from a document."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.errors import ProofRequired
from api.parts import PartsOf
from api.sealing import order_seal
from api.web.proving import proof_page, prove_or_ask
from api.web.rendering import page
from api.web.visiting import SentForm, Visitor
from digitize.errors import InvalidInput, NotIdentified
from storage import shown

router = APIRouter()


@router.post("/seal-orders")
def order(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Order the seal for the chosen documents and tell what became of each."""
    documents = sent.all("documents")
    if not documents:
        raise InvalidInput("chưa chọn văn bản nào", remedy="Hãy đánh dấu ít nhất một văn bản trong danh sách.")
    try:
        prove_or_ask(request, parts, caller, sent)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    with parts.storage.database.write() as connection:
        ordered = order_seal(connection, parts, caller, documents)
        titles = shown.titles(connection, documents, caller.scope)
    return page(request, "review/seal_order.html", caller=caller, order=ordered, titles=titles)
