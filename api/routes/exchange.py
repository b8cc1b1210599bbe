"""Connectors to portals: whom the service tells of dossiers, what became of it, and how far it is in step."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import msgspec
from fastapi import APIRouter

from api.answers import READING, WRITING
from api.auth import Caller, PersonOnly, TargetReader
from api.errors import MissingScope
from api.parts import PartsOf
from api.schemas import RateBody
from api.schemas_exchange import (
    ConnectorBody,
    ConnectorChange,
    ConnectorPath,
    ConnectorSent,
    ExchangeAttemptBody,
    ExchangeCursor,
    ExchangeLimit,
    ExchangeMessageBody,
    ExchangeMessagePath,
    ExchangeMessagesBody,
    ExchangeQueuedBody,
    ExchangeReplaySent,
    ExchangeStateQuery,
    ShareBody,
    SharesBody,
)
from digitize.errors import InvalidInput
from digitize.exchange.rules import goal
from digitize.lifecycle import Office
from digitize.targets import Rate
from storage import units
from storage.exchange import connectors, measuring, messages, replay
from storage.exchange.connectors import Connector
from storage.exchange.measuring import Share
from storage.exchange.messages import Cursor, Listed, MessageState
from storage.webhooks.address import Guard

router = APIRouter(prefix="/api/v1", tags=["Đồng bộ với cổng dịch vụ công"])


@router.post("/connectors", status_code=201, responses=WRITING)
def connect_portal(sent: ConnectorSent, caller: PersonOnly, parts: PartsOf) -> ConnectorBody:
    """Khai một kết nối; mọi hồ sơ của đơn vị được gửi dần. Mật khẩu là tệp trên máy chủ, không gửi vào đây."""
    _need_administrator(caller)
    guard = Guard(parts.settings.portals_inside)
    guard.check(sent.url)
    if sent.options.get("token_url"):
        guard.check(str(sent.options["token_url"]))
    with parts.storage.database.write() as connection:
        unit = units.find_by_code(connection, sent.unit, caller.scope)
        made = connectors.connect(
            connection, kind=sent.kind, name=sent.name, unit_id=unit.id, url=sent.url, options=sent.options,
            created_by=caller.actor.id, now=parts.now(),
        )  # fmt: skip
    return _connector(made)


@router.get("/connectors", responses=READING)
def list_connectors(caller: PersonOnly, parts: PartsOf) -> list[ConnectorBody]:
    """Các kết nối trong phạm vi của người quản trị."""
    _need_administrator(caller)
    with parts.storage.database.read() as connection:
        return [_connector(each) for each in connectors.listing(connection, caller.scope)]


@router.get("/connectors/{connector_id}", responses=READING)
def get_connector(connector_id: ConnectorPath, caller: PersonOnly, parts: PartsOf) -> ConnectorBody:
    """Một kết nối và tình trạng của nó."""
    _need_administrator(caller)
    with parts.storage.database.read() as connection:
        return _connector(connectors.find(connection, connector_id, caller.scope))


@router.patch("/connectors/{connector_id}", responses=WRITING)
def change_connector(
    connector_id: ConnectorPath, sent: ConnectorChange, caller: PersonOnly, parts: PartsOf
) -> ConnectorBody:
    """Sửa, tắt hoặc bật lại một kết nối; sau đó mọi hồ sơ được soát lại."""
    _need_administrator(caller)
    guard = Guard(parts.settings.portals_inside)
    for url in (sent.url, (sent.options or {}).get("token_url")):
        if url:
            guard.check(str(url))
    with parts.storage.database.write() as connection:
        found = connectors.find(connection, connector_id, caller.scope)
        return _connector(connectors.change(connection, found, parts.now(), **sent.model_dump(exclude_none=True)))


@router.delete("/connectors/{connector_id}", status_code=204, responses=WRITING)
def remove_connector(connector_id: ConnectorPath, caller: PersonOnly, parts: PartsOf) -> None:
    """Xóa một kết nối cùng các tin và nhật ký của nó; sự kiện của hồ sơ vẫn còn."""
    _need_administrator(caller)
    with parts.storage.database.write() as connection:
        connectors.remove(connection, connectors.find(connection, connector_id, caller.scope))


@router.get("/connectors/{connector_id}/messages", responses=READING)
def list_exchange_messages(
    connector_id: ConnectorPath,
    caller: PersonOnly,
    parts: PartsOf,
    state: ExchangeStateQuery = None,
    after: ExchangeCursor = None,
    limit: ExchangeLimit = 50,
) -> ExchangeMessagesBody:
    """Các tin của một kết nối, mới nhất trước."""
    _need_administrator(caller)
    cursor = None if after is None else _cursor(after)
    with parts.storage.database.read() as connection:
        found = connectors.find(connection, connector_id, caller.scope)
        rows = messages.listing(connection, found.id, state, cursor, limit + 1)
    following = _word(rows[limit - 1]) if len(rows) > limit else None
    return ExchangeMessagesBody(messages=[_message(each) for each in rows[:limit]], next=following)


@router.get("/connectors/{connector_id}/messages/{message_id}/log", responses=READING)
def get_exchange_log(
    connector_id: ConnectorPath, message_id: ExchangeMessagePath, caller: PersonOnly, parts: PartsOf
) -> list[ExchangeAttemptBody]:
    """Nhật ký các lần gửi của một tin, đã che dữ liệu cá nhân."""
    _need_administrator(caller)
    with parts.storage.database.read() as connection:
        found = connectors.find(connection, connector_id, caller.scope)
        tried = messages.attempts_of(connection, found.id, message_id)
    return [ExchangeAttemptBody.model_validate(each) for each in tried]


@router.post("/connectors/{connector_id}/replay", status_code=202, responses=WRITING)
def replay_exchange(
    connector_id: ConnectorPath, sent: ExchangeReplaySent, caller: PersonOnly, parts: PartsOf
) -> ExchangeQueuedBody:
    """Gửi lại một tin, hoặc mọi tin đã xong từ một lúc; không nêu gì: các tin đã bỏ."""
    _need_administrator(caller)
    if sent.message is not None and sent.since is not None:
        raise InvalidInput("chỉ nêu một trong hai: message hoặc since")
    with parts.storage.database.write() as connection:
        found = connectors.find(connection, connector_id, caller.scope)
        if sent.message is not None:
            queued = replay.one(connection, found, sent.message, parts.now())
        elif sent.since is not None:
            queued = replay.since(connection, found, sent.since, parts.now())
        else:
            queued = replay.dead(connection, found, parts.now())
    return ExchangeQueuedBody(messages=queued)


@router.get("/exchange/share", responses=READING)
def get_exchange_share(caller: TargetReader, parts: PartsOf) -> SharesBody:
    """Tỷ lệ trạng thái và kết quả đang khớp với cổng, đo từ sổ và từ những gì cổng đã nhận."""
    with parts.storage.database.read() as connection:
        found = measuring.kept(connection, caller.scope)
    target = goal()
    mark = "" if target.verified else "chưa kiểm chứng"
    return SharesBody(percent=target.percent, source=target.source, mark=mark, units=[_share(each) for each in found])


def _need_administrator(caller: Caller) -> None:
    if caller.actor.office is not Office.ADMINISTRATOR:
        raise MissingScope


def _connector(found: Connector) -> ConnectorBody:
    return ConnectorBody(
        id=found.id, kind=found.kind, name=found.name, unit=found.unit_code, url=found.url,
        options=msgspec.to_builtins(found.options, str_keys=True), active=found.active,
        failing_since=found.failing_since, problem=found.problem, answered_at=found.answered_at,
        reviewing=found.reviewed_to is not None, created_at=found.created_at,
    )  # fmt: skip


def _message(listed: Listed) -> ExchangeMessageBody:
    found = listed.message
    return ExchangeMessageBody(
        id=found.id, dossier=listed.dossier_code, service=found.service, state=found.state, lacks=found.lacks,
        attempts=found.attempts, failures=found.failures,
        next_at=found.next_at if found.state is MessageState.WAITING else None,
        created_at=found.created_at, done_at=found.done_at,
    )  # fmt: skip


def _share(found: Share) -> ShareBody:
    return ShareBody(
        connector=found.connector_id, connector_name=found.connector, kind=found.kind, unit=found.unit_code,
        name=found.unit, statuses=_rate(found.statuses), results=_rate(found.results), lacking=found.lacking,
        measured_at=found.measured_at,
    )  # fmt: skip


def _rate(rate: Rate) -> RateBody:
    return RateBody(numerator=rate.numerator, denominator=rate.denominator, percent=rate.percent, text=rate.text)


def _word(last: Listed) -> str:
    """Encode where a page ended."""
    told = f"{last.message.created_at.isoformat()}|{last.message.id}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _cursor(word: str) -> Cursor:
    """Decode what :func:`_word` wrote."""
    try:
        moment, _, message = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode().partition("|")
        return Cursor(datetime.fromisoformat(moment).astimezone(UTC), message)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.") from error
