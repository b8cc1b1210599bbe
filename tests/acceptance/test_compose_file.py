"""docker-compose.yml is accepted, gives nothing away, and its commands and health checks run.

No container is started: the commands of our own services are taken out of the file as docker-compose reads it, and run
here, with the addresses and folders of local servers in the place of the containers' ones.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from storage.s3 import S3Place
from tests.servers.process import free_port
from tests.servers.redis import RedisServer
from workers.demo.pki import make_pki

ROOT = Path(__file__).parents[2]
REQUIRED = {
    "SOHOA_SECRETS": "/secrets",
    "SOHOA_TRUST_FOLDER": "/trust",
    "SOHOA_KEYRING_FOLDER": "/keyring",
    "SOHOA_S3_ACCESS_KEY": "access",
    "SOHOA_TSA_URL": "http://127.0.0.1:1/tsa",
}
OURS = (
    "migrate",
    "api",
    "worker-read",
    "worker-seal",
    "worker-timestamp",
    "worker-deliver",
    "worker-verify",
    "worker-table",
    "worker-notify",
    "worker-exchange",
    "worker-sweep",
)
HEALTHY_WITHIN_S = 60.0


def _configuration(variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker-compose", "-f", ROOT / "docker-compose.yml", "config"],
        env={"PATH": os.environ["PATH"], **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read = _configuration(REQUIRED)
    assert read.returncode == 0, read.stderr
    parsed: dict[str, Any] = yaml.safe_load(read.stdout)
    return parsed


@pytest.mark.parametrize("name", REQUIRED)
def test_what_has_no_safe_default_must_be_given(name: str) -> None:
    read = _configuration({other: value for other, value in REQUIRED.items() if other != name})

    assert read.returncode != 0
    assert "Missing mandatory value" in read.stderr


def test_every_service_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "postgres", "redis", "s3"}


def test_every_service_has_limits_and_may_gain_no_privilege(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "migrate" or service["healthcheck"]["test"], name


def test_our_services_run_read_only_without_root_or_capabilities(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]


def test_images_of_others_are_pinned_and_none_is_minio(compose: dict[str, Any]) -> None:
    images = {name: compose["services"][name]["image"] for name in ("postgres", "redis", "s3")}

    assert all(":" in image and not image.endswith(":latest") for image in images.values()), images
    assert "minio" not in str(images)


def test_the_keyring_is_in_the_sealing_worker_and_nowhere_else(compose: dict[str, Any]) -> None:
    holders = [name for name, service in compose["services"].items() if "/keyring" in json.dumps(service)]

    assert holders == ["worker-seal"]


def test_the_key_of_webhooks_is_in_the_api_which_shows_it_and_the_sender_which_signs(compose: dict[str, Any]) -> None:
    holders = {name for name, service in compose["services"].items() if "webhook_key" in json.dumps(service)}

    assert holders == {"api", "worker-notify"}


def test_the_api_alone_has_a_port_and_on_the_loopback_only(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert ports == {"api": ["127.0.0.1:8000:8000/tcp"]}


def test_no_password_stands_in_the_file_or_in_an_environment(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "DATABASE_URL", "REDIS_URL"))
            assert not secret or variable.endswith("_FILE"), (name, variable)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of the file stand on this machine."""

    folder: Path
    environment: dict[str, str]
    """What differs from the file."""

    def of(self, service: Mapping[str, Any]) -> dict[str, str]:
        """Give a service's environment, its containers' paths and addresses replaced by ours."""
        wanted: dict[str, str] = {"PATH": os.environ["PATH"], **service["environment"]}
        moved = {name: value.replace("/run/", f"{self.folder}/") for name, value in wanted.items()}
        moved |= {name: value for name, value in self.environment.items() if name in wanted}
        return moved | {"PATH": os.environ["PATH"], "TMPDIR": str(self.folder)}


@pytest.fixture
def place(tmp_path: Path, postgres_url: str, redis_server: RedisServer, s3_place: S3Place) -> Place:
    for name in ("secrets", "sohoa", "metrics"):
        (tmp_path / name).mkdir()
    # As in the file: the sealing worker finds its keyring in one folder, all parts find the roots in another.
    pki = make_pki(tmp_path / "keyring", [("clerk", "Nguyễn Văn A")], [("office", "UBND xã")], datetime.now(UTC))
    (tmp_path / "trust").symlink_to(pki.trust)
    for name, text in (
        ("database_url", postgres_url),
        ("redis_url", redis_server.url),
        ("s3_secret_key", s3_place.secret_key),
        ("webhook_key", "k" * 48),
    ):
        (tmp_path / "secrets" / name).write_text(f"{text}\n", encoding="utf-8")
    return Place(
        tmp_path,
        {
            "SOHOA_S3_ENDPOINT": s3_place.endpoint,
            "SOHOA_S3_BUCKET": s3_place.bucket,
            "SOHOA_S3_ACCESS_KEY": s3_place.access_key,
            "SOHOA_API_HOST": "127.0.0.1",
            "SOHOA_API_PORT": str(free_port()),
        },
    )


def _sohoa(words: list[str]) -> list[str]:
    return [str(Path(sys.executable).with_name("sohoa")), *words]


def _well(service: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    kind, program, *words = service["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "sohoa")
    return subprocess.run(_sohoa(words), env=environment, capture_output=True, check=False, cwd="/").returncode == 0


def test_each_service_starts_by_its_command_is_found_healthy_and_stops_when_asked(
    compose: dict[str, Any], place: Place
) -> None:
    services: dict[str, dict[str, Any]] = {name: compose["services"][name] for name in OURS}
    migration = services.pop("migrate")
    subprocess.run(_sohoa(migration["command"]), env=place.of(migration), check=True, cwd="/")

    with ExitStack() as stack:
        running = {
            name: stack.enter_context(_running(_sohoa(service["command"]), place.of(service), place.folder / name))
            for name, service in services.items()
        }
        for name, service in services.items():
            _wait_until_well(name, service, place.of(service), running[name], place.folder / name)
        for name, process in running.items():
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) in {0, -signal.SIGTERM, 128 + signal.SIGTERM}, name
        assert not _well(services["api"], place.of(services["api"]))


def _wait_until_well(
    name: str, service: Mapping[str, Any], environment: Mapping[str, str], process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN_S
    while not _well(service, environment):
        assert process.poll() is None, f"{name} ended: {log.read_text(encoding='utf-8')[-2000:]}"
        assert time.monotonic() < deadline, f"{name} is not healthy: {log.read_text(encoding='utf-8')[-2000:]}"
        time.sleep(1.0)  # each question is a process of its own


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/"
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
