"""The doctor names receivers that are not reached, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from storage.settings import Settings
from tests.webhooks.conftest import Yard, bring
from tests.webhooks.receiver import Answer
from workers.checks import Condition
from workers.doctor_webhooks import webhooks


def test_a_receiver_that_fails_and_one_that_is_off_are_named(yard: Yard) -> None:
    url = yard.province.database.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=SecretStr(url), webhook_key=SecretStr("k" * 48))
    now = datetime.now(UTC)
    (nobody,) = webhooks(settings, now)
    assert nobody.verdict is Condition.OK

    yard.endpoint()
    yard.receiver.answer = Answer(500)
    yard.announce()
    bring(yard.sender())
    (young,) = webhooks(settings, now)
    assert young.verdict is Condition.OK
    (failing,) = webhooks(settings, now + timedelta(hours=2))
    assert failing.verdict is Condition.WARNING

    yard.receiver.answer = Answer(410)
    yard.announce()
    bring(yard.sender())
    (off,) = webhooks(settings, now)
    assert off.verdict is Condition.WARNING
    assert "2 tin bị bỏ. 1 điểm nhận bị tắt" in off.sentence
    assert "sohoa webhooks replay" in off.remedy
