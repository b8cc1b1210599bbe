"""Messages on a pipe: one byte of kind, eight of length, then the content."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import msgspec

from digitize.errors import SohoaError, error_named
from digitize.sign.trust import TrustAnchors

_HEAD = struct.Struct(">BQ")


class Frame(IntEnum):
    """Kinds of messages."""

    SETUP = 1
    """Worker to nursery, once: a :class:`Setup`."""
    READY = 2
    """Nursery to worker: the libraries are loaded."""
    ORDER = 3
    """Worker to nursery: an :class:`Order`; the file follows, as a descriptor (:mod:`digitize.confined.line`)."""
    CHUNK = 4
    """Nursery to worker: a piece of what the child wrote."""
    ENDED = 5
    """Nursery to worker: an :class:`Ended`; the child is gone."""
    PROGRESS = 6
    """Child: the work goes on."""
    VALUE = 7
    """Child: the answer, encoded by the task."""
    ATTACHMENT = 8
    """Child: a piece of the bytes that go with the answer and are not worth encoding."""
    ERROR = 9
    """Child, or nursery before it is ready: a :class:`Fault`."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a child may use up; whoever asks for more is ended."""

    page_seconds: float = 60.0
    """Wall clock and, beside it, CPU time to open the file, and again for every picture that is recognised."""
    total_seconds: float = 6 * 3600.0
    """Wall clock and, beside it, CPU time for a whole document."""
    memory_bytes: int = 3 * 1024**3
    """Address space, libraries and model included (about 1 GiB)."""
    answer_bytes: int = 1024**3
    """Of all that a child says."""
    open_files: int = 64


@dataclass(frozen=True, slots=True)
class Setup:
    """How a nursery begins."""

    tasks: str
    """Module with a function ``prepare(setup)`` that loads what its tasks need and returns them by name."""
    tessdata: str = ""
    """Folder of the recogniser's models; empty to search the usual places."""
    trust: TrustAnchors | None = None
    """What a verification believes in; None for the built-in roots."""
    allowance: Allowance = Allowance()


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to do with the file that follows."""

    task: str
    arguments: bytes
    """Encoded as the task wants them."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended."""

    status: int
    """As ``waitpid`` returns it."""
    out_of_time: bool
    """The nursery ended it because the wall clock had run out."""
    out_of_room: bool
    """The nursery ended it because it had said more than an answer may hold."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error on its way to the worker."""

    code: str
    """Of the error tree; empty for an error that is none of it."""
    detail: str
    """What :class:`digitize.errors.SohoaError` was given; for a foreign error its type and the places it passed."""
    advice: str


class Reader(Protocol):
    """Where bytes come from."""

    def read(self, count: int, /) -> bytes:
        """Return that many bytes, fewer only at the end."""


class Writer(Protocol):
    """Where bytes go."""

    def write(self, content: bytes, /) -> object:
        """Take all of them."""

    def flush(self) -> None:
        """Hold nothing back."""


class EndOfStream(Exception):
    """The other side has closed the pipe."""


def write_frame(pipe: Writer, kind: Frame, content: bytes = b"") -> None:
    """Send a message."""
    pipe.write(_HEAD.pack(kind, len(content)))
    pipe.write(content)
    pipe.flush()


def read_frame(pipe: Reader) -> tuple[Frame, bytes]:
    """Receive a message.

    Raises:
        EndOfStream: the pipe ended before the message did.
    """
    kind, length = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    return Frame(kind), _exactly(pipe, length)


def _exactly(pipe: Reader, count: int) -> bytes:
    """Read that many bytes."""
    data = pipe.read(count)
    if len(data) < count:
        raise EndOfStream
    return data


def packed(value: object) -> bytes:
    """Encode a message's content."""
    return msgspec.msgpack.encode(value)


def fault_of(error: SohoaError) -> Fault:
    """Return an error of the tree as it travels."""
    return Fault(error.code(), error.detail, error.advice)


def error_of(fault: Fault) -> SohoaError | None:
    """Return the error that a fault stands for; None when the tree has no such code."""
    kind = error_named(fault.code)
    return None if kind is None else kind(fault.detail, remedy=fault.advice)
