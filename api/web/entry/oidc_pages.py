"""Coming in through the identity provider, and proving oneself there again before signing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import carry, cookie_name, session_token
from api.errors import problem_of
from api.looking_up import admit
from api.oidc import CALLBACK, Provider
from api.parts import Parts, PartsOf
from api.web.rendering import page
from digitize.errors import NotFound, NotIdentified
from storage import oidc_logins
from storage.settings import Settings

router = APIRouter()

_Word = Annotated[str, Query(max_length=4000)]


@router.get("/login/oidc")
def begin_login(request: Request, parts: PartsOf, again: bool = False) -> Response:
    """Send the browser to the provider; ``again`` renews the proof of a session."""
    provider = _provider(request)
    admit(request, parts)
    session = session_token(request, parts.settings) if again else None
    with parts.storage.database.write() as connection:
        login = oidc_logins.begin(connection, parts.now(), session)
    answer = RedirectResponse(provider.address(login, again=again), 303)
    # Strict would keep it from coming back with the provider's redirect.
    answer.set_cookie(
        _cookie(parts.settings), login.browser, max_age=int(oidc_logins.LIVES.total_seconds()),
        secure=parts.settings.secure_cookies, httponly=True, samesite="lax", path="/",
    )  # fmt: skip
    return answer


@router.get(CALLBACK)
def finish_login(
    request: Request,
    parts: PartsOf,
    state: _Word = "",
    code: _Word = "",
    error: _Word = "",
    iss: _Word | None = None,
) -> Response:
    """Take the provider's answer, and begin a session or renew its proof."""
    provider = _provider(request)
    try:
        token = _finish(request, parts, provider, state, "" if error else code, iss)
    except NotIdentified as refused:
        answer: Response = page(request, "entry/login.html", 401, message=problem_of(refused), username="")
    else:
        # A page and no redirect: the session's cookie is not sent along a way that began at another site.
        answer = page(request, "entry/logged_in.html")
        carry(request, token)
    answer.delete_cookie(_cookie(parts.settings), secure=parts.settings.secure_cookies, httponly=True)
    return answer


def _finish(request: Request, parts: Parts, provider: Provider, state: str, code: str, issuer: str | None) -> str:
    """Return the token of the session that begins, or the new one of the session whose proof was renewed."""
    now = parts.now()
    browser = request.cookies.get(_cookie(parts.settings), "")
    with parts.storage.database.write() as connection:
        pending = oidc_logins.take(connection, state, browser, now)
    if not code:
        raise NotIdentified("nhà cung cấp định danh không cho vào", remedy="Hãy đăng nhập lại từ đầu.")
    identity = provider.identify(code, pending.nonce, pending.verifier, issuer, now)
    with parts.storage.database.write() as connection:
        if pending.session_hash is not None:
            return oidc_logins.prove(connection, pending, identity.subject, identity.authenticated_at, now)
        token, _ = oidc_logins.log_in(connection, identity.subject, identity.authenticated_at, now, parts.settings)
        return token


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("cách đăng nhập này")
    return provider


def _cookie(settings: Settings) -> str:
    return f"{cookie_name(settings)}-oidc"
