"""Coming in and going out: sessions of people, tokens of systems."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Form, Header, Request, Response

from api.answers import documented
from api.auth import AnyCaller, cookie_name, session_token
from api.certificates import shown_certificate
from api.doors import end_session, open_session, renew_proof
from api.parts import PartsOf
from api.schemas import PRINTABLE, LogIn, PersonBody, Proof, SessionBody, TokenBody
from digitize.errors import InvalidInput, NotIdentified
from storage import clients
from storage.people import Session
from storage.settings import Settings

router = APIRouter(tags=["Đăng nhập"])

_Basic = Annotated[str | None, Header(include_in_schema=False)]


@router.post("/api/v1/session", responses=documented(400, 401, 403, 413, 422, 503))
def log_in(sent: LogIn, parts: PartsOf, response: Response) -> SessionBody:
    """Đăng nhập bằng tên và mật khẩu; phiên nằm trong cookie."""
    token, session = open_session(parts, sent.username, sent.password)
    set_cookie(response, parts.settings, token)
    return _body(session)


@router.delete("/api/v1/session", status_code=204, responses=documented(403, 503))
def log_out(request: Request, parts: PartsOf, response: Response) -> None:
    """Kết thúc phiên."""
    end_session(parts, session_token(request, parts.settings))
    response.delete_cookie(cookie_name(parts.settings), secure=parts.settings.secure_cookies, httponly=True)


@router.post("/api/v1/session/proof", responses=documented(400, 401, 403, 413, 422, 503))
def prove(sent: Proof, request: Request, parts: PartsOf) -> SessionBody:
    """Nhập lại mật khẩu trước khi ký."""
    token = session_token(request, parts.settings)
    if token is None:
        raise NotIdentified
    return _body(renew_proof(parts, token, sent.password))


@router.get("/api/v1/me", responses=documented(401, 503))
def me(caller: AnyCaller) -> PersonBody:
    """Người hoặc hệ thống đang gọi."""
    unit = caller.session.person.unit_id if caller.session else None
    return PersonBody(id=caller.actor.id, name=caller.name, office=caller.actor.office.value, unit=unit)


@router.post("/oauth/token", responses=documented(400, 401, 403, 413, 422, 503))
def token(
    request: Request,
    parts: PartsOf,
    grant_type: Annotated[str, Form(max_length=100)],
    scope: Annotated[str, Form(max_length=500)] = "",
    client_id: Annotated[str, Form(max_length=100, pattern=PRINTABLE)] = "",
    client_secret: Annotated[str, Form(max_length=200)] = "",
    authorization: _Basic = None,
) -> TokenBody:
    """Cấp thẻ truy cập cho hệ thống (RFC 6749 §4.4), khóa bí mật ở Basic hoặc trong biểu mẫu."""
    if grant_type != "client_credentials":
        raise InvalidInput("grant_type phải là client_credentials")
    name, secret = _credentials(authorization) or (client_id, client_secret)
    asked = frozenset(scope.split())
    minutes = parts.settings.token_minutes
    shown = shown_certificate(request, parts)
    with parts.storage.database.write() as connection:
        granted = clients.grant(connection, name, secret, asked, parts.now(), minutes, shown)
        held = clients.client_of(connection, granted, parts.now(), shown).scopes
    return TokenBody(access_token=granted, expires_in=int(minutes * 60), scope=" ".join(sorted(held)))


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Hand the session to the browser: no script reads it, no other site sends it."""
    response.set_cookie(
        cookie_name(settings), token, max_age=int(settings.session_hours * 3600), secure=settings.secure_cookies,
        httponly=True, samesite="strict", path="/",
    )  # fmt: skip


def _body(session: Session) -> SessionBody:
    person = session.person
    return SessionBody(
        person=PersonBody(id=person.id, name=person.full_name, office=person.office.value, unit=person.unit_id),
        expires_at=session.expires_at,
    )


def _credentials(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, word = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise NotIdentified from error
    if not name.isprintable():
        raise NotIdentified
    return name, secret
