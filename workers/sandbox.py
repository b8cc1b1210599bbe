"""The worker's side of the room in which files from outside are opened (see :mod:`digitize.confined`)."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import IO, Self

import msgspec

from digitize.archive.capture import Capture
from digitize.confined.frames import (
    Ended,
    EndOfStream,
    Fault,
    Frame,
    Order,
    Setup,
    error_of,
    packed,
    read_frame,
    write_frame,
)
from digitize.confined.orders import DigitizeArguments
from digitize.errors import EngineFailed, Impossible, ReaderKilled, RunawayFile, SohoaError
from digitize.image.limits import Limits
from digitize.model import Digitized, VerificationReport

TASKS = "digitize.confined.tasks"
START_SECONDS = 60.0
"""For a nursery to load its libraries and the model; about one second on an idle machine."""
BACKSTOP_SECONDS = 15.0
"""Beyond the patience of the nursery itself: a nursery that is silent for longer is replaced."""


@dataclass(frozen=True, slots=True)
class _Nursery:
    """A running nursery."""

    process: subprocess.Popen[bytes]
    orders: IO[bytes]
    answers: IO[bytes]
    owner: int
    """Process that started it; a fork of that process needs its own."""


class Sandbox:
    """Opens one file at a time; a file that breaks out of its limits costs a child, never the worker."""

    def __init__(self, limits: Limits | None = None, setup: Setup | None = None) -> None:
        """Remember how to start; the nursery is started at the first file.

        Args:
            limits: of the files; the defaults when None.
            setup: of the nursery; our own tasks with the default allowance when None.
        """
        self._limits = limits or Limits()
        self._setup = setup or Setup(TASKS)
        self._nursery: _Nursery | None = None
        self._busy = threading.Lock()

    def digitize(self, data: bytes, capture: Capture, *, cleared: bool = False) -> Digitized:
        """Read a scan and make its archive file.

        Args:
            data: the received bytes.
            capture: what is certain about them.
            cleared: a supervisor found the paper's secrecy mark to be none.

        Raises:
            DocumentAtFault: the file cannot be used.
            WorldAtFault: something around us failed.
        """
        arguments = packed(DigitizeArguments(capture, self._limits, cleared))
        value, attachment = self.call("digitize", arguments, data)
        return replace(msgspec.msgpack.decode(value, type=Digitized), archive=attachment)

    def verify(self, data: bytes, now: datetime) -> VerificationReport:
        """Judge the signatures that a file carries.

        Raises:
            DocumentAtFault: the file cannot be read.
        """
        value, _ = self.call("verify", packed(now), data)
        return msgspec.msgpack.decode(value, type=VerificationReport)

    def call(self, task: str, arguments: bytes, data: bytes) -> tuple[bytes, bytes | None]:
        """Let a child do a task.

        Args:
            task: its name.
            arguments: encoded as the task wants them.
            data: the file.

        Returns:
            The encoded value, and the bytes that go with it, if any.

        Raises:
            RunawayFile: the child used up its time, its memory or the room for its answer.
            ReaderKilled: the child died, and of no limit of ours: killed from outside, or its decoder crashed.
            SohoaError: what the task raised.
            EngineFailed: the nursery died; a retry starts another.
            Impossible: the task failed in a way that nobody foresaw.
        """
        with self._busy:
            nursery = self._running()
            try:
                write_frame(nursery.orders, Frame.ORDER, packed(Order(task, arguments)))
                write_frame(nursery.orders, Frame.DATA, data)
                return self._answer(nursery)
            except (_NurseryGone, BrokenPipeError) as error:
                self._stop()
                raise EngineFailed("tiến trình đọc đã dừng") from error

    def close(self) -> None:
        """End the nursery; the next file starts another."""
        with self._busy:
            self._stop()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the nursery."""
        self.close()

    @property
    def nursery_pid(self) -> int | None:
        """Process id of the nursery, None while there is none."""
        return None if self._nursery is None else self._nursery.process.pid

    def _running(self) -> _Nursery:
        """Return this process's own living nursery.

        Raises:
            SohoaError: what the nursery says is missing.
            EngineFailed: it does not start.
        """
        nursery = self._nursery
        if nursery is not None and nursery.owner == os.getpid() and nursery.process.poll() is None:
            return nursery
        self._stop()
        self._nursery = nursery = _started()
        try:
            write_frame(nursery.orders, Frame.SETUP, packed(self._setup))
            kind, content = read_frame(_Patient(nursery.answers, START_SECONDS))
        except (EndOfStream, BrokenPipeError, TimeoutError) as error:
            self._stop()
            raise EngineFailed("tiến trình đọc không khởi động được") from error
        if kind is Frame.ERROR:
            self._stop()
            raise _raised(content)
        return nursery

    def _stop(self) -> None:
        """Kill the nursery, and by that its child; a nursery that another process started is only forgotten."""
        nursery, self._nursery = self._nursery, None
        if nursery is None:
            return
        if nursery.owner == os.getpid():
            nursery.process.kill()
            nursery.process.wait()
        for pipe in (nursery.orders, nursery.answers):
            with contextlib.suppress(OSError):
                pipe.close()

    def _answer(self, nursery: _Nursery) -> tuple[bytes, bytes | None]:
        """Collect what the child says until it is gone."""
        patience = self._setup.allowance.page_seconds + BACKSTOP_SECONDS
        said = _Said(_chunks(nursery.answers, patience))
        value: bytes | None = None
        attachment: bytes | None = None
        fault: SohoaError | Impossible | None = None
        try:
            for kind, content in said.frames():
                if kind is Frame.VALUE:
                    value = content
                elif kind is Frame.ATTACHMENT:
                    attachment = content
                elif kind is Frame.ERROR:
                    fault = _raised(content)
        except TimeoutError as error:
            self._stop()
            raise RunawayFile("quá giới hạn thời gian") from error
        if fault is not None:
            raise fault
        if value is None:
            raise _killed(said.ended)
        return value, attachment


class _NurseryGone(Exception):
    """The nursery died while its child was at work."""


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


class _Said:
    """The child's own messages, out of the chunks in which the nursery passes them on."""

    def __init__(self, chunks: Iterator[bytes | Ended]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.ended: Ended | None = None
        """How the child ended, once it has."""

    def read(self, count: int, /) -> bytes:
        """Return that many bytes, fewer only when the child has ended."""
        pieces = io.BytesIO()  # gives its bytes away without a copy, which counts where they are an archive file
        pieces.write(self._rest[:count])
        self._rest = self._rest[count:]
        while pieces.tell() < count and self.ended is None:
            chunk = next(self._chunks)
            if isinstance(chunk, Ended):
                self.ended = chunk
            else:
                missing = count - pieces.tell()
                pieces.write(chunk[:missing])
                self._rest = chunk[missing:]
        return pieces.getvalue()

    def frames(self) -> Iterator[tuple[Frame, bytes]]:
        """Walk through the messages; one that was cut off by the child's end, or is none, is dropped with the rest."""
        try:
            while True:
                yield read_frame(self)
        except (EndOfStream, ValueError, OverflowError):
            self._drain()

    def _drain(self) -> None:
        """Let the child end, so that the next document meets an empty pipe."""
        self._rest = b""
        while self.ended is None:
            chunk = next(self._chunks)
            if isinstance(chunk, Ended):
                self.ended = chunk


def _chunks(answers: IO[bytes], patience: float) -> Iterator[bytes | Ended]:
    """Walk through what the nursery passes on, up to the end of the child.

    Raises:
        TimeoutError: the nursery is silent for too long.
        _NurseryGone: it has died.
    """
    pipe = _Patient(answers, patience)
    while True:
        try:
            kind, content = read_frame(pipe)
        except EndOfStream as error:
            raise _NurseryGone from error
        if kind is Frame.ENDED:
            yield msgspec.msgpack.decode(content, type=Ended)
            return
        yield content


def _started() -> _Nursery:
    """Start a nursery: isolated Python, no environment, two pipes, no other open file."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "digitize.confined"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
    )
    if process.stdin is None or process.stdout is None:
        raise Impossible("a pipe was asked for")
    return _Nursery(process, process.stdin, process.stdout, os.getpid())


def _raised(content: bytes) -> SohoaError | Impossible:
    """Return the error that a fault stands for."""
    fault = msgspec.msgpack.decode(content, type=Fault)
    return error_of(fault) or Impossible(f"in the sandbox: {fault.detail}")


def _killed(ended: Ended | None) -> SohoaError:
    """Name the limit that a child without an answer ran into; a death by none of them says nothing of the file."""
    status = 0 if ended is None else ended.status
    by_time = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
    if by_time or (ended is not None and ended.out_of_time):
        return RunawayFile("quá giới hạn thời gian")
    if ended is not None and ended.out_of_room:
        return RunawayFile("quá giới hạn dung lượng kết quả")
    return ReaderKilled()
