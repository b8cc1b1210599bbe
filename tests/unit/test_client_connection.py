"""What the client's connection does by itself, without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks import Webhook

from api.client import Patience, WebhookRefused, connect, verify_webhook
from api.client.patience import PatientTransport
from storage.webhooks.keys import KeySource


@pytest.mark.parametrize(
    ("method", "key", "lost", "sent"),
    [
        ("GET", None, httpx.ReadTimeout, 3),
        ("POST", "k1", httpx.ReadTimeout, 3),
        ("POST", None, httpx.ReadTimeout, 1),
        ("POST", "auto-1", httpx.ReadTimeout, 1),
        ("POST", None, httpx.ConnectError, 3),
        ("GET", None, httpx.UnsupportedProtocol, 1),
    ],
)
def test_a_lost_connection_is_tried_again_only_where_nothing_can_be_done_twice(
    method: str, key: str | None, lost: type[httpx.TransportError], sent: int
) -> None:
    asked: list[httpx.Request] = []

    def lose(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise lost("mất kết nối")

    transport = PatientTransport(httpx.MockTransport(lose), Patience(attempts=3, sleep=lambda _: None))
    headers = {} if key is None else {"Idempotency-Key": key}
    with pytest.raises(lost):
        transport.handle_request(httpx.Request(method, "https://sohoa.test/", headers=headers))
    assert len(asked) == sent


def test_the_token_goes_to_the_service_and_to_nobody_else() -> None:
    seen: dict[str, str | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen[str(request.url)] = request.headers.get("Authorization", "")[:6]
        assert request.extensions["timeout"]["read"] == 60
        return httpx.Response(200, json={"access_token": "thẻ".encode().hex(), "expires_in": 3600})

    door = connect("https://sohoa.test", "hệ", "khóa", transport=httpx.MockTransport(answer))
    door.get("/api/v1/units")
    door.get("https://khac.test/tep")
    assert seen == {
        "https://sohoa.test/oauth/token": "Basic ",
        "https://sohoa.test/api/v1/units": "Bearer",
        "https://khac.test/tep": "",
    }


def test_a_webhook_is_believed_only_when_it_is_signed_whole_and_fresh() -> None:
    keys = KeySource((b"0123456789" * 4,)).signing("đầu nhận", (1,))
    secret, sent = keys[0].secret, datetime.now(UTC)
    body = json.dumps({"type": "result.published", "timestamp": sent.isoformat(), "data": {"version": 3}})
    headers = {
        "Webhook-Id": "msg_1", "Webhook-Timestamp": str(int(sent.timestamp())),
        "Webhook-Signature": "v1a,YQ== " + Webhook(secret).sign("msg_1", sent, body),
    }  # fmt: skip
    told = verify_webhook(secret, headers, body.encode())
    assert (told.message_id, told.topic, told.at, told.data) == ("msg_1", "result.published", sent, {"version": 3})
    old = headers | {"Webhook-Timestamp": str(int(sent.timestamp()) - 301)}
    for wrong, text in (
        (headers, body.replace("3", "4")),
        (old, body),
        ({}, body),
        (headers | {"Webhook-Signature": "x"}, body),
    ):
        with pytest.raises(WebhookRefused):
            verify_webhook(secret, wrong, text.encode())
