"""Choosing the language and light or dark, without a script."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.parts import PartsOf
from api.web import preferences
from api.web.visiting import SentForm

router = APIRouter()


@router.post("/preferences")
def choose(sent: SentForm, parts: PartsOf) -> Response:
    """Keep a choice and lead back to where the person was."""
    back = sent.get("back")
    answer = RedirectResponse(back if preferences.is_own_address(back) else "/", 303)
    preferences.keep(answer, parts.settings, language=sent.get("language"), theme=sent.get("theme"))
    return answer
