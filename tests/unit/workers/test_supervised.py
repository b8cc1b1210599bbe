"""What supervisord is told."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import Path

import pytest
from pydantic import SecretStr

from storage.settings import Settings
from workers.supervise import own_settings
from workers.supervised import Program, configuration


def read(text: str) -> RawConfigParser:
    parser = RawConfigParser(inline_comment_prefixes=(";",), strict=True)
    parser.read_string(text)
    return parser


def test_a_part_runs_as_often_as_asked() -> None:
    told = read(configuration([Program("seal", ("x",)), Program("read", ("x",), count=3)], Path("/run"), Path("/log")))
    assert (told["program:seal"]["numprocs"], told["program:read"]["numprocs"]) == ("1", "3")


def test_nothing_in_a_path_is_expanded() -> None:
    told = read(configuration([Program("x", ("a b", "100%"))], Path("/50%"), Path("/log")))
    assert told["program:x"]["command"] == "'a b' 100%%"
    assert told["supervisord"]["pidfile"] == "/50%%/supervisord.pid"


def test_the_queue_starts_first_and_the_others_stop_together() -> None:
    parts = [Program("api", ("x",)), Program("redis", ("x",), first=True), Program("read", ("x",))]
    told = read(configuration(parts, Path("/run"), Path("/log")))
    assert told["group:sohoa"]["programs"] == "api,read"
    assert int(told["program:redis"]["priority"]) < int(told["group:sohoa"]["priority"])


def test_each_part_alone_is_told_what_only_it_may_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_SMTP_PASSWORD_FILE", "/p")
    settings = Settings(
        data=Path("/d"), keyring=Path("/k"), qr_key=Path("/q"), connectors=Path("/c"), webhook_key=SecretStr("w"),
        smtp_password=SecretStr("p"), backup_s3_access_key="b", backup_s3_secret_key=SecretStr("b"),
    )  # fmt: skip
    assert own_settings(settings) == {
        "api": {"SOHOA_WEBHOOK_KEY": "w"},
        "notify": {"SOHOA_WEBHOOK_KEY": "w"},
        "seal": {"SOHOA_KEYRING": "/k", "SOHOA_QR_KEY": "/q"},
        "exchange": {"SOHOA_CONNECTORS": "/c"},
        "deliver": {"SOHOA_SMTP_PASSWORD_FILE": "/p"},
    }
