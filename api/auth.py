"""Who is calling, and what they may do: a person by the session cookie, a system by its bearer token.

A person's rights follow from their office, a system's from the scopes of its token. Both see the subtree of their unit
and nothing else; what lies outside is "not found".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, OAuth2
from starlette.requests import HTTPConnection

from api.allowances import Allowances, Standing
from api.certificates import shown_certificate
from api.errors import FactorMissing, MissingScope, PasswordNotChosen, ProofRequired
from api.holders import Holders
from api.parts import Parts
from digitize.errors import NotIdentified
from digitize.lifecycle import Actor, Office
from storage import logins
from storage.clients import Client
from storage.registry import Scope
from storage.settings import Settings


class Right(StrEnum):
    """What a caller may be allowed to do; also the scopes of systems."""

    WRITE_DOSSIERS = "dossiers:write"
    WRITE_RESULTS = "results:write"
    READ_RESULTS = "results:read"
    REUSE_RESULTS = "reuse:read"
    READ_TARGETS = "targets:read"
    ISSUE_COPIES = "copies:issue"
    REVOKE_COPIES = "copies:revoke"
    READ_COPIES = "copies:read"
    MANAGE_WEBHOOKS = "webhooks:manage"


_RIGHTS: Mapping[str, Right] = {right.value: right for right in Right}
"""By the scope that grants it."""

OFFICE_RIGHTS: Mapping[Office, frozenset[Right]] = {
    Office.CLERK: frozenset(Right) - {Right.REVOKE_COPIES, Right.MANAGE_WEBHOOKS},
    Office.OFFICER: frozenset({Right.READ_RESULTS, Right.READ_TARGETS, Right.ISSUE_COPIES, Right.READ_COPIES}),
    Office.SUPERVISOR: frozenset(Right)
    - {Right.WRITE_DOSSIERS, Right.WRITE_RESULTS, Right.REUSE_RESULTS, Right.MANAGE_WEBHOOKS},
    Office.ADMINISTRATOR: frozenset({Right.READ_TARGETS, Right.READ_COPIES, Right.MANAGE_WEBHOOKS}),
}
"""What each office may do; the steps of a document are allowed by ``digitize.lifecycle`` itself, those of a copy by
``digitize.attest.lifecycle``: who certifies is whoever holds an authority, whatever their office."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who stands at the door."""

    actor: Actor
    name: str
    """As others see it."""
    scope: Scope
    rights: frozenset[Right]
    session: logins.Session | None
    """None for a system."""

    def need(self, right: Right) -> None:
        """Refuse a caller without the right.

        Raises:
            MissingScope: office or token do not cover it.
        """
        if right not in self.rights:
            raise MissingScope


def cookie_name(settings: Settings) -> str:
    """Return the name of the session cookie; over TLS it is bound to this host (RFC 6265bis §4.1.3.2)."""
    return "__Host-sohoa" if settings.secure_cookies else "sohoa"


class _Cookie(APIKeyCookie):
    """Describes the session's cookie; :func:`caller_of` reads it."""

    async def __call__(self, request: HTTPConnection) -> None:
        """Read nothing."""


class _Token(OAuth2):
    """Describes the token of a system; :func:`caller_of` reads it."""

    async def __call__(self, request: HTTPConnection) -> None:
        """Read nothing."""


_cookie = _Cookie(name="__Host-sohoa", scheme_name="session", description="Phiên của người dùng.", auto_error=False)
_token = _Token(
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl="/oauth/token",
            scopes={right.value: right.name.lower() for right in Right},
        )
    ),
    scheme_name="client",
    description="OAuth 2.0 client credentials (RFC 6749 §4.4).",
    auto_error=False,
)

_ByCookie = Annotated[None, Depends(_cookie)]
_ByToken = Annotated[None, Depends(_token)]


_BEFORE_CHOOSING = ("/security/password", "/logout")
"""Where a person may go who has not replaced the password that an administrator gave."""

RENEWED = "renewed_session"
"""Where a request's state keeps the token that it was given; the outermost layer hands it to the browser."""


def carry(request: Request, token: str) -> None:
    """Hand a new token to the browser with whatever this request is answered."""
    setattr(request.state, RENEWED, token)


def carried_cookie(request: Request, settings: Settings) -> str | None:
    """Return the header that hands the new token to the browser: no script reads it, no other site sends it."""
    token: str | None = getattr(request.state, RENEWED, None)
    if token is None:
        return None
    bearer = Response()
    bearer.set_cookie(
        cookie_name(settings), token, max_age=int(settings.session_hours * 3600), secure=settings.secure_cookies,
        httponly=True, samesite="strict", path="/",
    )  # fmt: skip
    return bearer.headers["set-cookie"]


def session_token(request: Request, settings: Settings) -> str | None:
    """Return the session's token, if the browser sent one; the new one, when this request renewed it."""
    renewed: str | None = getattr(request.state, RENEWED, None)
    return renewed or request.cookies.get(cookie_name(settings))


def caller_of(request: Request, parts: Parts) -> Caller:
    """Tell who sent a request.

    Raises:
        NotIdentified: neither a living session nor a living token came with it.
    """
    found = _system(request, parts) or _person(request, parts)
    if found is None:
        raise NotIdentified
    return found


def _person(request: Request, parts: Parts) -> Caller | None:
    token = session_token(request, parts.settings)
    if token is None:
        return None
    with parts.storage.database.read() as connection:
        session = logins.session(connection, token, parts.now())
    person = session.person
    request.state.actor = person.id
    if session.must_choose and parts.settings.password_login and not request.url.path.startswith(_BEFORE_CHOOSING):
        raise PasswordNotChosen
    return Caller(
        Actor(person.id, person.office), person.full_name, session.scope, OFFICE_RIGHTS[person.office], session
    )


def _system(request: Request, parts: Parts) -> Caller | None:
    token = _bearer(request)
    if token is None:
        return None
    holders: Holders = request.app.state.holders
    held = holders.known(token, parts.now()) or holders.ask(token, parts.now())
    client = held.shown_with(shown_certificate(request, parts))
    allowances: Allowances = request.app.state.allowances
    return _admitted(request, client, allowances.admit(client, parts.now(), parts.settings.client_per_minute))


def _system_at_once(request: Request, parts: Parts) -> Caller | None:
    """Return a system that memory alone can tell and count; None: the database must be asked, or it is none."""
    token = _bearer(request)
    holders: Holders = request.app.state.holders
    held = None if token is None else holders.known(token, parts.now())
    if held is None:
        return None
    client = held.shown_with(shown_certificate(request, parts))
    allowances: Allowances = request.app.state.allowances
    standing = allowances.at_once(client, parts.now(), parts.settings.client_per_minute)
    return None if standing is None else _admitted(request, client, standing)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def _admitted(request: Request, client: Client, standing: Standing) -> Caller:
    request.state.limits = standing.headers()
    request.state.actor = client.id
    rights = frozenset(_RIGHTS[scope] for scope in client.scopes if scope in _RIGHTS)
    return Caller(Actor(client.id, Office.SYSTEM), client.name, client.scope, rights, None)


async def _caller(request: Request, _documented: _ByCookie, _documented_too: _ByToken) -> Caller:
    return await _identified(request)


async def _identified(request: Request) -> Caller:
    parts: Parts = request.app.state.parts
    # What the database is not asked for needs no thread of its own.
    at_once = _system_at_once(request, parts)
    return await run_in_threadpool(caller_of, request, parts) if at_once is None else at_once


AnyCaller = Annotated[Caller, Depends(_caller)]
"""A person or a system."""


def _with(right: Right) -> Callable[..., Awaitable[Caller]]:
    # Not by way of AnyCaller: FastAPI takes its time over each step from one dependency to the next.
    async def allowed(request: Request, _documented: _ByCookie, _documented_too: _ByToken) -> Caller:
        caller = await _identified(request)
        caller.need(right)
        return caller

    return allowed


DossierWriter = Annotated[Caller, Depends(_with(Right.WRITE_DOSSIERS))]
ResultWriter = Annotated[Caller, Depends(_with(Right.WRITE_RESULTS))]
ResultReader = Annotated[Caller, Depends(_with(Right.READ_RESULTS))]
ReuseCaller = Annotated[Caller, Depends(_with(Right.REUSE_RESULTS))]
CopyIssuer = Annotated[Caller, Depends(_with(Right.ISSUE_COPIES))]
CopyRevoker = Annotated[Caller, Depends(_with(Right.REVOKE_COPIES))]
CopyReader = Annotated[Caller, Depends(_with(Right.READ_COPIES))]
WebhookManager = Annotated[Caller, Depends(_with(Right.MANAGE_WEBHOOKS))]
TargetReader = Annotated[Caller, Depends(_with(Right.READ_TARGETS))]


async def _person_only(caller: AnyCaller) -> Caller:
    if caller.session is None:
        raise MissingScope("bước này chỉ dành cho người dùng")
    return caller


PersonOnly = Annotated[Caller, Depends(_person_only)]
"""A person with a session: systems take no step of the lifecycle."""


def need_top_administrator(caller: Caller) -> None:
    """Refuse who may not change what is everybody's: only the administrator of the unit at the top may.

    Raises:
        MissingScope: the caller is somebody else.
    """
    if caller.actor.office is not Office.ADMINISTRATOR or caller.scope.path.strip("/").count("/"):
        raise MissingScope("chỉ người quản trị của đơn vị cao nhất được nhập bảng này")


def need_proof(caller: Caller, parts: Parts, *, factor: bool = True) -> None:
    """Ask for the password again when it was given too long ago to sign with.

    Args:
        caller: who wants to sign.
        parts: the service.
        factor: whether the second factor is asked for, where the settings ask for one.

    Raises:
        MissingScope: a system never signs.
        FactorMissing: the settings ask for a second factor, and this session was opened without one.
        ProofRequired: the last proof is older than ``reauth_minutes``.
    """
    if caller.session is None:
        raise MissingScope("bước này chỉ dành cho người dùng")
    if factor:
        need_factor(caller, parts)
    if parts.now() - caller.session.proved_at > timedelta(minutes=parts.settings.reauth_minutes):
        raise ProofRequired


def need_factor(caller: Caller, parts: Parts) -> None:
    """Refuse who came in without a second factor, where the settings ask for one.

    Raises:
        FactorMissing: the person has none yet.
    """
    without = caller.session is None or caller.session.factor_at is None
    if parts.settings.second_factor == "required" and without:
        raise FactorMissing
