"""The settings: one reader of the environment, secrets from files, no secret with a default, mistakes told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from digitize.errors import Misconfigured
from storage.settings import SECRETS, Settings, load_settings

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("SOHOA_"):
            monkeypatch.delenv(name)


def test_the_data_folder_alone_is_enough_for_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path))

    settings = load_settings()

    assert settings.database == f"sqlite:///{tmp_path}/registry.sqlite"
    assert settings.redis == f"unix://{tmp_path}/run/redis.sock"
    assert settings.object_folder == tmp_path / "objects"
    assert settings.metrics == tmp_path / "run" / "metrics"


def test_no_secret_has_a_default_and_none_shows_when_printed() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}

    assert secret == set(SECRETS)
    assert all(Settings.model_fields[name].default is None for name in secret)
    assert "hush" not in repr(Settings(database_url=SecretStr("postgresql://sohoa:hush@db/sohoa")))


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_from_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("hush\n", encoding="utf-8")
    monkeypatch.setenv(f"SOHOA_{name.upper()}_FILE", str(tmp_path / "secret"))

    assert getattr(load_settings(), name).get_secret_value() == "hush"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_DATABASE_URL_FILE", str(tmp_path / "absent"))

    with pytest.raises(Misconfigured, match="absent"):
        load_settings()


@pytest.mark.parametrize("name", ["SOHOA_DATABSE_URL", "SOHOA_SECRET", "SOHOA_TRUST_FILE"])
def test_a_misspelt_variable_is_named_and_not_ignored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")

    with pytest.raises(Misconfigured, match=name):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("API_PORT", "eighty"), ("API_PORT", "70000"), ("LEASE_S", "0"), ("OBJECTS", "tape"), ("S3_LOCK_DAYS", "-1")],
)
def test_a_value_that_cannot_be_used_is_told_with_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SOHOA_{name}", value)

    with pytest.raises(Misconfigured, match=f"SOHOA_{name}"):
        load_settings()


def test_an_s3_store_without_its_address_or_keys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_OBJECTS", "s3")
    monkeypatch.setenv("SOHOA_S3_ENDPOINT", "s3:9000")

    with pytest.raises(Misconfigured, match="SOHOA_S3_ACCESS_KEY, SOHOA_S3_SECRET_KEY"):
        load_settings()


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("file", ["docker-compose.yml", "docs/operate.md", "Dockerfile"])
def test_what_the_operator_is_told_to_set_exists(file: str) -> None:
    named = set(re.findall(r"\bSOHOA_[A-Z0-9_]*[A-Z0-9]", (ROOT / file).read_text(encoding="utf-8")))
    known = {f"SOHOA_{name.upper()}" for name in Settings.model_fields} | {
        f"SOHOA_{name.upper()}_FILE" for name in SECRETS
    }
    of_compose = {
        "SOHOA_VERSION", "SOHOA_SECRETS", "SOHOA_TRUST_FOLDER", "SOHOA_KEYRING_FOLDER", "SOHOA_PORT", "SOHOA_PROXY",
        "SOHOA_CONNECTORS_FOLDER",
    }  # fmt: skip

    assert named <= known | of_compose
