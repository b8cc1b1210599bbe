"""Coming in and going out, by page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import cookie_name, session_token
from api.doors import end_session, open_session
from api.parts import PartsOf
from api.routes.session import set_cookie
from api.web.rendering import page
from api.web.visiting import SentForm
from digitize.errors import NotIdentified

router = APIRouter()


@router.get("/login")
def show_login(request: Request) -> Response:
    """Ask for name and password."""
    return page(request, "login.html", message="", username="")


@router.post("/login")
def log_in(request: Request, sent: SentForm, parts: PartsOf) -> Response:
    """Begin a session, or say why not."""
    username = sent.get("username").strip()
    try:
        token, _ = open_session(parts, username, sent.get("password"))
    except NotIdentified as error:
        return page(request, "login.html", 401, message=error.message, username=username)
    answer = RedirectResponse("/", 303)
    set_cookie(answer, parts.settings, token)
    return answer


@router.post("/logout")
def log_out(request: Request, parts: PartsOf) -> Response:
    """End the session."""
    end_session(parts, session_token(request, parts.settings))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(parts.settings), secure=parts.settings.secure_cookies, httponly=True)
    return answer
