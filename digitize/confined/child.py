"""One document's life: confine, work, answer, end."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NoReturn

import cv2

from digitize.confined.frames import Fault, Frame, Order, Setup, fault_of, packed, write_frame
from digitize.confined.task import Task
from digitize.confined.walls import confine, extend_cpu_time
from digitize.errors import RunawayFile, SohoaError

_OUT_OF_MEMORY = -4
"""``cv::Error::StsNoMem``."""


def live(nursery: int, setup: Setup, tasks: Mapping[str, Task], order: Order, data: bytes, pipe: IO[bytes]) -> NoReturn:
    """Do the task and end this process.

    Args:
        nursery: its process id.
        setup: what the nursery was told.
        tasks: by name.
        order: which of them, and its arguments.
        data: the file.
        pipe: where the answer goes.
    """

    def goes_on() -> None:
        extend_cpu_time(setup.allowance.page_seconds)
        write_frame(pipe, Frame.PROGRESS)

    try:
        confine(setup.allowance, setup.tessdata, nursery)
        answer = tasks[order.task](order.arguments, data, goes_on)
        if answer.attachment is not None:
            write_frame(pipe, Frame.ATTACHMENT, answer.attachment)
        write_frame(pipe, Frame.VALUE, answer.value)
    except BaseException as error:  # noqa: BLE001 - nothing may pass beyond this process but through the pipe
        write_frame(pipe, Frame.ERROR, packed(_fault(error)))
    finally:
        os._exit(0)


def _fault(error: BaseException) -> Fault:
    """Name an error; of a foreign one only its type and the lines it passed, for its text may quote the paper."""
    if isinstance(error, SohoaError):
        return fault_of(error)
    if isinstance(error, MemoryError) or (isinstance(error, cv2.error) and error.code == _OUT_OF_MEMORY):
        return fault_of(RunawayFile("quá giới hạn bộ nhớ"))
    passed = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in passed]
    return Fault("", f"{type(error).__name__}: {' > '.join(places)}", "")
