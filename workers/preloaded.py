"""The supervisor as the embedded service runs it: everything is imported once, and each part is a fork of it.

supervisord starts a program by fork and exec, after which eleven parts would each spend three seconds of a core on
importing the same libraries, and hold them in memory of their own. Here a part whose command is ``sohoa`` goes on in
the fork. What only one part may know comes in a file without a name (``memfd_create``) that this part alone reads,
after the fork: it is never in the memory that all of them share.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from prometheus_client import values
from setproctitle import getproctitle, setproctitle
from supervisor import supervisord
from supervisor.options import ServerOptions

from workers.cli.program import run

OWN_SETTINGS = "SOHOA_OWN_SETTINGS"
"""JSON: name of a part → descriptor of the file that says what it alone may know (:func:`written`)."""

IMPORTED = (
    "api.app", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite",
    "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
    "uvloop",
    "workers.cli.running", "workers.compose", "workers.copies.delivering", "workers.copies.mail",
    "workers.copies.qr_key", "workers.copies.reading", "workers.copies.signing", "workers.copies.timing",
    "workers.delivery", "workers.exchange.exchanger", "workers.keyring", "workers.lane", "workers.notify",
    "workers.reading", "workers.sandbox", "workers.signing", "workers.stamping_heads", "workers.sweep",
    "workers.tables", "workers.timing", "workers.verifying",
)  # fmt: skip
"""What the parts are made of. The libraries that open files of strangers are not here: only the sandbox loads them."""

NICENESS = 10
"""The workers give way to the page that a person waits for."""

_SET_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` (prctl(2))."""

_SUPERVISORS_SIGNALS = (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2)


def program_of(executable: str) -> str:
    """Return the path of the program ``sohoa`` beside a Python."""
    return str(Path(executable).with_name("sohoa"))


class Forking(ServerOptions):  # type: ignore[misc]  # supervisor has no types
    """What supervisord asks of the system, but that our own program is not executed anew."""

    def __init__(self) -> None:
        """Learn which descriptors the forks need."""
        super().__init__()
        self._own: Mapping[str, int] = json.loads(os.environ.pop(OWN_SETTINGS, "{}"))

    def close_fd(self, fd: int) -> None:
        """Close a descriptor in a fork, but not one from which it may be about to learn its own settings."""
        if fd not in self._own.values():
            super().close_fd(fd)

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Become a part, in a fork of which nothing else was done yet; it does not come back."""
        part = env["SUPERVISOR_PROCESS_NAME"].rpartition("-")[0]
        own = _told(self._own, part)
        if filename == program_of(sys.executable):
            _become(argv[1:], {**env, **own})
        super().execve(filename, argv, {**env, **own})


def written(own: Mapping[str, str]) -> int:
    """Write what one part alone may know.

    Returns:
        Descriptor of a file without a name; the caller closes it.
    """
    descriptor = os.memfd_create("own settings")
    os.write(descriptor, json.dumps(own).encode())
    return descriptor


def _told(own: Mapping[str, int], part: str) -> Mapping[str, str]:
    """Read a part's own settings, and close everybody's."""
    told: Mapping[str, str] = {}
    if part in own:
        told = json.loads(os.pread(own[part], os.fstat(own[part]).st_size, 0))
    for descriptor in own.values():
        os.close(descriptor)
    return told


def _become(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run our program in this fork and end with it.

    The frames of supervisord below are never returned to: they hold descriptors that are others by now.
    """
    code = 1
    try:
        _die_with_supervisor()
        for number in _SUPERVISORS_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        setproctitle(" ".join(("sohoa", *arguments)))
        if "serve" not in arguments:
            os.nice(NICENESS)
            # Decided for the API when it was imported: figures of its own. Those of the workers are shared by files.
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        code = run(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_with_supervisor() -> None:
    supervisor = os.getppid()
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != supervisor:
        sys.exit(1)


def main() -> None:
    """Import, and supervise until told to stop; the words are supervisord's own."""
    getproctitle()  # finds where the title stands while the environment behind it is still untouched
    for module in IMPORTED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    options = Forking()
    options.realize(sys.argv[1:])
    options.first, options.test = True, False
    supervisord.go(options)


if __name__ == "__main__":
    main()
