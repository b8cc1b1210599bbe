"""The bodies of requests and answers about endpoints of other systems and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from api.schemas import PRINTABLE, Given, Id, Instant, Line, Sent
from storage.webhooks.messages import MessageState

EndpointPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
MessageStateQuery = Annotated[MessageState | None, Query(description="Chỉ các tin ở trạng thái này.")]
MessageLimit = Annotated[int, Query(ge=1, le=200, description="Nhiều nhất bao nhiêu tin, mới nhất trước.")]


class EndpointSent(Sent):
    """Where a system wants to be told, and of what."""

    url: Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTABLE, description="Địa chỉ https.")]
    topics: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=20)]
    unit: Annotated[Line | None, Field(description="Mã đơn vị; bỏ trống: đơn vị của hệ thống nhận tin.")] = None
    client: Annotated[Id | None, Field(description="Mã hệ thống nhận tin; chỉ người quản trị gửi mục này.")] = None


class RotationSent(Sent):
    """How long the keys before sign too."""

    keep_hours: Annotated[int, Field(ge=0, le=168, description="0: khóa cũ thôi ký ngay (khi bị lộ).")] = 48


class ReplaySent(Sent):
    """What is sent again: one message, or all since a moment; neither: what was given up."""

    message: Id | None = None
    since: Instant | None = None


class EndpointBody(Given):
    """Where a system is told."""

    id: str
    client: str
    unit: str
    url: str
    topics: list[str]
    active: bool
    disabled_reason: str | None
    failing_since: datetime | None
    """First failure after the last success."""
    public_key: str
    """``whpk_…``: Ed25519, for the signatures ``v1a``."""
    previous_keys_until: datetime | None
    """Until then the keys before sign too."""
    created_at: datetime


class NewKeysBody(EndpointBody):
    """An endpoint with new keys."""

    secret: str
    """``whsec_…``: for the signatures ``v1``; shown this once."""


class AttemptBody(Given):
    """What came of one attempt."""

    at: datetime
    ms: int
    status: int | None
    error: str | None


class MessageBody(Given):
    """A message and its last attempts."""

    id: str
    """The header ``webhook-id``."""
    topic: str
    state: MessageState
    created_at: datetime
    due_at: datetime | None
    """Of the next attempt."""
    closed_at: datetime | None
    attempts: int
    log: list[AttemptBody]


class QueuedBody(Given):
    """What was put into the line."""

    messages: int
    message: str | None = None
    """Its id, where it is one."""
    go_on_from: datetime | None = None
    """Ask again with this as ``since``: there is more."""
