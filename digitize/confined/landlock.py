"""Files that a process may still read once it has closed the door behind it (Linux 5.13 and later).

Landlock needs no privileges and binds root too. See landlock(7) of the Linux manual.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_QUESTION = 1
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIRECTORY, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_TRUNCATE_SINCE = 3
_SINK = "/dev/null"
"""Stays writable: Tesseract opens it for its messages, and crashes where it cannot."""
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""ABI since which a set of rights can be taken away: all bits up to refer, truncate, ioctl on devices."""
_NETWORK_RIGHTS = 0b11
"""ABI 4: bind and connect TCP."""
_SCOPES = 0b11
"""ABI 6: abstract unix sockets and signals to processes outside."""


def landlock_version() -> int:
    """Return the kernel's ABI of Landlock, 0 when it has none."""
    return max(0, _syscall(_CREATE_RULESET, None, 0, _VERSION_QUESTION))


def allow_reading_only(paths: Iterable[str]) -> bool:
    """Take away the whole file system but for reading these folders and files; also TCP, where the kernel can.

    What is written to ``/dev/null`` stays allowed.

    The caller must have given up new privileges (``PR_SET_NO_NEW_PRIVS``) before.

    Args:
        paths: what stays readable; those that do not exist are passed over.

    Returns:
        False when the kernel has no Landlock, and nothing was taken away.

    Raises:
        OSError: the kernel has Landlock and refused.
    """
    version = landlock_version()
    if version == 0:
        return False
    ruleset = _checked(_syscall(_CREATE_RULESET, *_ruleset(version), 0))
    for path in paths:
        if Path(path).exists():
            _allow(ruleset, path, _READ_FILE | (_READ_DIRECTORY if Path(path).is_dir() else 0))
    _allow(ruleset, _SINK, _WRITE_FILE | (_TRUNCATE if version >= _TRUNCATE_SINCE else 0))
    _checked(_syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def _ruleset(version: int) -> tuple[bytes, int]:
    """Return ``struct landlock_ruleset_attr`` and its size for an ABI."""
    files = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)]
    words = [files] + [_NETWORK_RIGHTS] * (version >= 4) + [_SCOPES] * (version >= 6)
    return struct.pack(f"={len(words)}Q", *words), 8 * len(words)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Leave rights on a file or on everything beneath a folder."""
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _checked(_syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, handle), 0))
    finally:
        os.close(handle)


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    """Call the kernel; -1 for an error."""
    libc = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_long(value) if isinstance(value, int) else ctypes.c_char_p(value) for value in arguments]
    return int(libc.syscall(ctypes.c_long(number), *converted))


def _checked(result: int) -> int:
    """Turn the kernel's refusal into an error."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
