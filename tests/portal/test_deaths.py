"""The exchange worker is a real process and may be killed at any moment: the portal ends in step all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.tables import exchange_messages
from tests.faults.town import until
from tests.portal.conftest import PAGES, Yard
from tests.portal.test_in_step import all_in_step


def _start(yard: Yard) -> subprocess.Popen[bytes]:
    yard.settings()  # writes the password
    settings = {"SOHOA_DATA": str(yard.folder), "SOHOA_EXCHANGE_NETWORKS": "127.0.0.0/8", "SOHOA_PUBLIC_URL": PAGES}
    settings["SOHOA_DATABASE_URL"] = str(yard.province.database.engine.url)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    return subprocess.Popen(
        [Path(sys.executable).with_name("sohoa"), "worker", "exchange"],
        env=kept | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.timeout(120)
def test_what_was_sent_and_not_recorded_is_sent_again_and_ends_in_step(yard: Yard) -> None:
    yard.connect()
    for status in (2, 5, 9):
        yard.dossier(status)
    killed = threading.Event()
    first = _start(yard)

    def kill(_request: dict[str, Any]) -> None:
        if not killed.is_set():
            os.kill(first.pid, signal.SIGKILL)
            killed.set()

    yard.portal.on_request = kill
    until(killed.is_set, 60)
    first.wait(10)
    yard.province.now = datetime.now(UTC)
    assert yard.share()[0].numerator == 0, "nothing was recorded"

    with yard.province.database.write() as connection:  # as if its hold had gone by
        connection.execute(exchange_messages.update().values(held_until=None))
    second = _start(yard)
    try:
        until(lambda: yard.share()[0].numerator == 3, 60)
    finally:
        second.terminate()
        assert second.wait(20) == 0
    all_in_step(yard)
    assert len([each for each in yard.portal.requests if each.get("isUpdating") == "True"]) == 1
