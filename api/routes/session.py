"""Coming in and going out: sessions of people, tokens of systems."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Form, Header, Path, Request, Response

from api.answers import documented
from api.auth import AnyCaller, PersonOnly, carry, cookie_name, need_proof, session_token
from api.certificates import shown_certificate
from api.doors import end_session, open_session, pass_with_code, renew_proof
from api.errors import FactorRequired, MissingScope
from api.parts import PartsOf
from api.schemas import PRINTABLE, LogIn, PersonBody, Proof, SessionBody, TokenBody
from digitize.errors import InvalidInput, NotIdentified
from digitize.lifecycle import Office
from storage import clients, people, second_factor
from storage.logins import Session

router = APIRouter(tags=["Đăng nhập"])

Username = Annotated[str, Path(max_length=100, pattern=PRINTABLE)]

_Basic = Annotated[str | None, Header(include_in_schema=False)]


@router.post("/api/v1/session", responses=documented(400, 401, 403, 413, 422, 503))
def log_in(sent: LogIn, request: Request, parts: PartsOf) -> SessionBody:
    """Đăng nhập bằng tên và mật khẩu, kèm mã thứ hai nếu tài khoản có; phiên nằm trong cookie."""
    token, session = open_session(parts, sent.username, sent.password, session_token(request, parts.settings))
    if session.awaits_factor:
        if not sent.code:
            end_session(parts, token)
            raise FactorRequired
        token, session = pass_with_code(parts, token, sent.code)
    carry(request, token)
    return _body(session)


@router.delete("/api/v1/session", status_code=204, responses=documented(403, 503))
def log_out(request: Request, parts: PartsOf, response: Response) -> None:
    """Kết thúc phiên."""
    end_session(parts, session_token(request, parts.settings))
    response.delete_cookie(cookie_name(parts.settings), secure=parts.settings.secure_cookies, httponly=True)


@router.post("/api/v1/session/proof", responses=documented(400, 401, 403, 413, 422, 503))
def prove(sent: Proof, request: Request, parts: PartsOf) -> SessionBody:
    """Nhập lại mật khẩu (và mã thứ hai, nếu tài khoản có) trước khi ký; phiên nhận cookie mới."""
    token = session_token(request, parts.settings)
    if token is None:
        raise NotIdentified
    renewed, session = renew_proof(parts, token, sent.password, sent.code)
    carry(request, renewed)
    return _body(session)


@router.delete("/api/v1/people/{username}/second-factor", status_code=204, responses=documented(401, 403, 404, 503))
def reset_second_factor(username: Username, caller: PersonOnly, parts: PartsOf) -> None:
    """Gỡ lớp xác thực thứ hai của một người đã mất nó, và mở lại tài khoản; các phiên của người ấy kết thúc."""
    if caller.actor.office is not Office.ADMINISTRATOR:
        raise MissingScope
    need_proof(caller, parts)
    with parts.storage.database.write() as connection:
        person, _ = people.find_by_username(connection, username, caller.scope)
        second_factor.reset(connection, person.id)


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
