"""A person's own second factors: adding an app or a passkey, recovery codes, taking one away."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller, carry, need_proof, session_token
from api.errors import ProofRequired, problem_of
from api.parts import Parts, PartsOf
from api.passkey_place import place_of
from api.web.proving import proof_page, prove_or_ask
from api.web.rendering import page
from api.web.visiting import Sent, SentForm, Visitor
from digitize.errors import InvalidInput, NotIdentified
from storage import logins, people, second_factor
from storage.second_factor import one_time_codes, passkeys

router = APIRouter(prefix="/security")


@router.get("")
def show(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show what proves the person besides the password."""
    return _overview(request, parts, caller)


@router.post("/app")
def begin_app(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Show the secret that an app makes codes of."""
    refusal = _unproved(request, parts, caller, sent)
    if refusal is not None:
        return refusal
    with parts.storage.database.write() as connection:
        person = people.find_person(connection, caller.actor.id)
        begun = one_time_codes.begin(connection, parts.settings, person, parts.now())
    return _app_page(request, caller, begun)


@router.post("/app/code")
def confirm_app(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Let the app count, since its code is right."""
    need_session_proof(caller, parts)
    factor_id = sent.get("factor")
    try:
        with parts.storage.database.write() as connection:
            codes = one_time_codes.confirm(
                connection, parts.settings, caller.actor.id, factor_id, sent.get("code"), parts.now()
            )
    except InvalidInput as error:
        with parts.storage.database.read() as connection:
            person = people.find_person(connection, caller.actor.id)
        again = one_time_codes.enrolment(parts.settings, person, factor_id)
        return _app_page(request, caller, again, problem_of(error).detail)
    return _enrolled(request, parts, caller, codes)


@router.post("/passkey")
def begin_passkey(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Let the browser make a passkey, or take the one that it made."""
    token = session_token(request, parts.settings) or ""
    if not sent.get("made"):
        refusal = _unproved(request, parts, caller, sent)
        if refusal is not None:
            return refusal
        return _passkey_page(request, parts, caller)
    need_session_proof(caller, parts)
    try:
        with parts.storage.database.write() as connection:
            person = people.find_person(connection, caller.actor.id)
            codes = passkeys.enter(
                connection, token, person, sent.get("made"), place_of(request, parts), parts.now(), sent.get("name")
            )
    except InvalidInput as error:
        return _passkey_page(request, parts, caller, problem_of(error).detail)
    return _enrolled(request, parts, caller, codes)


@router.post("/codes")
def renew_codes(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Give new recovery codes; the old ones are worth nothing from then on."""
    refusal = _unproved(request, parts, caller, sent)
    if refusal is not None:
        return refusal
    with parts.storage.database.write() as connection:
        if not people.has_factor(connection, caller.actor.id):
            raise InvalidInput("chưa có lớp xác thực thứ hai nào")
        codes = second_factor.give_recovery_codes(connection, caller.actor.id)
    return page(request, "entry/recovery_codes.html", caller=caller, codes=codes, added=False)


@router.post("/removal")
def remove(request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Take a factor away."""
    refusal = _unproved(request, parts, caller, sent)
    if refusal is not None:
        return refusal
    with parts.storage.database.write() as connection:
        second_factor.remove(connection, caller.actor.id, sent.get("factor"))
    return RedirectResponse("/security", 303)


def need_session_proof(caller: Caller, parts: Parts) -> None:
    """Ask for a fresh proof, whether or not a second factor is asked for: one is just being added.

    Raises:
        ProofRequired: the last proof is too old.
    """
    need_proof(caller, parts, factor=False)


def _unproved(request: Request, parts: Parts, caller: Caller, sent: Sent) -> Response | None:
    """Return the page that asks for the proof; None when it was given."""
    try:
        prove_or_ask(request, parts, caller, sent, factor=False)
    except ProofRequired:
        return proof_page(request, caller, sent)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message)
    return None


def _overview(request: Request, parts: Parts, caller: Caller) -> Response:
    with parts.storage.database.read() as connection:
        held = second_factor.factors_of(connection, caller.actor.id)
        left = second_factor.codes_left(connection, caller.actor.id)
    return page(
        request, "entry/security.html", caller=caller, factors=held, left=left,
        required=parts.settings.second_factor == "required",
    )  # fmt: skip


def _app_page(request: Request, caller: Caller, begun: one_time_codes.Enrolment, message: str = "") -> Response:
    picture = segno.make_qr(begun.address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return page(
        request, "entry/app.html", 422 if message else 200, caller=caller, begun=begun, picture=picture,
        message=message,
    )  # fmt: skip


def _passkey_page(request: Request, parts: Parts, caller: Caller, message: str = "") -> Response:
    token = session_token(request, parts.settings) or ""
    with parts.storage.database.write() as connection:
        person = people.find_person(connection, caller.actor.id)
        options = passkeys.ask_to_make(connection, token, person, place_of(request, parts))
    status = 422 if message else 200
    return page(request, "entry/passkey.html", status, caller=caller, options=options, message=message)


def _enrolled(request: Request, parts: Parts, caller: Caller, codes: Sequence[str]) -> Response:
    """Give the session its new rights, and show the recovery codes of a first factor."""
    now = parts.now()
    token = session_token(request, parts.settings) or ""
    proved_at = now if caller.session is None else caller.session.proved_at
    with parts.storage.database.write() as connection:
        renewed, _ = logins.renew(connection, logins.token_hash(token), now, proved_at=proved_at, factor_at=now)
    carry(request, renewed)
    if not codes:
        return RedirectResponse("/security", 303)
    return page(request, "entry/recovery_codes.html", caller=caller, codes=codes, added=True)
