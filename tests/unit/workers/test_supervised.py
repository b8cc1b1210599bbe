"""What supervisord is told."""

from __future__ import annotations

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

from workers.supervise import _without_secrets
from workers.supervised import Program, configuration


def read(text: str) -> RawConfigParser:
    parser = RawConfigParser(inline_comment_prefixes=(";",), strict=True)
    parser.read_string(text)
    return parser


def test_only_the_part_that_needs_it_is_told_a_setting() -> None:
    parts = [Program("seal", ("x",), environment={"SOHOA_KEYRING": "/k"}), Program("read", ("x",), count=3)]
    told = read(configuration(parts, Path("/run"), Path("/log")))
    assert told["program:seal"]["environment"] == 'SOHOA_KEYRING="/k"'
    assert "environment" not in told["program:read"]
    assert told["program:read"]["numprocs"] == "3"


def test_nothing_in_a_path_is_expanded() -> None:
    told = read(configuration([Program("x", ("a b", "100%"))], Path("/50%"), Path("/log")))
    assert told["program:x"]["command"] == "'a b' 100%%"
    assert told["supervisord"]["pidfile"] == "/50%%/supervisord.pid"


def test_the_queue_starts_first_and_the_others_stop_together() -> None:
    parts = [Program("api", ("x",)), Program("redis", ("x",), first=True), Program("read", ("x",))]
    told = read(configuration(parts, Path("/run"), Path("/log")))
    assert told["group:sohoa"]["programs"] == "api,read"
    assert int(told["program:redis"]["priority"]) < int(told["group:sohoa"]["priority"])


def test_each_secret_reaches_the_parts_that_need_it_and_no_other() -> None:
    known = {"SOHOA_WEBHOOK_KEY": "k", "SOHOA_WEBHOOK_KEY_FILE": "/k", "SOHOA_SMTP_PASSWORD": "p", "SOHOA_DATA": "d"}
    seen: dict[str, set[str]] = {}
    for part in ("api", "sweep", "read", "seal", "timestamp", "deliver", "verify", "notify", "exchange", "redis"):
        command = [*_without_secrets(part), shutil.which("env") or "env"]
        told = subprocess.run(command, env=known, capture_output=True, text=True, check=True).stdout
        seen[part] = {line.partition("=")[0] for line in told.splitlines()} & known.keys()
    webhook = {"SOHOA_WEBHOOK_KEY", "SOHOA_WEBHOOK_KEY_FILE", "SOHOA_DATA"}
    assert seen.pop("api") == seen.pop("notify") == webhook
    assert seen.pop("deliver") == {"SOHOA_SMTP_PASSWORD", "SOHOA_DATA"}
    assert set(map(frozenset, seen.values())) == {frozenset({"SOHOA_DATA"})}
