"""The bodies of the review desk: who holds a document, what was typed, and orders for many captures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas import Certificates, FieldValue, Given, Id, Sent
from api.schemas_documents import RefusedBody
from digitize.lifecycle import State


class HoldSent(Sent):
    """Whether to take a document even from somebody who holds it."""

    take_over: bool = False


class HoldingBody(Given):
    """Who holds a document now."""

    mine: bool
    held_by: str
    """Name of the person."""
    number: int
    """To be sent with what is typed."""
    expires_at: datetime
    seconds_left: int
    """Until then; the caller's clock need not be right."""
    warning_seconds: int
    """So long before the end the person is told."""
    state: State
    version: int
    """Of the document, for If-Match."""


class DraftSent(Sent):
    """What a person has typed so far."""

    number: Annotated[int, Field(ge=1, le=1_000_000_000)]
    """Of the lease."""
    kind: Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_]*$")]
    fields: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], FieldValue], Field(max_length=40)]
    checked: bool = False
    """Pages complete, in order and legible, and the data right: sign the capture and confirm the data."""


class DraftBody(Given):
    """What was kept."""

    saved_at: datetime
    expires_at: datetime
    """Of the lease, prolonged."""
    seconds_left: int
    """Until then."""


class FinishedBody(Given):
    """What became of the checked drafts whose captures are signed."""

    confirmed: list[str]
    refused: list[RefusedBody]
    waiting: int
    """Checked drafts whose captures are being signed."""


class CaptureOrderSent(Sent):
    """One press of the clerk for many captures, each of which they have checked."""

    documents: Annotated[list[Id], Field(min_length=1, max_length=200)]
    certificates: Certificates = Field(default_factory=list)


class CaptureOrderBody(Given):
    """What became of each."""

    accepted: list[str]
    refused: list[RefusedBody]
