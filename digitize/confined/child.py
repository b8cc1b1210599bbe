"""One document's life: confine, work, answer, end."""

from __future__ import annotations

import errno
import io
import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

import cv2

from digitize.confined.frames import Fault, Frame, Order, Setup, fault_of, packed, write_frame
from digitize.confined.task import Task
from digitize.confined.walls import confine, extend_cpu_time
from digitize.errors import RunawayFile, SohoaError
from digitize.mapped import mapped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE_BYTES = 1 << 20
"""Of an attachment: so much of it is held on its way."""

_OUT_OF_MEMORY = -4
"""``cv::Error::StsNoMem``."""


def live(nursery: int, setup: Setup, tasks: Mapping[str, Task], order: Order, file: int, pipe: IO[bytes]) -> NoReturn:
    """Do the task and end this process.

    Args:
        nursery: its process id.
        setup: what the nursery was told.
        tasks: by name.
        order: which of them, and its arguments.
        file: descriptor of the sealed file.
        pipe: where the answer goes.
    """

    def goes_on() -> None:
        extend_cpu_time(setup.allowance.page_seconds)
        write_frame(pipe, Frame.PROGRESS)

    try:
        confine(setup.allowance, setup.tessdata, nursery)
        attachment = io.BufferedWriter(_Attachment(pipe), PIECE_BYTES)
        value = tasks[order.task](order.arguments, mapped(file), goes_on, attachment)
        attachment.flush()
        write_frame(pipe, Frame.VALUE, value)
    except BaseException as error:  # noqa: BLE001 - nothing may pass beyond this process but through the pipe
        write_frame(pipe, Frame.ERROR, packed(_fault(error)))
    finally:
        os._exit(0)


class _Attachment(io.RawIOBase):
    """Sends what is written into it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        """Send through a pipe."""
        self._pipe = pipe

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, piece: ReadableBuffer, /) -> int:
        """Send a piece, of a larger one as much as goes at once."""
        content = bytes(memoryview(piece)[:PIECE_BYTES])
        write_frame(self._pipe, Frame.ATTACHMENT, content)
        return len(content)


def _fault(error: BaseException) -> Fault:
    """Name an error; of a foreign one only its type and the lines it passed, for its text may quote the paper."""
    if isinstance(error, SohoaError):
        return fault_of(error)
    if _is_out_of_memory(error):
        return fault_of(RunawayFile("quá giới hạn bộ nhớ"))
    passed = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in passed]
    return Fault("", f"{type(error).__name__}: {' > '.join(places)}", "")


def _is_out_of_memory(error: BaseException) -> bool:
    """Tell in the words of Python, of a mapping, and of OpenCV."""
    mapping = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or mapping or (isinstance(error, cv2.error) and error.code == _OUT_OF_MEMORY)
