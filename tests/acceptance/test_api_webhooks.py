"""Systems register where they are told, see their own endpoints only, and find out what became of each message."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from storage import announcements
from storage.webhooks.address import Guard
from storage.webhooks.keys import open_keys
from tests.door.plugin import Settled
from tests.door.town import Town, open_town
from tests.webhooks.receiver import Answer, Receiver, receiving
from workers.cli.program import run
from workers.compose import open_post
from workers.notify import Sender

SCOPES = ("webhooks:manage", "results:read")
TOPICS = ["result.published", "result.revoked"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def told_town(settled: Settled, tmp_path: Path) -> Iterator[Town]:
    """A town that may tell receivers on the loopback."""
    folder = shutil.copytree(settled.folder, tmp_path / "data")
    opened = open_town(folder, settled.tokens, webhook_networks="127.0.0.0/8")
    yield opened
    opened.parts.storage.close()


def register(caller: TestClient, url: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # of the body
    answer = caller.post("/api/v1/webhooks", json={"url": url, "topics": TOPICS} | more)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def bring(town: Town) -> None:
    """Let the sender work until nothing is due."""
    settings = town.parts.settings
    post = open_post(settings)

    async def work() -> None:
        sender = Sender(post, open_keys(settings), Guard(settings.inside), settings.pages)
        await sender.look()
        await sender.idle()

    asyncio.run(work())
    post.storage.close()


def test_a_system_registers_is_told_and_sees_what_became_of_it(told_town: Town, receiver: Receiver) -> None:
    system = told_town.system(*SCOPES)
    made = register(system, receiver.url())
    assert made["secret"].startswith("whsec_")
    assert made["public_key"].startswith("whpk_")
    shown = system.get(f"/api/v1/webhooks/{made['id']}").json()
    assert "secret" not in shown
    assert shown["public_key"] == made["public_key"]

    queued = system.post(f"/api/v1/webhooks/{made['id']}/test")
    assert queued.status_code == 202
    bring(told_town)

    (got,) = receiver.got
    assert Webhook(made["secret"]).verify(got.body, dict(got.headers))["type"] == "webhook.test"
    (message,) = system.get(f"/api/v1/webhooks/{made['id']}/messages").json()
    assert (message["id"], message["state"]) == (queued.json()["message"], "delivered")
    assert [(each["status"], each["error"]) for each in message["log"]] == [(200, None)]


def test_what_was_given_up_is_seen_and_sent_again(told_town: Town, receiver: Receiver) -> None:
    system = told_town.system(*SCOPES)
    address = f"/api/v1/webhooks/{register(system, receiver.url())['id']}"
    receiver.answer = Answer(410)
    system.post(f"{address}/test")
    bring(told_town)

    assert system.get(address).json()["active"] is False
    (dead,) = system.get(f"{address}/messages", params={"state": "dead"}).json()
    assert system.post(f"{address}/replay", json={}).status_code == 409
    receiver.answer = Answer(200)
    assert system.post(f"{address}/activation").json()["active"] is True
    assert system.post(f"{address}/replay", json={"message": dead["id"]}).json()["messages"] == 1
    bring(told_town)
    assert [got.id for got in receiver.got] == [dead["id"], dead["id"]]
    assert system.post(f"{address}/replay", json={"message": "msg_0"}).status_code == 404
    assert system.post(f"{address}/replay", json={}).json()["messages"] == 0
    both = {"message": dead["id"], "since": "2021-01-01T00:00:00Z"}
    assert system.post(f"{address}/replay", json=both).status_code == 422


def test_a_published_result_is_told_and_told_again_since_a_moment(told_town: Town, receiver: Receiver) -> None:
    system = told_town.system(*SCOPES)
    made = register(system, receiver.url())
    told_town.dossier("H99-1")
    document = told_town.upload(told_town.visitor("canbo"), "H99-1")
    with told_town.parts.storage.database.write() as connection:
        announcements.put(connection, document, announcements.PUBLISHED, told_town.clock())
    bring(told_town)
    address = f"/api/v1/webhooks/{made['id']}/replay"
    assert system.post(address, json={"since": "2021-11-22T00:00:00Z"}).json()["messages"] == 1
    bring(told_town)

    first, second = receiver.got
    assert first.id == second.id
    link = Webhook(made["secret"]).verify(first.body, dict(first.headers))["data"]["url"]
    assert system.get(link.removeprefix(told_town.parts.settings.pages)).json()["id"] == document


def test_a_rotation_shows_a_new_secret_once(told_town: Town, receiver: Receiver) -> None:
    system = told_town.system(*SCOPES)
    made = register(system, receiver.url())
    address = f"/api/v1/webhooks/{made['id']}"
    turned = system.post(f"{address}/rotation").json()
    assert turned["secret"] != made["secret"]
    assert turned["public_key"] != made["public_key"]
    assert turned["previous_keys_until"] is not None
    leaked = system.post(f"{address}/rotation", json={"keep_hours": 0}).json()
    assert leaked["previous_keys_until"] is None
    assert leaked["secret"] not in {made["secret"], turned["secret"]}


def test_a_system_sees_its_own_endpoints_and_an_administrator_those_of_the_units_below(
    told_town: Town, receiver: Receiver
) -> None:
    own, foreign = told_town.system(*SCOPES), told_town.system(*SCOPES, unit="xa khác")
    mine, theirs = register(own, receiver.url("/a")), register(foreign, receiver.url("/b"))
    assert [each["id"] for each in own.get("/api/v1/webhooks").json()] == [mine["id"]]
    for path in ("", "/messages"):
        assert own.get(f"/api/v1/webhooks/{theirs['id']}{path}").status_code == 404
    for path in ("/test", "/replay", "/rotation", "/activation"):
        assert own.post(f"/api/v1/webhooks/{theirs['id']}{path}", json={}).status_code == 404
    assert own.delete(f"/api/v1/webhooks/{theirs['id']}").status_code == 404

    administrator = told_town.visitor("quantri")
    assert len(administrator.get("/api/v1/webhooks").json()) == 2
    entered = register(administrator, receiver.url("/c"), client=mine["client"])
    assert entered["client"] == mine["client"]
    assert administrator.delete(f"/api/v1/webhooks/{theirs['id']}").status_code == 204
    assert foreign.get("/api/v1/webhooks").json() == []


def test_who_may_not_is_refused(told_town: Town, receiver: Receiver) -> None:
    url = receiver.url()
    for name in ("canbo", "vanthu", "lanhdao"):
        assert told_town.visitor(name).get("/api/v1/webhooks").status_code == 403
    reader = told_town.system("results:read")
    assert reader.post("/api/v1/webhooks", json={"url": url, "topics": TOPICS}).status_code == 403
    system = told_town.system(*SCOPES)
    copies = system.post("/api/v1/webhooks", json={"url": url, "topics": ["copy.issued"]})
    assert (copies.status_code, "copies:read" in copies.json()["detail"]) == (403, True)
    assert system.post("/api/v1/webhooks", json={"url": url, "topics": ["khác"]}).status_code == 422
    foreign = told_town.units["xa khác"].code
    assert system.post("/api/v1/webhooks", json={"url": url, "topics": TOPICS, "unit": foreign}).status_code == 404
    register(system, url)
    assert system.post("/api/v1/webhooks", json={"url": url, "topics": TOPICS}).status_code == 409


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://169.254.169.254/meta", "https://2130706433/", "ftp://a/"])
def test_an_address_inside_is_refused_when_it_is_registered(told_town: Town, url: str) -> None:
    answer = told_town.system(*SCOPES).post("/api/v1/webhooks", json={"url": url, "topics": TOPICS})
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")


def test_no_secret_lies_in_the_database(told_town: Town, receiver: Receiver) -> None:
    made = register(told_town.system(*SCOPES), receiver.url())
    with sqlite3.connect(told_town.parts.settings.data / "registry.sqlite") as registry:
        dumped = "\n".join(registry.iterdump())
    assert made["id"] in dumped
    assert made["secret"].removeprefix("whsec_") not in dumped


def test_the_operator_lists_and_replays_on_the_command_line(
    told_town: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOHOA_DATA", str(told_town.parts.settings.data))
    system = told_town.system(*SCOPES)
    made = register(system, receiver.url())
    receiver.answer = Answer(410)
    system.post(f"/api/v1/webhooks/{made['id']}/test")
    bring(told_town)
    assert run(["webhooks", "list"]) == run(["webhooks", "dead"]) == 0
    shown = capsys.readouterr().out
    assert "TẮT" in shown
    assert "410" in shown
    assert run(["webhooks", "replay", made["id"]]) == 3, "the endpoint is off"

    receiver.answer = Answer(200)
    system.post(f"/api/v1/webhooks/{made['id']}/activation")
    assert run(["webhooks", "replay", made["id"]]) == 0
    assert "1 tin" in capsys.readouterr().out
    bring(told_town)
    assert len(receiver.got) == 2
    assert run(["webhooks", "dead", "--json"]) == 0
    assert capsys.readouterr().out.strip().endswith("[]")
    assert run(["webhooks", "replay", made["id"], "--since", "2021-01-01"]) == 0
