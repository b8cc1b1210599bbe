"""Proving once more who it is, with a passkey in place of the password: what is asked, and the answer."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.answers import documented
from api.auth import PersonOnly, carry, session_token
from api.doors import renew_proof_by_key
from api.parts import PartsOf
from api.passkey_place import place_of
from api.schemas import Given, Sent
from digitize.errors import NotIdentified
from storage import people
from storage.second_factor import passkeys

router = APIRouter(prefix="/api/v1/session", tags=["Đăng nhập"])


class ProofQuestion(Given):
    """How a person may prove themselves."""

    code: bool
    """A code of the second factor is asked for together with the password."""
    passkey: dict[str, Any] | None
    """For the browser (WebAuthn level 3, ``parseRequestOptionsFromJSON``); None: the person has no passkey."""


class PasskeyProof(Sent):
    """What the browser answered."""

    credential: Annotated[str, Field(min_length=2, max_length=20_000)]
    """JSON of the browser's ``PublicKeyCredential``."""


@router.post("/proof-question", responses=documented(401, 403, 503))
def ask_for_proof(caller: PersonOnly, request: Request, parts: PartsOf) -> ProofQuestion:
    """Hỏi xem phải chứng minh bằng gì trước khi ký; câu hỏi cho passkey chỉ dùng được một lần."""
    token = _token(request, parts)
    with parts.storage.database.write() as connection:
        has_factor = people.has_factor(connection, caller.actor.id)
        options = passkeys.ask_to_prove(connection, token, caller.actor.id, place_of(request, parts))
    return ProofQuestion(code=has_factor, passkey=json.loads(options) if options else None)


@router.post("/passkey-proof", status_code=204, responses=documented(400, 401, 403, 413, 422, 503))
def prove_by_passkey(sent: PasskeyProof, request: Request, parts: PartsOf) -> Response:
    """Chứng minh lại bằng passkey trước khi ký; phiên nhận cookie mới."""
    renewed, _ = renew_proof_by_key(parts, _token(request, parts), sent.credential, place_of(request, parts))
    carry(request, renewed)
    return Response(status_code=204)


def _token(request: Request, parts: PartsOf) -> str:
    token = session_token(request, parts.settings)
    if token is None:
        raise NotIdentified
    return token
