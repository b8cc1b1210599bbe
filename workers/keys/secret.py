"""A PIN or password from a file or a descriptor, never from the environment or the command line.

What stands in the environment is seen in ``/proc``, in crash dumps and by every child; what stands in a command line is
seen by everybody. A file is read again at each use, so that it need not stay in memory and a corrected one is noticed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Hashable
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from digitize.errors import Misconfigured

LONGEST_BYTES = 4096
"""A secret above this is a wrong file."""


class Secret(Protocol):
    """Something that can be asked for a PIN or a password."""

    def read(self) -> str:
        """Return it."""

    def version(self) -> Hashable:
        """Return a value that changes when the secret is replaced."""


class SecretFile:
    """A secret in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        """Remember where; nothing is read yet."""
        self.path = path

    def read(self) -> str:
        """Return the content without the white space around it.

        Raises:
            Misconfigured: missing, empty, not a file, or readable by others than its owner.
        """
        descriptor = self._open()
        try:
            _refuse_exposed(os.fstat(descriptor), self.path.name)
            return _decoded(os.read(descriptor, LONGEST_BYTES + 1), self.path.name)
        finally:
            os.close(descriptor)

    def version(self) -> Hashable:
        """Return inode, size and time of change."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def __repr__(self) -> str:
        """Name the file, not what is in it."""
        return f"SecretFile({self.path.name})"

    def _open(self) -> int:
        try:
            # a named pipe would make open() wait for a writer
            return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as fault:
            raise Misconfigured(f"không đọc được tệp bí mật {self.path.name}") from fault


class SecretDescriptor:
    """A secret that the parent process left in an open descriptor; it can be read once only."""

    def __init__(self, descriptor: int) -> None:
        """Read it and close the descriptor, so that no child inherits it.

        Raises:
            Misconfigured: nothing is open there, or nothing in it.
        """
        try:
            with os.fdopen(descriptor, "rb") as source:
                self._held = _decoded(source.read(LONGEST_BYTES + 1), f"fd {descriptor}")
        except OSError as fault:
            raise Misconfigured(f"không đọc được bí mật từ mô tả tệp {descriptor}") from fault

    def read(self) -> str:
        """Return it."""
        return self._held

    def version(self) -> Hashable:
        """Never change: another secret needs another process."""
        return 0

    def __repr__(self) -> str:
        """Say nothing of it."""
        return "SecretDescriptor()"


class OneTry:
    """A secret that is not offered again to whom it was refused, until it changes: devices lock themselves.

    What was refused is remembered beside the file too, as inode, size and time, so that another process or a restart
    does not use up the next try; where the folder cannot be written, this process alone remembers.
    """

    def __init__(self, secret: Secret, whose: str) -> None:
        """Remember nothing yet.

        Args:
            secret: what is offered.
            whose: name of the token, credential or service that may refuse it.
        """
        self.secret = secret
        self._refused: Hashable | None = None
        self._note: Path | None = None
        if isinstance(secret, SecretFile):
            mark = sha256(whose.encode()).hexdigest()[:12]
            self._note = secret.path.with_name(f".{secret.path.name}.refused-{mark}")

    def was_refused(self) -> bool:
        """Tell whether this very secret was wrong before."""
        version = self.secret.version()
        return version in {self._refused, self._noted()} and version is not None

    def refuse(self, version: Hashable) -> None:
        """Remember that the secret of that version was wrong."""
        self._refused = version
        if self._note is not None:
            with contextlib.suppress(OSError):
                self._note.write_text(repr(version))

    def _noted(self) -> Hashable | None:
        try:
            noted = None if self._note is None else self._note.read_text()
        except (OSError, UnicodeDecodeError):
            return None
        version = self.secret.version()
        return version if noted == repr(version) else None


def is_exposed(found: os.stat_result) -> bool:
    """Tell whether others than the owner may read or change a file."""
    return bool(found.st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _refuse_exposed(found: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Misconfigured(f"tệp bí mật {name} không phải là tệp thường")
    if is_exposed(found):
        raise Misconfigured(
            f"người dùng khác trên máy đọc được tệp bí mật {name} (quyền {stat.S_IMODE(found.st_mode):04o})",
            remedy="Hãy `chmod 600` tệp đó.",
        )


def _decoded(content: bytes, name: str) -> str:
    if len(content) > LONGEST_BYTES:
        raise Misconfigured(f"bí mật trong {name} dài quá {LONGEST_BYTES} byte")
    try:
        secret = content.decode("utf-8").strip()
    except UnicodeDecodeError as fault:
        raise Misconfigured(f"bí mật trong {name} không phải văn bản UTF-8") from fault
    if not secret:
        raise Misconfigured(f"{name} không có bí mật nào")
    return secret
