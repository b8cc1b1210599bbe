"""A running nursery (:mod:`digitize.confined`) as its worker holds it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Self

import msgspec

from digitize.confined.frames import Ended, EndOfStream, Frame, Order, Setup, packed, read_frame, write_frame
from digitize.confined.line import Line
from digitize.errors import Impossible

START_SECONDS = 60.0
"""For a nursery to load its libraries and the model; about one second on an idle machine."""


class NurseryGone(Exception):
    """The nursery died, or never came to life."""


class Nursery:
    """Belongs to the process that started it; a fork of that process needs its own."""

    def __init__(self, process: subprocess.Popen[bytes], orders: Line, answers: IO[bytes]) -> None:
        """Take the ends of a process that was just started."""
        self._process = process
        self._orders = orders
        self._answers = answers
        self._owner = os.getpid()

    @classmethod
    def started(cls) -> Self:
        """Start one: isolated Python, no environment, a socket, a pipe, no other open file."""
        own, other = socket.socketpair()
        with other:
            process = subprocess.Popen(
                [sys.executable, "-I", "-m", "digitize.confined"],
                stdin=other.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                close_fds=True,
            )
        if process.stdout is None:
            raise Impossible("a pipe was asked for")
        return cls(process, Line(own), process.stdout)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """It lives and is this process's own."""
        return self._owner == os.getpid() and self._process.poll() is None

    def set_up(self, setup: Setup) -> bytes | None:
        """Let it load what it needs.

        Returns:
            The fault that it found, encoded; None when it is ready.

        Raises:
            NurseryGone: it does not start.
        """
        try:
            write_frame(self._orders, Frame.SETUP, packed(setup))
            kind, content = read_frame(_Patient(self._answers, START_SECONDS))
        except (EndOfStream, ConnectionError, TimeoutError) as error:
            raise NurseryGone from error
        return content if kind is Frame.ERROR else None

    def order(self, order: Order, file: int) -> None:
        """Order work on a file.

        Args:
            order: the work.
            file: descriptor of the file; nobody may change it any more.

        Raises:
            NurseryGone: it is dead.
        """
        try:
            write_frame(self._orders, Frame.ORDER, packed(order))
            self._orders.hand_over(file)
        except ConnectionError as error:
            raise NurseryGone from error

    def said(self, patience: float) -> Iterator[bytes | Ended]:
        """Walk through what it passes on, up to the end of the child.

        Args:
            patience: seconds that it may be silent.

        Raises:
            TimeoutError: it is silent for too long.
            NurseryGone: it has died.
        """
        pipe = _Patient(self._answers, patience)
        while True:
            try:
                kind, content = read_frame(pipe)
            except EndOfStream as error:
                raise NurseryGone from error
            if kind is Frame.ENDED:
                yield msgspec.msgpack.decode(content, type=Ended)
                return
            yield content

    def end(self) -> None:
        """Kill it, and by that its child; one that another process started is only forgotten."""
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        for held in (self._orders, self._answers):
            with contextlib.suppress(OSError):
                held.close()


class _Patient:
    """Reads a pipe and gives up when nothing comes for too long."""

    def __init__(self, pipe: IO[bytes], seconds: float) -> None:
        self._pipe = pipe
        self._seconds = seconds

    def read(self, count: int, /) -> bytes:
        """Return that many bytes, fewer only at the end.

        Raises:
            TimeoutError: nothing came for too long.
        """
        poll = select.poll()
        poll.register(self._pipe.fileno(), select.POLLIN)
        pieces = bytearray()
        while len(pieces) < count:
            if not poll.poll(self._seconds * 1000):
                raise TimeoutError
            piece = os.read(self._pipe.fileno(), min(count - len(pieces), 1 << 20))
            if not piece:
                break
            pieces += piece
        return bytes(pieces)
