"""The forms on the page of a document: each takes one step and leads back to the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api import steps
from api.answers import answer_with
from api.auth import Caller
from api.errors import ProofRequired, problem_of
from api.intake import keep
from api.parts import Parts, PartsOf
from api.schemas import DocumentPath
from api.steps import Hand, Target
from api.web.proving import proof_page, prove_or_ask
from api.web.review.document_page import document_answer
from api.web.visiting import Sent, SentForm, Visitor, iso_day, ordinal_of
from digitize.errors import InvalidInput, NotFound, NotIdentified, SohoaError
from digitize.targets import VIETNAM_TIME

router = APIRouter()

Step = Callable[[Hand, Sent], None]


def _sign_capture(hand: Hand, sent: Sent) -> None:
    if not all(sent.get(name) for name in ("complete", "in_order", "legible")):
        raise InvalidInput("cần đánh dấu đủ ba ô: đủ trang, đúng thứ tự, rõ chữ", remedy="Nếu chưa đạt, hãy quét lại.")
    steps.order_capture_signature(hand)


def _move(hand: Hand, sent: Sent) -> None:
    steps.move(hand, sent.get("dossier").strip(), ordinal_of(sent.get("ordinal")), sent.get("reason"))


def _revoke(hand: Hand, sent: Sent) -> None:
    try:
        day = date.fromisoformat(iso_day(sent.get("effective_on").strip()))
        effective_at = datetime.combine(day, time.min, VIETNAM_TIME).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("ngày hiệu lực không đúng", remedy="Hãy gõ ngày/tháng/năm.") from error
    steps.revoke(hand, sent.get("decision_number"), sent.get("reason"), effective_at)


_STEPS: Mapping[str, Step] = {
    "capture-signature": _sign_capture,
    "confirmation": lambda hand, sent: steps.confirm(hand, sent.get("kind"), sent.fields()),
    "approval": lambda hand, _: steps.approve(hand),
    "return": lambda hand, sent: steps.give_back(hand, sent.get("reason")),
    "withdrawal": lambda hand, sent: steps.withdraw(hand, sent.get("reason")),
    "token-withdrawal": lambda hand, _: steps.give_token_up(hand),
    "move": _move,
    "correction": lambda hand, sent: steps.correct(hand, sent.get("kind"), sent.fields(), sent.get("reason")),
    "supersession": lambda hand, sent: steps.supersede(hand, sent.get("successor").strip(), sent.get("reason")),
    "revocation": _revoke,
    "quarantine-release": lambda hand, sent: steps.lift_quarantine(hand, sent.get("reason")),
    "purge-proposal": lambda hand, sent: steps.propose_purge(
        hand, sent.get("legal_ground"), sent.get("decision_number")
    ),
    "purge": lambda hand, _: steps.approve_purge(hand),
}
"""What each form does; ``seal`` and ``rescan`` have routes of their own."""

_SIGNING = frozenset({"capture-signature"})
"""Forms that ask for the password again after a while."""


@router.post("/documents/{document_id}/rescan")
def rescan(
    document_id: DocumentPath,
    version: Annotated[int, Form(ge=0, le=1_000_000_000)],
    file: Annotated[UploadFile, File()],
    request: Request,
    caller: Visitor,
    parts: PartsOf,
) -> Response:
    """Hand in a new scan of the same paper."""
    try:
        scan = keep(parts, file)
        with steps.transaction(parts, caller, Target(document_id, version)) as hand:
            steps.rescan(hand, scan)
    except SohoaError as error:
        return _refused(request, parts, caller, document_id, error)
    return _back(document_id)


@router.post("/documents/{document_id}/{step}")
def take_step(
    document_id: DocumentPath, step: str, request: Request, sent: SentForm, caller: Visitor, parts: PartsOf
) -> Response:
    """Take a step; when it is refused, show the page again with the reason and what was typed."""
    act = _STEPS.get(step)
    if act is None:
        raise NotFound("bước này")
    try:
        if step in _SIGNING:
            prove_or_ask(request, parts, caller, sent)
        with steps.transaction(parts, caller, Target(document_id, sent.version())) as hand:
            act(hand, sent)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    except SohoaError as error:
        typed = sent.fields() if step in {"confirmation", "correction"} else None
        return _refused(request, parts, caller, document_id, error, typed)
    return _back(document_id)


def _refused(
    request: Request,
    parts: Parts,
    caller: Caller,
    document_id: str,
    error: SohoaError,
    typed: Mapping[str, str] | None = None,
) -> Response:
    if isinstance(error, NotFound) or error.retryable:
        return answer_with(request, problem_of(error))
    problem = problem_of(error)
    return document_answer(request, parts, caller, document_id, message=problem, status=problem.status, typed=typed)


def _back(document_id: str) -> Response:
    return RedirectResponse(f"/documents/{document_id}", 303)
