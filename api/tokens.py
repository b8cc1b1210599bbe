"""What a token has to sign, as callers see it, and what they send back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from api.auth import Caller
from api.parts import Parts
from api.schemas_tokens import AnswerSent, SignatureRequestBody, ToSignBody
from digitize.errors import InvalidInput, Refused
from digitize.model import Role
from storage import token_signing
from storage.sealing import RefusedDocument
from storage.token_signing import Asked

_NAMES = ("file", "data")
"""What the halves of a request are called, in their order."""


def request_body(parts: Parts, caller: Caller, subject: Asked) -> SignatureRequestBody:
    """Describe what the caller's token has to sign.

    Raises:
        SigningRefused: the subject waits for no token.
        Forbidden: it waits for somebody else's.
    """
    request = token_signing.request_of(parts.storage.objects, subject, caller.actor.id)
    return SignatureRequestBody(
        document=subject.id,
        dossier=subject.dossier_code,
        ordinal=subject.ordinal,
        version=subject.version,
        role=subject.role or Role.AGENCY,
        signer=request.file.half.signer,
        expires_at=datetime.fromisoformat(request.file.half.expires_at),
        values=[
            ToSignBody(
                what=name,
                algorithm=half.algorithm,
                digest_algorithm=half.digest_algorithm,
                salt_bytes=half.salt_bytes,
                to_sign=base64.b64encode(half.to_sign).decode(),
                digest=base64.b64encode(half.digest_to_sign).decode(),
            )
            for name, half in zip(_NAMES, request.halves, strict=False)
        ],
    )


def decoded(values: Sequence[str]) -> tuple[bytes, ...]:
    """Return signature values as bytes.

    Raises:
        InvalidInput: one is no base64.
    """
    try:
        return tuple(base64.b64decode(value, validate=True) for value in values)
    except binascii.Error as error:
        raise InvalidInput("giá trị ký không phải base64") from error


def answer_each(
    connection: sa.Connection, parts: Parts, caller: Caller, answers: Sequence[AnswerSent]
) -> tuple[list[str], list[RefusedDocument]]:
    """Take several answers, each for itself; return the documents accepted and those refused.

    They are taken in one order everywhere, or two senders of the same answers wait for each other for ever.
    """
    accepted: list[str] = []
    refused: list[RefusedDocument] = []
    for sent in sorted(answers, key=lambda each: each.document):
        try:
            subject = token_signing.asked(connection, sent.document, caller.scope)
            token_signing.answer(
                connection, parts.storage.objects, subject.id, decoded(sent.values), caller.actor, parts.now()
            )
            accepted.append(sent.document)
        except (Refused, InvalidInput) as error:
            refused.append(RefusedDocument(sent.document, error.code(), error.message))
    return accepted, refused
