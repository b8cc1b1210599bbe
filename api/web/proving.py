"""Asking once more who it is before something is signed: by password, with the second factor of who has one."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from api.auth import Caller, carry, need_factor, need_proof, session_token
from api.doors import renew_proof, renew_proof_by_key
from api.errors import FactorRequired
from api.parts import Parts
from api.passkey_place import place_of
from api.web.rendering import page
from api.web.visiting import Sent
from digitize.errors import NotIdentified
from storage import people
from storage.second_factor import passkeys


def prove_or_ask(request: Request, parts: Parts, caller: Caller, sent: Sent, *, factor: bool = True) -> None:
    """Take the proof that came with the form, or ask for one when the last was given too long ago.

    Args:
        request: that brought the form.
        parts: the service.
        caller: who sent it.
        sent: the form.
        factor: whether the second factor is asked for, where the settings ask for one.

    Raises:
        ProofRequired: it is needed and did not come.
        FactorMissing: the settings ask for a second factor, and the person has none.
        NotIdentified: it is wrong.
    """
    if factor:
        need_factor(caller, parts)
    token = session_token(request, parts.settings)
    password, credential = sent.get("password"), sent.get("credential")
    if token is None or not (password or credential):
        need_proof(caller, parts, factor=factor)
        return
    try:
        if credential:
            renewed, _ = renew_proof_by_key(parts, token, credential, place_of(request, parts))
        else:
            renewed, _ = renew_proof(parts, token, password, sent.get("code"))
    except FactorRequired as error:
        raise NotIdentified(
            "thiếu mã xác thực thứ hai", remedy="Hãy gõ mã trong ứng dụng hoặc một mã dự phòng."
        ) from error
    carry(request, renewed)


def proof_page(request: Request, caller: Caller, sent: Sent, message: str = "", *, signing: bool = True) -> Response:
    """Ask for the proof; the form is sent again together with it, so that nothing typed is lost.

    Args:
        request: that brought the form.
        caller: who sent it.
        sent: the form.
        message: what was wrong with the proof that came; empty: none came.
        signing: a signature is about to be made; else something that only its owner or an administrator may change.
    """
    parts: Parts = request.app.state.parts
    token = session_token(request, parts.settings)
    with parts.storage.database.write() as connection:
        has_factor = people.has_factor(connection, caller.actor.id)
        options = (
            passkeys.ask_to_prove(connection, token, caller.actor.id, place_of(request, parts))
            if token is not None and has_factor
            else ""
        )
    return page(
        request, "entry/proof.html", 401 if message else 403, caller=caller, pairs=tuple(sent.without_proof()),
        message=message, action=request.url.path, has_factor=has_factor, options=options, signing=signing,
    )  # fmt: skip
