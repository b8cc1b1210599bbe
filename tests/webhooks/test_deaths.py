"""The sender is a real process and may be killed at any moment: the message comes again under its id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from storage.tables import webhook_messages
from storage.webhooks.messages import HOLD, MessageState
from tests.faults.town import until
from tests.webhooks.conftest import Yard
from tests.webhooks.receiver import Got


def _start(yard: Yard, data: Path) -> subprocess.Popen[bytes]:
    url = yard.province.database.engine.url.render_as_string(hide_password=False)
    settings = {
        "SOHOA_DATA": str(data), "SOHOA_DATABASE_URL": url, "SOHOA_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "SOHOA_WEBHOOK_KEY": yard.keys.secrets[0].decode(), "SOHOA_METRICS_FOLDER": str(data / "metrics"),
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    return subprocess.Popen(
        [Path(sys.executable).with_name("sohoa"), "worker", "notify"],
        env=kept | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.timeout(120)
def test_a_message_sent_and_not_recorded_comes_again_under_the_same_id(yard: Yard, tmp_path: Path) -> None:
    yard.endpoint()
    yard.announce()
    killed = threading.Event()
    first = _start(yard, tmp_path)

    def kill(_got: Got) -> None:
        if not killed.is_set():
            os.kill(first.pid, signal.SIGKILL)
            killed.set()

    yard.receiver.on_arrival = kill
    until(killed.is_set, 60)
    first.wait(10)
    waiting = yard.only()
    assert (waiting.state, waiting.attempts) == (MessageState.WAITING, 0), "nothing was recorded"
    assert waiting.due_at <= yard.now() + HOLD

    with yard.province.database.write() as connection:  # as if that time had gone by
        connection.execute(webhook_messages.update().values(due_at=yard.now()))
    second = _start(yard, tmp_path)
    try:
        until(lambda: yard.only().state is MessageState.DELIVERED, 60)
    finally:
        second.terminate()
        assert second.wait(20) == 0
    assert [got.id for got in yard.receiver.got] == [waiting.id, waiting.id]
    assert len({got.body for got in yard.receiver.got}) == 1
