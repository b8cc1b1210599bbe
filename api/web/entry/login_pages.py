"""Coming in and going out, by page: password, then the second factor of who has one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import carry, cookie_name, session_token
from api.doors import end_session, open_session, pass_with_code, pass_with_key
from api.errors import problem_of
from api.parts import Parts, PartsOf
from api.passkey_place import place_of
from api.web.rendering import page
from api.web.visiting import SentForm
from digitize.errors import NotIdentified, SohoaError
from storage import logins
from storage.logins import Session
from storage.second_factor import passkeys

router = APIRouter()


@router.get("/login")
def show_login(request: Request) -> Response:
    """Ask for name and password."""
    return page(request, "entry/login.html", message="", username="")


@router.post("/login")
def log_in(request: Request, sent: SentForm, parts: PartsOf) -> Response:
    """Begin a session, or say why not; who has a second factor is asked for it."""
    username = sent.get("username").strip()
    try:
        token, session = open_session(parts, username, sent.get("password"), session_token(request, parts.settings))
    except NotIdentified as error:
        return page(request, "entry/login.html", 401, message=problem_of(error), username=username)
    carry(request, token)
    return RedirectResponse("/login/factor" if session.awaits_factor else "/", 303)


@router.get("/login/factor")
def show_factor(request: Request, parts: PartsOf) -> Response:
    """Ask for the second factor."""
    return _factor_page(request, parts)


@router.post("/login/factor")
def pass_factor(request: Request, sent: SentForm, parts: PartsOf) -> Response:
    """Complete the session, or say why not."""
    token = session_token(request, parts.settings)
    if token is None:
        raise NotIdentified
    credential = sent.get("credential")
    try:
        if credential:
            whole, _ = pass_with_key(parts, token, credential, place_of(request, parts))
        else:
            whole, _ = pass_with_code(parts, token, sent.get("code"))
    except NotIdentified:
        return _factor_page(request, parts, refused=True)
    carry(request, whole)
    return RedirectResponse("/", 303)


@router.post("/logout")
def log_out(request: Request, parts: PartsOf) -> Response:
    """End the session."""
    end_session(parts, session_token(request, parts.settings))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(parts.settings), secure=parts.settings.secure_cookies, httponly=True)
    return answer


def _factor_page(request: Request, parts: Parts, *, refused: bool = False) -> Response:
    """Ask for the second factor of half a session; who has none is led to the beginning."""
    token = session_token(request, parts.settings) or ""
    try:
        with parts.storage.database.write() as connection:
            half: Session = logins.session(connection, token, parts.now(), awaits_factor=True)
            options = passkeys.ask_to_prove(connection, token, half.person.id, place_of(request, parts))
    except SohoaError as error:
        if error.retryable:
            return page(request, "problem.html", 503, problem=problem_of(error))
        return RedirectResponse("/login", 303)
    return page(request, "entry/factor.html", 401 if refused else 200, options=options, refused=refused)
