"""Endpoints of other systems: where they are told, with which keys, and what became of the messages."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from fastapi import APIRouter

from api.answers import READING, WRITING
from api.auth import Caller, WebhookManager
from api.parts import Parts, PartsOf
from api.schemas_webhooks import (
    AttemptBody,
    EndpointBody,
    EndpointPath,
    EndpointSent,
    MessageBody,
    MessageLimit,
    MessageStateQuery,
    NewKeysBody,
    QueuedBody,
    ReplaySent,
    RotationSent,
)
from digitize.errors import InvalidInput
from storage import units
from storage.webhooks import endpoints, messages, replay
from storage.webhooks.address import Guard
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.keys import open_keys
from storage.webhooks.messages import MessageState

router = APIRouter(prefix="/api/v1/webhooks", tags=["Tin báo cho hệ thống khác"])


@router.post("", status_code=201, responses=WRITING)
def register_webhook(sent: EndpointSent, caller: WebhookManager, parts: PartsOf) -> NewKeysBody:
    """Đăng ký một điểm nhận tin; khóa bí mật chỉ hiện trong câu trả lời này."""
    client = _client(sent, caller)
    Guard(parts.settings.inside).check(sent.url)
    with parts.storage.database.write() as connection:
        unit = None if sent.unit is None else units.find_by_code(connection, sent.unit, caller.scope).id
        entered = endpoints.register(
            connection, client_id=client, unit_id=unit, url=sent.url, topics=sent.topics, scope=caller.scope,
            created_by=caller.actor.id, now=parts.now(),
        )  # fmt: skip
        return _with_secret(entered, parts)


@router.get("", responses=READING)
def list_webhooks(caller: WebhookManager, parts: PartsOf) -> list[EndpointBody]:
    """Các điểm nhận tin của hệ thống đang hỏi, hoặc trong phạm vi của người quản trị."""
    with parts.storage.database.read() as connection:
        found = endpoints.listing(connection, caller.scope, _own(caller))
    return [_body(each, parts) for each in found]


@router.get("/{endpoint_id}", responses=READING)
def get_webhook(endpoint_id: EndpointPath, caller: WebhookManager, parts: PartsOf) -> EndpointBody:
    """Một điểm nhận tin và khóa công khai Ed25519 của nó."""
    with parts.storage.database.read() as connection:
        return _body(_found(connection, endpoint_id, caller), parts)


@router.delete("/{endpoint_id}", status_code=204, responses=WRITING)
def remove_webhook(endpoint_id: EndpointPath, caller: WebhookManager, parts: PartsOf) -> None:
    """Xóa một điểm nhận tin, kể cả các tin của nó."""
    with parts.storage.database.write() as connection:
        endpoints.remove(connection, _found(connection, endpoint_id, caller).id)


@router.post("/{endpoint_id}/rotation", responses=WRITING)
def rotate_webhook(
    endpoint_id: EndpointPath, caller: WebhookManager, parts: PartsOf, sent: RotationSent | None = None
) -> NewKeysBody:
    """Đổi khóa; trong thời gian chuyển tiếp tin được ký bằng cả khóa cũ và khóa mới."""
    keep = timedelta(hours=(sent or RotationSent()).keep_hours)
    with parts.storage.database.write() as connection:
        found = _found(connection, endpoint_id, caller)
        return _with_secret(endpoints.rotate(connection, found, parts.now(), keep), parts)


@router.post("/{endpoint_id}/activation", responses=WRITING)
def activate_webhook(endpoint_id: EndpointPath, caller: WebhookManager, parts: PartsOf) -> EndpointBody:
    """Bật lại một điểm nhận tin đã bị tắt; tin cũ được gửi lại khi có yêu cầu."""
    with parts.storage.database.read() as connection:
        found = _found(connection, endpoint_id, caller)
    Guard(parts.settings.inside).check(found.url)
    with parts.storage.database.write() as connection:
        return _body(endpoints.activate(connection, found.id), parts)


@router.post("/{endpoint_id}/test", status_code=202, responses=WRITING)
def test_webhook(endpoint_id: EndpointPath, caller: WebhookManager, parts: PartsOf) -> QueuedBody:
    """Gửi một tin thử, loại webhook.test."""
    with parts.storage.database.write() as connection:
        message = replay.trial(connection, _found(connection, endpoint_id, caller), parts.now())
    return QueuedBody(messages=1, message=message)


@router.get("/{endpoint_id}/messages", responses=READING)
def list_webhook_messages(
    endpoint_id: EndpointPath,
    caller: WebhookManager,
    parts: PartsOf,
    state: MessageStateQuery = None,
    limit: MessageLimit = 50,
) -> list[MessageBody]:
    """Các tin của một điểm nhận, mới nhất trước, và các lần thử gửi."""
    with parts.storage.database.read() as connection:
        found = messages.listing(connection, _found(connection, endpoint_id, caller).id, state, limit)
        tried = messages.attempts_of(connection, found)
    return [
        MessageBody(
            id=each.id, topic=each.topic, state=each.state, created_at=each.created_at, closed_at=each.closed_at,
            due_at=each.due_at if each.state is MessageState.WAITING else None, attempts=each.attempts,
            log=[AttemptBody.model_validate(attempt) for attempt in tried[each.id]],
        )
        for each in found
    ]  # fmt: skip


@router.post("/{endpoint_id}/replay", status_code=202, responses=WRITING)
def replay_webhook(endpoint_id: EndpointPath, sent: ReplaySent, caller: WebhookManager, parts: PartsOf) -> QueuedBody:
    """Gửi lại một tin, hoặc mọi tin từ một lúc; không nêu gì: các tin đã bỏ."""
    if sent.message is not None and sent.since is not None:
        raise InvalidInput("chỉ nêu một trong hai: message hoặc since")
    with parts.storage.database.write() as connection:
        found = _found(connection, endpoint_id, caller)
        if sent.message is not None:
            done = replay.one(connection, found, sent.message, parts.now())
        elif sent.since is not None:
            done = replay.since(connection, found, sent.since, parts.settings.pages, parts.now())
        else:
            done = replay.dead(connection, found, parts.now())
    return QueuedBody(messages=done.messages, message=sent.message, go_on_from=done.go_on_from)


def _client(sent: EndpointSent, caller: Caller) -> str:
    own = _own(caller)
    if own is not None and sent.client in {None, own}:
        return own
    if own is None and sent.client is not None:
        return sent.client
    raise InvalidInput("người quản trị phải nêu client; một hệ thống chỉ đăng ký cho chính nó")


def _own(caller: Caller) -> str | None:
    """Return the id of a calling system, which sees its own endpoints only; None for a person."""
    return caller.actor.id if caller.session is None else None


def _found(connection: sa.Connection, endpoint_id: str, caller: Caller) -> Endpoint:
    return endpoints.find(connection, endpoint_id, caller.scope, _own(caller))


def _body(endpoint: Endpoint, parts: Parts) -> EndpointBody:
    keys = open_keys(parts.settings).current(endpoint.id, endpoint.generation)
    kept = endpoint.previous_until
    return EndpointBody(
        id=endpoint.id, client=endpoint.client_id, unit=endpoint.unit_code, url=endpoint.url,
        topics=list(endpoint.topics), active=endpoint.active, disabled_reason=endpoint.disabled_reason,
        failing_since=endpoint.failing_since, public_key=keys.public, created_at=endpoint.created_at,
        previous_keys_until=kept if kept is not None and kept > parts.now() else None,
    )  # fmt: skip


def _with_secret(endpoint: Endpoint, parts: Parts) -> NewKeysBody:
    keys = open_keys(parts.settings).current(endpoint.id, endpoint.generation)
    return NewKeysBody(secret=keys.secret, **_body(endpoint, parts).model_dump())
