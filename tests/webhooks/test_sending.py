"""A message arrives, signed, once for whoever counts ids; nobody waits for somebody else's receiver."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from storage import announcements
from storage.webhooks import endpoints, messages, replay
from storage.webhooks.messages import MessageState
from storage.webhooks.schedule import JITTER, RETRIES
from tests.webhooks.conftest import PAGES, Yard, bring
from tests.webhooks.receiver import Answer, receiving
from workers import posting


def test_a_message_is_known_by_the_reference_library_and_by_the_public_key(yard: Yard) -> None:
    endpoint = yard.endpoint()
    document = yard.announce()

    bring(yard.sender())

    (got,) = yard.receiver.got
    told = Webhook(yard.shown(endpoint).secret).verify(got.body, dict(got.headers))
    assert told["type"] == "result.published"
    assert told["data"] == {
        "kind": "document", "id": document, "unit": "H99.01", "state": "received", "version": 0,
        "url": f"{PAGES}/api/v1/documents/{document}",
    }  # fmt: skip
    assert got.signed_by(yard.shown(endpoint).public)
    assert got.headers["host"] == f"127.0.0.1:{yard.receiver.port}"
    assert yard.only().state is MessageState.DELIVERED


def test_a_changed_body_and_a_foreign_key_are_not_known(yard: Yard) -> None:
    endpoint, other = yard.endpoint(), yard.endpoint(yard.receiver.url("/khac"))
    yard.announce()

    bring(yard.sender())

    got = yard.receiver.at("/nhan")[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(yard.shown(endpoint).secret).verify(got.body.replace("H99.01", "H99.02"), dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(yard.shown(other).secret).verify(got.body, dict(got.headers))
    assert not got.signed_by(yard.shown(other).public)


def test_after_a_rotation_both_keys_sign_for_a_time_and_then_the_new_one_alone(yard: Yard) -> None:
    endpoint = yard.endpoint()
    before = yard.shown(endpoint)
    with yard.province.database.write() as connection:
        endpoints.rotate(connection, endpoint, yard.now() - endpoints.ROTATION + timedelta(seconds=30))
    after = yard.shown(endpoint)

    yard.announce()
    bring(yard.sender())
    yard.ahead = timedelta(seconds=60)
    yard.announce()
    bring(yard.sender())

    first, second = yard.receiver.got
    for keys in (before, after):
        Webhook(keys.secret).verify(first.body, dict(first.headers))
        assert first.signed_by(keys.public)
    Webhook(after.secret).verify(second.body, dict(second.headers))
    assert not second.signed_by(before.public)
    with pytest.raises(WebhookVerificationError):
        Webhook(before.secret).verify(second.body, dict(second.headers))


def test_a_failure_is_tried_again_for_three_days_with_the_same_id_and_body_and_then_given_up(yard: Yard) -> None:
    endpoint = yard.endpoint()
    yard.receiver.answer = Answer(500)
    yard.announce()
    moments = []
    while not yard.messages(MessageState.DEAD):
        moments.append(yard.now())
        bring(yard.sender())
        yard.ahead += max(timedelta(), yard.only().due_at - yard.now()) + timedelta(milliseconds=1)

    assert len(yard.receiver.got) == 1 + len(RETRIES)
    assert len({got.id for got in yard.receiver.got}) == len({got.body for got in yard.receiver.got}) == 1
    for (before, after), planned in zip(pairwise(moments), RETRIES, strict=True):
        assert planned <= after - before <= planned * (1 + JITTER) + timedelta(seconds=5)
    assert moments[-1] - moments[0] >= timedelta(hours=24)
    assert yard.only().state is MessageState.DEAD
    assert "ba ngày" in (yard.find(endpoint).disabled_reason or "")


def test_what_was_given_up_arrives_when_it_is_replayed(yard: Yard) -> None:
    endpoint = yard.endpoint()
    yard.receiver.answer = Answer(410)
    yard.announce()
    bring(yard.sender())
    dead = yard.only()
    assert dead.state is MessageState.DEAD
    assert "410" in (yard.find(endpoint).disabled_reason or "")
    missed = yard.announce()
    bring(yard.sender())
    assert len(yard.receiver.got) == 1, "a disabled endpoint is told nothing"

    yard.receiver.answer = Answer(204)
    with yard.province.database.write() as connection:
        again = endpoints.activate(connection, endpoint.id)
        assert replay.dead(connection, again, yard.now()).messages == 1
    bring(yard.sender())
    assert [got.id for got in yard.receiver.got] == [dead.id, dead.id]

    with yard.province.database.write() as connection:
        done = replay.since(connection, again, dead.created_at, PAGES, yard.now())
    assert (done.messages, done.go_on_from) == (2, None)
    bring(yard.sender())
    told = [json.loads(got.body)["data"]["id"] for got in yard.receiver.got[2:]]
    assert sorted(told) == sorted([json.loads(dead.body)["data"]["id"], missed])
    assert all(each.state is MessageState.DELIVERED for each in yard.messages())


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_only_2xx_is_a_yes_and_a_redirect_is_not_followed(yard: Yard, status: int) -> None:
    yard.endpoint()
    yard.receiver.answer = Answer(status, {"location": yard.receiver.url("/noi-bo")})
    yard.announce()

    bring(yard.sender())

    assert [got.path for got in yard.receiver.got] == ["/nhan"]
    assert yard.only().state is MessageState.WAITING
    with yard.province.database.read() as connection:
        (attempt,) = messages.attempts_of(connection, yard.messages())[yard.only().id]
    assert (attempt.status, str(status) in (attempt.error or "")) == (status, True)


def test_a_wish_to_be_asked_later_is_heard(yard: Yard) -> None:
    yard.endpoint()
    yard.receiver.answer = Answer(429, {"retry-after": "7200"})
    yard.announce()

    bring(yard.sender())

    assert timedelta(minutes=119) < yard.only().due_at - yard.now() < timedelta(minutes=121)


def test_a_receiver_that_says_nothing_is_left_in_time(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TOTAL_S", 0.5)
    yard.endpoint()
    yard.receiver.answer = Answer(200, wait_s=3)
    yard.announce()

    began = time.monotonic()
    bring(yard.sender())

    assert time.monotonic() - began < 2
    assert (yard.only().state, yard.only().failures) == (MessageState.WAITING, 1)


@pytest.mark.parametrize("answer", [Answer(200, drip_s=30), Answer(200, flood_bytes=64 * 1024 * 1024)])
def test_an_answer_without_end_is_a_yes_and_is_not_listened_to(
    yard: Yard, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TOTAL_S", 1.0)
    yard.endpoint()
    yard.receiver.answer = answer
    yard.announce()

    began = time.monotonic()
    bring(yard.sender())

    assert time.monotonic() - began < 10
    assert yard.only().state is MessageState.DELIVERED


def test_a_slow_receiver_holds_up_nobody_but_itself(yard: Yard) -> None:
    yard.endpoint(yard.receiver.url("/cham"))
    yard.receiver.answers["/cham"] = Answer(200, wait_s=4)
    yard.announce()
    sender = yard.sender()

    async def work() -> None:
        began = time.monotonic()
        await sender.look()
        yard.endpoint(yard.receiver.url("/nhanh"))
        for _ in range(5):
            yard.announce()
        await sender.look()
        while len(yard.receiver.at("/nhanh")) < 5:
            assert time.monotonic() - began < 3.5
            await asyncio.sleep(0.02)

    asyncio.run(work())
    assert "/cham" not in yard.receiver.answered


def test_a_dead_receiver_is_left_in_peace_after_three_failures_and_asked_again_later(yard: Yard) -> None:
    yard.endpoint()
    yard.receiver.answer = Answer(503)
    sender = yard.sender(rest_s=1.5)
    for _ in range(6):
        yard.announce()
    for _ in range(6):
        bring(sender)
    assert len(yard.receiver.got) == 3
    assert sum(message.failures for message in yard.messages()) == 3, "who rests loses no attempt"

    time.sleep(2.1)
    yard.receiver.answer = Answer(200)
    bring(sender)
    assert len(yard.receiver.got) == 3 + 3


def test_two_senders_bring_each_message_once(yard: Yard) -> None:
    yard.endpoint()
    for _ in range(12):
        yard.announce()

    bring(yard.sender(), yard.sender())

    assert len(yard.receiver.got) == len({got.id for got in yard.receiver.got}) == 12


def test_an_endpoint_is_told_of_its_own_units_and_topics_only(yard: Yard) -> None:
    yard.endpoint(yard.receiver.url("/xa"))
    yard.endpoint(yard.receiver.url("/tinh"), unit=yard.province.top)
    yard.endpoint(yard.receiver.url("/huy"), topics=(announcements.REVOKED,))
    own, foreign = yard.announce(), yard.announce(unit=yard.province.other)
    revoked = yard.announce(announcements.REVOKED)
    yard.announce(announcements.SUPERSEDED)

    bring(yard.sender())

    def told(path: str) -> set[str]:
        return {json.loads(got.body)["data"]["id"] for got in yard.receiver.at(path)}

    assert told("/xa") == {own, revoked}
    assert told("/tinh") == {own, foreign, revoked}
    assert told("/huy") == {revoked}


def test_what_happened_before_the_registration_is_told_only_when_asked_for(yard: Yard) -> None:
    begin = yard.now()
    document = yard.announce()
    endpoint = yard.endpoint()
    bring(yard.sender())
    assert yard.receiver.got == []

    with yard.province.database.write() as connection:
        replay.since(connection, endpoint, begin, PAGES, yard.now())
    bring(yard.sender())
    assert [json.loads(got.body)["data"]["id"] for got in yard.receiver.got] == [document]


def test_a_message_holds_no_personal_data(yard: Yard) -> None:
    yard.endpoint()
    yard.announce()

    bring(yard.sender())

    (got,) = yard.receiver.got
    assert "Bưởi" not in got.body
    assert "H99.01-2" not in got.body, "not even the code of the dossier"


def test_the_log_of_attempts_is_bounded_and_old_messages_go(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ATTEMPTS_KEPT", 3)
    endpoint = yard.endpoint()
    yard.announce()
    for _ in range(messages.ATTEMPTS_KEPT + 2):
        bring(yard.sender())
        with yard.province.database.write() as connection:
            replay.one(connection, endpoint, yard.only().id, yard.now())
    bring(yard.sender())
    with yard.province.database.write() as connection:
        log = messages.attempts_of(connection, yard.messages())[yard.only().id]
        assert len(log) == messages.ATTEMPTS_KEPT
        assert messages.forget_old(connection, yard.now() + messages.KEPT_FOR - timedelta(hours=1)) == 0
        assert messages.forget_old(connection, yard.now() + messages.KEPT_FOR + timedelta(hours=1)) == 1


def test_a_receiver_that_is_not_there_is_tried_again(yard: Yard) -> None:
    with receiving() as gone:
        url = gone.url()
    yard.endpoint(url)
    yard.announce()

    bring(yard.sender())

    with yard.province.database.read() as connection:
        (attempt,) = messages.attempts_of(connection, yard.messages())[yard.only().id]
    assert attempt.status is None
    assert "không kết nối được" in (attempt.error or "")
