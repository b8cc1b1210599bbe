"""A PKCS#11 module of this process: made safe for threads, restarted when it is lost, never carried through a fork.

Three traps of the standard (PKCS#11 v2.40 §5.4) that python-pkcs11 leaves to its user:

* it calls ``C_Initialize(NULL)``, which tells the module that only one thread will ever call; SoftHSM then works
  without locks. Here the module is initialised once more with ``CKF_OS_LOCKING_OK``.
* a token that went away comes back, with several modules, only after ``C_Finalize`` and ``C_Initialize``, which end all
  sessions of the process; so uses are counted, and a restart waits until nobody is inside.
* after a fork the child shares the parent's sessions without right; it is refused.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import ClassVar

import pkcs11

from digitize.errors import KeyUnavailable, Misconfigured

RESTART_PATIENCE_S = 10.0
"""How long a restart waits for those who are inside, and they for a restart, seconds."""

_OS_LOCKING_OK = 0x2
_OK = 0


class _InitializeArguments(ctypes.Structure):
    """``CK_C_INITIALIZE_ARGS``."""

    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in ("create_mutex", "destroy_mutex", "lock_mutex", "unlock_mutex")),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_void_p),
    ]


class Module:
    """One loaded module."""

    def __init__(self, path: Path) -> None:
        """Load it.

        Raises:
            Misconfigured: there is no such module, or it does not start.
        """
        try:
            self._native = ctypes.CDLL(str(path))
            self.library = pkcs11.lib(str(path))
        except (OSError, pkcs11.PKCS11Error) as fault:
            raise Misconfigured(f"không nạp được mô-đun PKCS#11 {path.name}") from fault
        self._name = path.name
        self._process = os.getpid()
        self._door = threading.Condition()
        self._inside = 0
        self._restarting = False
        self._epoch = 0
        self._initialize_for_threads()

    @contextmanager
    def use(self) -> Iterator[int]:
        """Enter, with the number of the module's present life: sessions of an earlier life are dead.

        Raises:
            Misconfigured: the process was forked after the module was loaded.
            KeyUnavailable: a restart does not end.
        """
        self._refuse_child()
        with self._door:
            if not self._door.wait_for(lambda: not self._restarting, RESTART_PATIENCE_S):
                raise KeyUnavailable(f"mô-đun PKCS#11 {self._name} đang khởi động lại quá lâu")
            self._inside += 1
            epoch = self._epoch
        try:
            yield epoch
        finally:
            with self._door:
                self._inside -= 1
                self._door.notify_all()

    def restart(self, epoch: int) -> None:
        """End the life of that number, unless somebody did already; all sessions end with it.

        Raises:
            KeyUnavailable: somebody is inside for too long, or the module does not start again.
        """
        self._refuse_child()
        with self._door:
            if not self._door.wait_for(lambda: not self._restarting, RESTART_PATIENCE_S):
                raise KeyUnavailable(f"mô-đun PKCS#11 {self._name} đang khởi động lại quá lâu")
            if self._epoch != epoch:
                return
            self._restarting = True
            try:
                if not self._door.wait_for(lambda: self._inside == 0, RESTART_PATIENCE_S):
                    raise KeyUnavailable(f"mô-đun PKCS#11 {self._name} không trả lời")
                self._epoch += 1
                self._initialize_for_threads()
            finally:
                self._restarting = False
                self._door.notify_all()

    def _initialize_for_threads(self) -> None:
        self._native.C_Finalize(None)
        arguments = _InitializeArguments(flags=_OS_LOCKING_OK)
        if self._native.C_Initialize(ctypes.byref(arguments)) != _OK:
            raise KeyUnavailable(f"mô-đun PKCS#11 {self._name} không khởi động được")

    def _refuse_child(self) -> None:
        if os.getpid() != self._process:
            raise Misconfigured(
                "phiên PKCS#11 không dùng được trong tiến trình sinh ra bằng fork",
                remedy="Hãy mở khóa ký trong chính tiến trình ký.",
            )


@cache
def module(path: Path) -> Module:
    """Return the one module of that path in this process.

    Raises:
        Misconfigured: there is no such module, or it does not start.
    """
    return Module(path)
