"""A health check says what is so."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from storage.connect import open_storage
from storage.settings import Settings
from tests.faults.town import until
from tests.servers.redis import RedisServer
from workers.health import ask
from workers.pulse import pulse


@pytest.fixture
def settings(tmp_path: Path, redis_server: RedisServer) -> Settings:
    return Settings(data=tmp_path, redis_url=SecretStr(redis_server.url))


def test_a_worker_is_well_as_long_as_its_pulse_is_heard(settings: Settings, redis_server: RedisServer) -> None:
    assert ask(settings, "worker-read") == ("worker-read: không thấy tiến trình nào trên máy này.", False)
    with pulse(open_storage(settings).queue, "read"):
        until(lambda: ask(settings, "worker-read")[1], 5)
        assert not ask(settings, "worker-seal")[1]
    redis_server.stop()
    sentence, well = ask(settings, "worker-read")
    assert not well
    assert sentence.startswith("worker-read: không hỏi được hàng đợi")
