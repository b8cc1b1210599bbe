"""A person's own password: chosen at the first login in place of the one that an administrator gave, or changed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller, carry, need_proof, session_token
from api.errors import ProofRequired
from api.parts import Parts, PartsOf
from api.web.proving import proof_page, prove_or_ask
from api.web.rendering import page
from api.web.visiting import Sent, SentForm, Visitor
from digitize.errors import Forbidden, InvalidInput, NotIdentified
from storage import logins, people
from storage.passwords import SHORTEST

router = APIRouter(prefix="/security/password")


@router.get("")
def show(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Ask for the new password, after a proof that is not older than for signing."""
    _need_passwords(parts)
    try:
        need_proof(caller, parts, factor=False)
    except ProofRequired:
        return proof_page(request, caller, Sent(()), signing=False)
    return _form(request, caller)


@router.post("")
def choose(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Take the new password; every other session of the person ends."""
    _need_passwords(parts)
    chosen, again = sent.get("chosen"), sent.get("again")
    try:
        prove_or_ask(request, parts, caller, Sent(tuple(_proof(sent))), factor=False)
    except ProofRequired:
        return proof_page(request, caller, Sent(()), signing=False)
    except NotIdentified as error:
        return proof_page(request, caller, Sent(()), error.message, signing=False)
    if not sent.has("chosen"):
        return _form(request, caller)
    if chosen != again:
        return _form(request, caller, "Hai lần nhập không giống nhau.")
    now = parts.now()
    token = session_token(request, parts.settings) or ""
    try:
        with parts.storage.database.write() as connection:
            people.choose_password(connection, caller.actor.id, chosen)
            logins.log_out_everywhere(connection, caller.actor.id, but=token)
            kept = logins.session(connection, token, now)
            renewed, _ = logins.renew(
                connection, logins.token_hash(token), now, proved_at=now, factor_at=kept.factor_at
            )  # fmt: skip
    except InvalidInput as error:
        return _form(request, caller, error.message)
    carry(request, renewed)
    return RedirectResponse("/", 303)


def _proof(sent: Sent) -> list[tuple[str, str]]:
    return [(name, value) for name, value in sent.pairs if name in {"password", "code", "credential"}]


def _form(request: Request, caller: Caller, message: str = "") -> Response:
    first = caller.session is not None and caller.session.must_choose
    return page(
        request, "entry/password.html", 422 if message else 200, caller=caller, first=first, shortest=SHORTEST,
        message=message,
    )  # fmt: skip


def _need_passwords(parts: Parts) -> None:
    if not parts.settings.password_login:
        raise Forbidden("đăng nhập bằng mật khẩu đã tắt", remedy="Hãy đổi mật khẩu ở nhà cung cấp định danh.")
