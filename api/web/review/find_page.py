"""Finding results from the work list: names are personal, so the words come in a form and never in an address."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api.auth import Right
from api.errors import problem_of
from api.parts import PartsOf
from api.routes.finding import find_results
from api.schemas_search import Asking, Highlight
from api.web.rendering import page
from api.web.visiting import SentForm, Visitor
from digitize.errors import InvalidInput, SohoaError

router = APIRouter()

PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text."""

    text: str
    agrees: bool
    """It is what was looked for."""


@router.get("/find")
def show_form(request: Request, caller: Visitor) -> Response:
    """Ask what is looked for."""
    caller.need(Right.READ_RESULTS)
    return page(request, "review/find.html", caller=caller, q="", found=None, message=None, stretches=stretches_of)


@router.post("/find")
def find(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Show what was found, with what agrees set off."""
    caller.need(Right.READ_RESULTS)
    words, found, message, status = sent.get("q"), None, None, 200
    try:
        found = find_results(_asking(words, sent.get("cursor")), caller, parts)
    except SohoaError as error:
        message = problem_of(error)
        status = message.status
    return page(
        request, "review/find.html", status, caller=caller, q=words, found=found, message=message,
        stretches=stretches_of,
    )  # fmt: skip


def stretches_of(highlight: Highlight) -> list[Stretch]:
    """Cut a text into what agrees and what stands between."""
    cut: list[Stretch] = []
    at = 0
    for begin, end in sorted(highlight.spans):
        if begin > at:
            cut.append(Stretch(highlight.text[at:begin], agrees=False))
        cut.append(Stretch(highlight.text[begin:end], agrees=True))
        at = end
    return [*cut, Stretch(highlight.text[at:], agrees=False)]


def _asking(words: str, cursor: str) -> Asking:
    try:
        return Asking(q=words, cursor=cursor or None, limit=PAGE_LENGTH)
    except ValidationError as error:
        raise InvalidInput("câu tìm quá dài hoặc có ký tự lạ") from error
