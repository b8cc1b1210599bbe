"""What a child gives up before it opens a file from outside."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

import digitize
from digitize.confined.frames import Allowance
from digitize.confined.landlock import allow_reading_only, landlock_version
from digitize.confined.seccomp import give_up_calls

_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES = 1, 4, 38
_NOBODY = 65534

_SYSTEM_READABLE = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/urandom",
)
"""Libraries, fonts for PDFs that embed none, the recogniser's models: nothing of anybody's own."""


def die_with_parent(parent: int | None = None) -> None:
    """Be killed by the kernel when the parent is.

    Args:
        parent: its process id, to end at once if it is gone already; None where a closed pipe tells that.
    """
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def confine(allowance: Allowance, tessdata: str, parent: int) -> None:
    """Give up everything but the open pipe, reading the libraries, and computing.

    Args:
        allowance: bounds on time, memory and files.
        tessdata: folder of the recogniser's models that stays readable; may be empty.
        parent: process id of the nursery, without which there is nothing to do.

    Raises:
        OSError: the kernel refused a restriction that it has.
    """
    os.environ.clear()
    _limit(allowance)
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)
    if not allow_reading_only(_readable(tessdata)) and os.getuid() == 0:
        _become_nobody()
    _prctl(_SET_DUMPABLE, 0)
    # Last, for a change of user or of dumpability takes it away again.
    die_with_parent(parent)
    give_up_calls()


def confinement_gaps() -> tuple[str, ...]:
    """Name what this machine's kernel cannot take from a child, in Vietnamese, for ``sohoa doctor``."""
    if landlock_version() > 0 or os.getuid() == 0:
        return ()
    return ("nhân hệ điều hành không có Landlock: tiến trình con vẫn đọc được tệp của người dùng chạy dịch vụ",)


def extend_cpu_time(seconds: float) -> None:
    """Allow so much CPU time from now on, within the bound for the whole document."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def _limit(allowance: Allowance) -> None:
    """Set the bounds that the kernel enforces."""
    total = int(allowance.total_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(allowance.page_seconds) + 1, total), total))
    resource.setrlimit(resource.RLIMIT_AS, (allowance.memory_bytes, allowance.memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowance.open_files, allowance.open_files))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _readable(tessdata: str) -> tuple[str, ...]:
    """Return what a child may read: Python, its packages, this package, and the system's libraries."""
    packages = tuple(place for place in sys.path if place.endswith(("site-packages", "dist-packages")))
    python = (sys.prefix, sys.base_prefix, str(Path(os.__file__).parent))
    own = str(Path(next(iter(digitize.__path__))))
    chosen = (*python, *packages, own, *_SYSTEM_READABLE, *((tessdata,) if tessdata else ()))
    return tuple(path for path in chosen if path != "/")


def _become_nobody() -> None:
    """Give up root where the kernel cannot confine it otherwise."""
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _prctl(option: int, value: int) -> None:
    """Set an attribute of this process.

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
