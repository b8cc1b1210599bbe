"""The nursery: see :mod:`digitize.confined`."""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import sys
import time
from typing import IO

import msgspec

from digitize.confined.frames import (
    Allowance,
    Ended,
    EndOfStream,
    Frame,
    Order,
    Setup,
    fault_of,
    packed,
    read_frame,
    write_frame,
)
from digitize.confined.line import Line
from digitize.confined.walls import die_with_parent
from digitize.errors import SohoaError

CHUNK_BYTES = 1 << 20
GRACE_SECONDS = 2.0
"""Between the end of a child's answer and the end of the child."""

_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Read by libraries as they load; nothing of it is anybody's secret."""


def main() -> int:
    """Serve orders until the worker hangs up."""
    die_with_parent()
    os.environ.update(_ENVIRONMENT)
    orders, answers = Line(socket.socket(fileno=sys.stdin.fileno())), sys.stdout.buffer
    try:
        _, content = read_frame(orders)
        setup = msgspec.msgpack.decode(content, type=Setup)
        _serve(setup, orders, answers)
    except (EndOfStream, ConnectionError):
        return 0
    except SohoaError as error:
        write_frame(answers, Frame.ERROR, packed(fault_of(error)))
    return 1


def _serve(setup: Setup, orders: Line, answers: IO[bytes]) -> None:
    """Load everything once, then raise one child after the other."""
    import cv2

    from digitize.confined.child import live

    cv2.setNumThreads(1)
    tasks = importlib.import_module(setup.tasks).prepare(setup)
    nursery = os.getpid()
    write_frame(answers, Frame.READY)
    while True:
        _, content = read_frame(orders)
        order = msgspec.msgpack.decode(content, type=Order)
        file = orders.take_over()
        output, pipe = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(output)
            _leave_the_nursery()
            with os.fdopen(pipe, "wb") as own:
                live(nursery, setup, tasks, order, file, own)
        os.close(pipe)
        os.close(file)
        _attend(pid, output, setup.allowance, orders, answers)


def _leave_the_nursery() -> None:
    """Let go of the worker's line and pipe; nothing a library prints may reach anybody."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for inherited in (0, 1, 2):
        os.dup2(nowhere, inherited)
    os.close(nowhere)


def _attend(pid: int, output: int, allowance: Allowance, orders: Line, answers: IO[bytes]) -> None:
    """Pass on what a child says; end it when it exceeds its allowance, or when the worker is gone."""
    poll = select.poll()
    poll.register(output, select.POLLIN)
    poll.register(orders.fileno(), 0)
    last = time.monotonic() + allowance.total_seconds
    deadline = time.monotonic() + allowance.page_seconds
    left = allowance.answer_bytes
    out_of_time = worker_gone = False
    while not out_of_time and not worker_gone and left > 0:
        events = dict(poll.poll(max(0.0, min(deadline, last) - time.monotonic()) * 1000))
        worker_gone = bool(events.get(orders.fileno(), 0) & (select.POLLHUP | select.POLLERR))
        out_of_time = not events
        if output in events:
            chunk = os.read(output, CHUNK_BYTES)
            if not chunk:
                break
            write_frame(answers, Frame.CHUNK, chunk)
            left -= len(chunk)
            deadline = time.monotonic() + allowance.page_seconds
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(output)
    status = _burial(pid)
    if worker_gone:
        raise EndOfStream
    write_frame(answers, Frame.ENDED, packed(Ended(status, out_of_time, out_of_room=left <= 0)))


def _burial(pid: int) -> int:
    """Wait for a child whose answer has ended; one that lingers is killed."""
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline:
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            return status
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    sys.exit(main())
