"""What supervisord is told: the parts of the service as its configuration file."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOG_BYTES = 10 * 1024 * 1024
"""Size at which a part's log is turned over, bytes."""

STOP_WAIT_S = 10
"""Seconds that a part may take to finish its job when asked to stop; then it is killed, which costs nothing but the
time until its lease runs out."""


@dataclass(frozen=True, slots=True)
class Program:
    """One part of the service."""

    name: str
    command: Sequence[str]
    count: int = 1
    """How many of it run."""
    first: bool = False
    """Started before the others and stopped after them."""


def configuration(programs: Sequence[Program], run_folder: Path, log_folder: Path) -> str:
    """Write the configuration file (supervisor 4.3)."""
    # One group for all but the queue: supervisord stops a group at once and the groups one after the other.
    together = ",".join(program.name for program in programs if not program.first)
    return "\n".join(
        [
            "[supervisord]",
            "nodaemon=true",
            f"user={getpass.getuser()}",
            f"pidfile={_value(run_folder / 'supervisord.pid')}",
            f"logfile={_value(log_folder / 'supervisord.log')}",
            f"logfile_maxbytes={LOG_BYTES}",
            f"childlogdir={_value(log_folder)}",
            "",
            "[unix_http_server]",
            f"file={_value(run_folder / 'supervisor.sock')}",
            "chmod=0700",
            "",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
            "",
            "[supervisorctl]",
            f"serverurl=unix://{_value(run_folder / 'supervisor.sock')}",
            "",
            *(line for program in programs for line in _section(program, log_folder)),
            "[group:sohoa]",
            f"programs={together}",
            "priority=200",
            "",
        ]
    )


def _section(program: Program, log_folder: Path) -> list[str]:
    log = log_folder / f"{program.name}-%(process_num)d.log"
    return [
        f"[program:{program.name}]",
        f"command={_value(shlex.join(program.command))}",
        "process_name=%(program_name)s-%(process_num)d",
        f"numprocs={program.count}",
        f"priority={100 if program.first else 200}",
        "autorestart=true",
        # A part that cannot start is tried again for ever: nobody watches a commune's server at night.
        "startsecs=1",
        "startretries=1000000",
        f"stopwaitsecs={STOP_WAIT_S}",
        "stopasgroup=false",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={_value(log_folder) + '/' + log.name}",
        f"stdout_logfile_maxbytes={LOG_BYTES}",
        "stdout_logfile_backups=3",
        "",
    ]


def _value(text: str | Path) -> str:
    """Write a value so that supervisord expands nothing in it."""
    return str(text).replace("%", "%%")
