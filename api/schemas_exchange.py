"""The bodies of requests and answers about connectors to portals, their messages and the measured share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field

from api.schemas import PRINTABLE, Given, Id, Instant, Line, RateBody, Sent
from digitize.exchange.answers import Outcome
from digitize.exchange.rules import Kind, Service
from storage.exchange.messages import MessageState

ConnectorPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z]+$")]
ExchangeMessagePath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z]+$")]
ExchangeStateQuery = Annotated[
    MessageState | None,
    Query(description="Chỉ các tin ở trạng thái này; lacking: hồ sơ, hoặc kết quả, còn thiếu dữ liệu nên chưa gửi."),
]
ExchangeLimit = Annotated[int, Query(ge=1, le=200, description="Nhiều nhất bao nhiêu tin, mới nhất trước.")]
ExchangeCursor = Annotated[
    str | None, Query(max_length=200, pattern=r"^[0-9A-Za-z_-]+$", description="`next` của trang trước.")
]
Url = Annotated[str, Field(min_length=1, max_length=400, pattern=PRINTABLE, description="Địa chỉ https của cổng.")]
OptionsSent = Annotated[
    dict[str, Any],
    Field(
        description="madonvi (bắt buộc), username, secret_file (tên tệp mật khẩu trong thư mục SOHOA_CONNECTORS), "
        "login_path, sync_path, token_url, dstcode, required, holder_types, paid_online, population_code. "
        "Không bao giờ chứa mật khẩu."
    ),
]


class ConnectorSent(Sent):
    """A portal that is to be told."""

    kind: Kind
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    unit: Annotated[Line, Field(description="Mã đơn vị: cổng được báo hồ sơ của đơn vị này và các đơn vị bên dưới.")]
    url: Url
    options: OptionsSent


class ConnectorChange(Sent):
    """What changes in a connector; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)] | None = None
    url: Url | None = None
    options: OptionsSent | None = None
    active: bool | None = None


class ExchangeReplaySent(Sent):
    """What is sent again: one message, or all that was closed since a moment; neither: what was given up."""

    message: Id | None = None
    since: Instant | None = None


class ConnectorBody(Given):
    """A portal that is told."""

    id: str
    kind: Kind
    name: str
    unit: str
    url: str
    options: dict[str, Any]
    active: bool
    failing_since: datetime | None
    """First outage after the last answer."""
    problem: str | None
    """Why it fails."""
    answered_at: datetime | None
    """When the portal last took something."""
    reviewing: bool
    """All dossiers are being looked through."""
    created_at: datetime


class ExchangeMessageBody(Given):
    """What a portal is owed of a dossier."""

    id: str
    dossier: str
    service: Service
    state: MessageState
    lacks: str | None
    """What keeps the dossier, or one of its results, from being sent."""
    attempts: int
    failures: int
    next_at: datetime | None
    created_at: datetime
    done_at: datetime | None


class ExchangeMessagesBody(Given):
    """A page of messages."""

    messages: list[ExchangeMessageBody]
    next: str | None
    """Cursor of the next page; None: that was all."""


class ExchangeAttemptBody(Given):
    """What came of one request."""

    at: datetime
    ms: int
    outcome: Outcome
    code: str | None
    """``error_code`` or HTTP status."""
    said: str
    """The portal's words, without what they quote of persons."""


class ExchangeQueuedBody(Given):
    """What was put into the line again."""

    messages: int


class ShareBody(Given):
    """How far a portal is in step with a unit's own dossiers."""

    connector: str
    connector_name: str
    kind: Kind
    unit: str
    name: str
    statuses: RateBody
    results: RateBody
    lacking: int
    """Dossiers that lack what the portal requires."""
    measured_at: datetime


class SharesBody(Given):
    """The measured share beside its target."""

    percent: int
    """What both rates must reach."""
    source: str
    mark: str
    """"chưa kiểm chứng", or nothing."""
    units: list[ShareBody]
