"""The worker's side of the room in which files from outside are opened (see :mod:`digitize.confined`)."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from digitize.archive.capture import Capture
from digitize.confined.frames import Ended, EndOfStream, Fault, Frame, Order, Setup, error_of, packed, read_frame
from digitize.confined.orders import DigitizeArguments
from digitize.errors import EngineFailed, Impossible, ReaderKilled, RunawayFile, SohoaError
from digitize.image.limits import Limits
from digitize.model import Digitized, VerificationReport
from digitize.page_plan import JoinedScans
from workers.memory_file import memory_file, sealed
from workers.nursery import Nursery, NurseryGone

TASKS = "digitize.confined.tasks"
JUDGING = "digitize.confined.judging"
"""Where signatures are judged and nothing is read."""
BACKSTOP_SECONDS = 15.0
"""Beyond the patience of the nursery itself: a nursery that is silent for longer is replaced."""

Scan = BinaryIO | bytes
"""A file of :func:`workers.memory_file.sealed`; or bytes, of which such a file is made for the time of the call."""


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
        self._nursery: Nursery | None = None
        self._busy = threading.Lock()

    def digitize(
        self, scan: Scan, capture: Capture, *, cleared: bool = False, joined: JoinedScans | None = None
    ) -> tuple[Digitized, BinaryIO | None]:
        """Read a scan and make its archive file.

        Args:
            scan: what was received.
            capture: what is certain about it.
            cleared: a supervisor found the paper's secrecy mark to be none.
            joined: how ``scan`` is made of several scans; None: it is one.

        Returns:
            What was read, and the archive file, to be closed by the caller; None where none was made.

        Raises:
            DocumentAtFault: the file cannot be used.
            WorldAtFault: something around us failed.
        """
        arguments = packed(DigitizeArguments(capture, self._limits, cleared, joined))
        value, archive = self.call("digitize", arguments, scan)
        return msgspec.msgpack.decode(value, type=Digitized), archive

    def verify(self, file: Scan, now: datetime) -> VerificationReport:
        """Judge the signatures that a file carries.

        Raises:
            DocumentAtFault: the file cannot be read.
        """
        value, _ = self.call("verify", packed(now), file)
        return msgspec.msgpack.decode(value, type=VerificationReport)

    def call(self, task: str, arguments: bytes, file: Scan) -> tuple[bytes, BinaryIO | None]:
        """Let a child do a task.

        Args:
            task: its name.
            arguments: encoded as the task wants them.
            file: what it is done with.

        Returns:
            The encoded value, and a file of the bytes that go with it, if any, to be closed by the caller.

        Raises:
            RunawayFile: the child used up its time, its memory or the room for its answer.
            ReaderKilled: the child died, and of no limit of ours: killed from outside, or its decoder crashed.
            SohoaError: what the task raised.
            EngineFailed: the nursery died; a retry starts another.
            Impossible: the task failed in a way that nobody foresaw.
        """
        if isinstance(file, bytes):
            with sealed([file]) as made:
                return self.call(task, arguments, made)
        with self._busy:
            nursery = self._running()
            try:
                nursery.order(Order(task, arguments), file.fileno())
                return self._answer(nursery)
            except NurseryGone as error:
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
        return None if self._nursery is None else self._nursery.pid

    def _running(self) -> Nursery:
        """Return this process's own living nursery.

        Raises:
            SohoaError: what the nursery says is missing.
            EngineFailed: it does not start.
        """
        if self._nursery is not None and self._nursery.usable:
            return self._nursery
        self._stop()
        self._nursery = nursery = Nursery.started()
        try:
            fault = nursery.set_up(self._setup)
        except NurseryGone as error:
            self._stop()
            raise EngineFailed("tiến trình đọc không khởi động được") from error
        if fault is not None:
            self._stop()
            raise _raised(fault)
        return nursery

    def _stop(self) -> None:
        """End the nursery, if there is one."""
        nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.end()

    def _answer(self, nursery: Nursery) -> tuple[bytes, BinaryIO | None]:
        """Collect what the child says until it is gone."""
        said = _Said(nursery.said(self._setup.allowance.page_seconds + BACKSTOP_SECONDS))
        value: bytes | None = None
        fault: SohoaError | Impossible | None = None
        with contextlib.ExitStack() as unless_answered:
            attachment = unless_answered.enter_context(memory_file())
            try:
                for kind, content in said.frames():
                    if kind is Frame.VALUE:
                        value = content
                    elif kind is Frame.ATTACHMENT:
                        attachment.write(content)
                    elif kind is Frame.ERROR:
                        fault = _raised(content)
            except TimeoutError as error:
                self._stop()
                raise RunawayFile("quá giới hạn thời gian") from error
            if fault is not None:
                raise fault
            if value is None:
                raise _killed(said.ended)
            if attachment.tell() == 0:
                return value, None
            attachment.seek(0)
            unless_answered.pop_all()
        return value, attachment


class _Said:
    """The child's own messages, out of the chunks in which the nursery passes them on."""

    def __init__(self, chunks: Iterator[bytes | Ended]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.ended: Ended | None = None
        """How the child ended, once it has."""

    def read(self, count: int, /) -> bytes:
        """Return that many bytes, fewer only when the child has ended."""
        pieces = io.BytesIO()
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
