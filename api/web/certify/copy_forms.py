"""The forms about one original: compared and signed, sealed, refused, given up, void, handed over, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import copies
from api.answers import answer_with
from api.auth import Caller, Right
from api.copies import CopyHand, copy_transaction
from api.errors import ProofRequired, problem_of, status_of
from api.parts import Parts, PartsOf
from api.schemas_copies import AttestationSent, CancellationSent, CertificationPath, RefusalSent
from api.schemas_documents import ReasonSent
from api.sealing import order_seal
from api.web.certify.handing_over import handout_of
from api.web.certify.of_visit import CopyOfVisit
from api.web.certify.visit_page import Told, visit_answer
from api.web.form_bodies import checked, moment
from api.web.proving import proof_page, prove_or_ask
from api.web.visiting import Sent, SentForm, Visitor
from digitize.attest.codes import parse_verification_code
from digitize.errors import Forbidden, InvalidInput, NotFound, NotIdentified, SohoaError
from storage import certifications

router = APIRouter(prefix="/certifications")


def _attest(hand: CopyHand, sent: Sent) -> None:
    """Take the order when every page was ticked off against the paper."""
    shown = hand.copy().captured_pages or 0
    left = [page for page in range(1, shown + 1) if not sent.get(f"page-{page}")]
    if left or not sent.get("whole"):
        named = f": còn trang {', '.join(map(str, left))}" if left else ""
        raise InvalidInput(f"chưa đánh dấu đối chiếu đủ với bản chính{named}")
    copies.order_attestation(hand, compared=True, certificates=_certificates(sent))


def _refuse(parts: Parts, caller: Caller, copy_id: str, sent: Sent) -> None:
    """Typeset the letter first, outside the transaction that refuses."""
    body = checked(RefusalSent, {"ground": sent.get("ground"), "reason": sent.get("reason")})
    version = sent.version()
    with parts.storage.database.read() as connection:
        looking = CopyHand(connection, parts.storage.objects, caller, copy_id, version, parts.now())
        letter = copies.typeset_refusal(looking, body.ground, body.reason)
    with copy_transaction(parts, caller, copy_id, version) as hand:
        copies.refuse(hand, body.ground, body.reason, letter)


def _seal(parts: Parts, caller: Caller, copy_id: str, sent: Sent) -> None:
    """Press the agency's seal for this one copy."""
    with parts.storage.database.write() as connection:
        ordered = order_seal(connection, parts, caller, [copy_id], _certificates(sent))
        if ordered.refused:
            raise Forbidden(ordered.refused[0].message)


def _cancel(hand: CopyHand, sent: Sent) -> None:
    hand.caller.need(Right.REVOKE_COPIES)
    typed = sent.get("successor").strip()
    successor = None
    if typed:
        code = parse_verification_code(typed)
        successor = certifications.find_by_code(hand.connection, code, hand.caller.scope).id
    body = checked(
        CancellationSent,
        {
            "decision_number": sent.get("decision_number").strip(),
            "reason": sent.get("reason"),
            "effective_at": moment(sent.get("effective_at"), "thời điểm có hiệu lực"),
            "successor": successor,
        },
    )
    copies.cancel(hand, body.decision_number, body.reason, body.effective_at, body.successor)


def _certificates(sent: Sent) -> list[str]:
    """Return those of the token at this machine; none: the key is held by the sealing worker."""
    return checked(AttestationSent, {"compared": True, "certificates": list(sent.all("certificate"))}).certificates


def _reason(sent: Sent) -> str:
    return checked(ReasonSent, {"reason": sent.get("reason")}).reason


def _in_one(act: Callable[[CopyHand, Sent], None]) -> Callable[[Parts, Caller, str, Sent], None]:
    """Take a step in one transaction."""

    def step(parts: Parts, caller: Caller, copy_id: str, sent: Sent) -> None:
        with copy_transaction(parts, caller, copy_id, sent.version()) as hand:
            act(hand, sent)

    return step


_STEPS: Mapping[str, Callable[[Parts, Caller, str, Sent], None]] = {
    "attestation": _in_one(_attest),
    "refusal": _refuse,
    "abandonment": _in_one(lambda hand, sent: copies.abandon(hand, _reason(sent))),
    "void": _in_one(lambda hand, sent: copies.void(hand, _reason(sent))),
    "seal": _seal,
    "cancellation": _in_one(_cancel),
}
"""What each form does; the capture and the link have routes of their own."""

_PROVED = frozenset({"attestation", "refusal", "void", "seal", "cancellation"})
"""Forms that ask for the password again after a while."""


@router.post("/{certification_id}/copies/{copy_id}/links")
def offer_link(
    certification_id: CertificationPath, copy_id: CopyOfVisit, request: Request, caller: Visitor, parts: PartsOf
) -> Response:
    """Make a download link and show it, this once, to be handed over."""
    caller.need(Right.ISSUE_COPIES)
    try:
        with parts.storage.database.write() as connection:
            link = copies.offer_link(connection, parts, caller, copy_id)
    except SohoaError as error:
        return refused(request, parts, caller, (certification_id, copy_id), error)
    told = Told(handout=handout_of(link))
    return visit_answer(request, parts, caller, certification_id, copy_id, told)


@router.post("/{certification_id}/copies/{copy_id}/{step}")
def take_step(
    certification_id: CertificationPath,
    copy_id: CopyOfVisit,
    step: str,
    request: Request,
    sent: SentForm,
    caller: Visitor,
    parts: PartsOf,
) -> Response:
    """Take a step; when it is refused, show the screen again with the reason."""
    act = _STEPS.get(step)
    if act is None:
        raise NotFound("bước này")
    try:
        if step in _PROVED:
            prove_or_ask(request, parts, caller, sent)
        act(parts, caller, copy_id, sent)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    except SohoaError as error:
        return refused(request, parts, caller, (certification_id, copy_id), error)
    return back(certification_id, copy_id)


def refused(request: Request, parts: Parts, caller: Caller, where: tuple[str, str], error: SohoaError) -> Response:
    """Show the screen of a visit again with the reason; what is not there or will come right is told on its own page.

    Args:
        request: of the form.
        parts: the service.
        caller: who sent it.
        where: ids of the visit and the copy.
        error: why not.
    """
    if isinstance(error, NotFound) or error.retryable:
        return answer_with(request, problem_of(error))
    return visit_answer(request, parts, caller, *where, Told(error.message, status_of(type(error))))


def back(certification_id: str, copy_id: str) -> Response:
    """Lead back to the screen, with the same original in hand."""
    return RedirectResponse(f"/certifications/{certification_id}?copy={copy_id}", 303)
