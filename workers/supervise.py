"""The embedded service: every part under one supervisor, on one machine, with one data folder.

A private redis-server on a unix socket, the API, one reading worker a core, the sealing, timestamping, delivering,
verifying, table-opening, notifying, exchanging and sweeping processes. What dies is started again; what is asked to
stop takes everything along. Three ties hold even against ``kill -9``: the supervisor gets SIGTERM when the process that
started it dies, each part gets SIGTERM when the supervisor dies (``PR_SET_PDEATHSIG``), and a second start waits until
the first one's supervisor is gone.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import redis
from pydantic import SecretStr

from digitize.errors import Misconfigured
from storage.settings import SECRETS, Settings
from workers.preloaded import OWN_SETTINGS, program_of, written
from workers.supervised import Program, configuration

READY_S = 60.0
"""Seconds that the private Redis may take to answer: a slow machine is long in importing, and its log may be long."""

STOP_S = 30.0
"""Seconds that everything may take to stop; the supervisor kills a part that takes more than ten."""

_HOLDERS: Mapping[str, frozenset[str]] = {
    "keyring": frozenset({"seal"}),
    "qr_key": frozenset({"seal"}),
    "connectors": frozenset({"exchange"}),
    "webhook_key": frozenset({"api", "notify"}),  # the one shows an endpoint its keys, the other signs with them
    "smtp_password": frozenset({"deliver"}),
    "backup_s3_access_key": frozenset(),
    "backup_s3_secret_key": frozenset(),
}
"""Settings that do not stand in the environment of the supervisor, and the only parts that may know each.

A part learns its own from a file without a name: what supervisord is told by its file would lie on the disk.
"""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""What is forked may have one thread only; numpy's library starts more as it is imported."""

SOCKET_PATH_BYTES = 100
"""The path of a unix socket may have 108 bytes on Linux; some are kept for the supervisor's own suffix."""


class Service:
    """A running embedded service."""

    def __init__(self, process: subprocess.Popen[bytes], settings: Settings) -> None:
        """Keep the supervisor's process."""
        self._process = process
        self._settings = settings

    @property
    def running(self) -> bool:
        """The supervisor has not ended."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Id of the supervisor's process."""
        return self._process.pid

    def wait_until_queue_answers(self) -> None:
        """Wait for the private Redis.

        Raises:
            Misconfigured: it does not come up; the log says why.
        """
        deadline = time.monotonic() + READY_S
        with redis.Redis.from_url(self._settings.redis) as connection:
            while time.monotonic() < deadline and self.running:
                try:
                    connection.ping()
                except redis.RedisError:
                    time.sleep(0.1)
                else:
                    return
        raise Misconfigured(f"redis-server không khởi động được, xem {_log_folder(self._settings)}")

    def wait(self) -> None:
        """Wait until it ends by itself."""
        self._process.wait()

    def stop(self) -> None:
        """Stop every part and wait for it."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def start(
    settings: Settings, *, readers: int | None = None, timestamp_authority: Sequence[str] | None = None
) -> Service:
    """Start every part and return at once; call it from the main thread, with whose end the kernel stops everything.

    Args:
        settings: handed to every part; the keys only to the sealing one.
        readers: reading workers; one a core unless given.
        timestamp_authority: command of a development timestamp authority to run beside; None for none.

    Raises:
        Misconfigured: a program is missing, the data folder's path is too long, or another service uses it.
    """
    data = settings.data.absolute()
    run_folder = data / "run"
    _check(run_folder)
    shutil.rmtree(settings.metrics, ignore_errors=True)
    for folder in (run_folder, data / "redis", _log_folder(settings), settings.metrics):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = run_folder / "supervisord.conf"
    programs = _programs(settings, readers or os.cpu_count() or 1, timestamp_authority)
    config.write_text(configuration(programs, run_folder, _log_folder(settings)), encoding="utf-8")
    own = {part: written(told) for part, told in own_settings(settings).items()}
    try:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [*_dies_with_parent(), sys.executable, "-m", "workers.preloaded", "--nodaemon", "-c", str(config)],
            env={**_environment(settings), OWN_SETTINGS: json.dumps(own), **_ONE_THREAD}, pass_fds=own.values(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    finally:
        for descriptor in own.values():
            os.close(descriptor)
    return Service(process, settings)


def run(settings: Settings, *, readers: int | None = None, timestamp_authority: Sequence[str] | None = None) -> None:
    """Start every part, wait for Ctrl-C or SIGTERM, stop every part.

    Raises:
        Misconfigured: as :func:`start`.
    """
    asked = False

    def ask(_signum: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    service = start(settings, readers=readers, timestamp_authority=timestamp_authority)
    try:
        while service.running and not asked:
            time.sleep(0.2)
    finally:
        service.stop()


def _programs(settings: Settings, readers: int, timestamp_authority: Sequence[str] | None) -> tuple[Program, ...]:
    sohoa = program_of(sys.executable)
    ties = _dies_with_parent()
    parts = [
        Program("api", (sohoa, "serve")),
        Program("sweep", (sohoa, "sweep")),
        Program("read", (sohoa, "worker", "read"), count=readers),
        *(Program(lane, (sohoa, "worker", lane)) for lane in ("seal", "timestamp", "deliver", "verify", "table")),
        Program("notify", (sohoa, "worker", "notify")),
        Program("exchange", (sohoa, "worker", "exchange")),
    ]
    if timestamp_authority is not None:
        parts.append(Program("tsa", (*ties, *timestamp_authority)))
    if settings.redis_url is None:
        parts.append(Program("redis", (*ties, *_redis_command(settings)), first=True))
    return tuple(parts)


def own_settings(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """Return what each part alone may know, as the variables of its environment."""
    own: dict[str, dict[str, str]] = {}
    for name, holders in _HOLDERS.items():
        for part in holders:
            own.setdefault(part, {}).update(_variable(settings, name))
    return own


def _redis_command(settings: Settings) -> tuple[str, ...]:
    data = settings.data.absolute()
    return (
        _find("redis-server", "redis-server"), "--port", "0", "--unixsocket", str(data / "run" / "redis.sock"),
        "--unixsocketperm", "700", "--dir", str(data / "redis"), "--appendonly", "yes", "--save", "",
        "--daemonize", "no",
    )  # fmt: skip


def _dies_with_parent() -> tuple[str, ...]:
    """Give the words before a command that let the kernel stop it when its parent dies."""
    return (_find("setpriv", "util-linux"), "--pdeathsig", "TERM", "--")


def _find(program: str, package: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Misconfigured(f"thiếu chương trình {program} (gói {package})")
    return found


def _check(run_folder: Path) -> None:
    if len(os.fsencode(run_folder / "redis.sock")) > SOCKET_PATH_BYTES:
        raise Misconfigured(f"đường dẫn thư mục dữ liệu quá dài cho socket: {run_folder}")
    deadline = time.monotonic() + STOP_S
    while _supervisor_lives(run_folder):
        if time.monotonic() > deadline:
            raise Misconfigured("một dịch vụ khác đang chạy trên cùng thư mục dữ liệu")
        time.sleep(0.2)


def _supervisor_lives(run_folder: Path) -> bool:
    """Tell whether the supervisor that wrote the pid file is still there, and not another process of that number."""
    try:
        pid = int((run_folder / "supervisord.pid").read_text(encoding="ascii"))
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False
    return os.fsencode(run_folder / "supervisord.conf") in told


def _environment(settings: Settings) -> Mapping[str, str]:
    """Hand on the settings that every part may know."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    for name in type(settings).model_fields.keys() - _HOLDERS.keys():
        inherited |= _variable(settings, name)
    return inherited


def _variable(settings: Settings, name: str) -> Mapping[str, str]:
    """Return a setting as a variable of the environment; a secret that came as a file goes on as that file."""
    value, variable = getattr(settings, name), f"SOHOA_{name.upper()}"
    if value is None:
        return {}
    if name in SECRETS and f"{variable}_FILE" in os.environ:
        return {f"{variable}_FILE": os.environ[f"{variable}_FILE"]}
    if isinstance(value, SecretStr):
        return {variable: value.get_secret_value()}
    return {variable: str(value.absolute() if isinstance(value, Path) else value)}


def _log_folder(settings: Settings) -> Path:
    return settings.data.absolute() / "log"
