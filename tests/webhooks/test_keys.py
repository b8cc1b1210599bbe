"""Keys are derived: shown once, never stored, different for everybody, and renewed without a gap."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from digitize.errors import Misconfigured
from storage.settings import Settings
from storage.webhooks.keys import KEY_FILE, KeySource, open_keys
from storage.webhooks.schedule import HOPELESS, JITTER, LONGEST_WISH, RETRIES, pause


@given(st.text("0123456789abcdef", min_size=1), st.integers(1, 50))
def test_the_same_endpoint_has_the_same_keys_and_another_one_others(endpoint: str, generation: int) -> None:
    source = KeySource((b"k" * 48,))
    keys = source.current(endpoint, generation)
    assert keys.secret == source.current(endpoint, generation).secret
    assert keys.public == source.current(endpoint, generation).public
    others = [source.current(endpoint, generation + 1), source.current(f"{endpoint}0", generation)]
    others.append(KeySource((b"l" * 48,)).current(endpoint, generation))
    assert len({keys.secret, *(each.secret for each in others)}) == 4
    assert len({keys.public, *(each.public for each in others)}) == 4


def test_secrets_have_the_form_and_the_size_of_the_specification() -> None:
    keys = KeySource((b"k" * 48,)).current("a", 1)
    assert keys.secret.startswith("whsec_")
    assert len(base64.b64decode(keys.secret.removeprefix("whsec_"))) == 32
    assert keys.public.startswith("whpk_")
    assert len(base64.b64decode(keys.public.removeprefix("whpk_"))) == 32


def test_a_new_secret_of_the_service_signs_beside_the_old_one() -> None:
    old, both = KeySource((b"o" * 48,)), KeySource((b"n" * 48, b"o" * 48))
    assert both.current("a", 2).secret != old.current("a", 2).secret
    signing = {each.secret for each in both.signing("a", (2, 1))}
    assert {old.current("a", 2).secret, old.current("a", 1).secret, both.current("a", 2).secret} < signing
    assert len(signing) == 4


def test_the_embedded_service_makes_its_own_secret_once_whoever_comes_first(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    found: list[KeySource] = []
    threads = [threading.Thread(target=lambda: found.append(open_keys(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert [file.name for file in settings.data.iterdir()] == [KEY_FILE]
    assert (settings.data / KEY_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["", "ngắn", "k" * 31, "k" * 40 + "\nngắn"])
def test_a_secret_that_can_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(Misconfigured, match="SOHOA_WEBHOOK_KEY"):
        open_keys(Settings(webhook_key=SecretStr(key)))


def test_a_service_of_several_machines_is_given_its_secret() -> None:
    with pytest.raises(Misconfigured, match="SOHOA_WEBHOOK_KEY_FILE"):
        open_keys(Settings(database_url=SecretStr("postgresql://db/sohoa")))


def test_retries_last_for_more_than_a_day_and_end() -> None:
    pauses = [pause(failures) for failures in range(1, len(RETRIES) + 1)]
    assert all(each is not None and each >= planned for each, planned in zip(pauses, RETRIES, strict=True))
    assert pause(len(RETRIES) + 1) is None
    assert timedelta(hours=75) < HOPELESS < timedelta(hours=76)


@given(st.integers(1, len(RETRIES)), st.timedeltas(timedelta(), timedelta(days=9999)))
def test_a_wish_is_heard_within_a_day(failures: int, wish: timedelta) -> None:
    found = pause(failures, wish)
    assert found is not None
    planned = RETRIES[failures - 1]
    assert found >= max(planned, min(wish, LONGEST_WISH))
    assert found <= max(planned, LONGEST_WISH) + planned * JITTER
