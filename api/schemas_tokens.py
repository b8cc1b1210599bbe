"""The bodies of requests and answers about signatures by a token at a person's machine."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas import BASE64, Given, Id, Sent
from api.schemas_documents import RefusedBody
from digitize.halves import MOST_VALUE_BYTES, SignatureAlgorithm
from digitize.model import Role

Value = Annotated[str, Field(max_length=(MOST_VALUE_BYTES + 2) // 3 * 4, pattern=BASE64)]
"""A signature value in base64."""
Values = Annotated[list[Value], Field(min_length=1, max_length=2)]
"""In the order of the request: the file's, then the data's."""


class ToSignBody(Given):
    """One value that the token has to compute."""

    what: str
    """``file`` or ``data``."""
    algorithm: SignatureAlgorithm
    digest_algorithm: str
    """``sha256``, ``sha384`` or ``sha512``."""
    salt_bytes: int
    """Of a PSS signature; 0 for the others."""
    to_sign: str
    """DER of the signed attributes in base64, for a token that hashes for itself."""
    digest: str
    """Their digest in base64, for a token that signs digests."""


class SignatureRequestBody(Given):
    """What a token has to sign for one document or certified copy."""

    document: str
    """Id of the document, or of the certified copy."""
    dossier: str | None
    """None: it is a certified copy."""
    ordinal: int
    """Of the result in its dossier, or of the original in its visit."""
    version: int
    """Of the document, for If-Match."""
    role: Role
    signer: str
    """Common name of the certificate."""
    expires_at: datetime
    values: list[ToSignBody]


class SignatureRequestList(Given):
    """A page of what waits for the caller's token."""

    requests: list[SignatureRequestBody]
    next: str | None
    """Opaque; None on the last page."""


class SignatureValueSent(Sent):
    """What the token signed."""

    values: Values


class AnswerSent(SignatureValueSent):
    """What the token signed for one document of several."""

    document: Id


class AnswersSent(Sent):
    """What the token signed for several documents."""

    answers: Annotated[list[AnswerSent], Field(min_length=1, max_length=200)]


class AnswersBody(Given):
    """What became of each answer."""

    accepted: list[str]
    refused: list[RefusedBody]
