"""The line over which a worker orders: messages, and open files that go with them (unix(7), SCM_RIGHTS).

A pipe can carry no open file, and a file that is copied through a pipe is held by everybody it passes.
"""

from __future__ import annotations

import socket

from digitize.confined.frames import EndOfStream

_TOKEN = b"\x00"
"""An open file travels with at least one byte."""


class Line:
    """One end of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        """Take the end."""
        self._end = end

    def read(self, count: int, /) -> bytes:
        """Return that many bytes, fewer only when the other side is gone; never reads ahead."""
        return self._end.recv(count, socket.MSG_WAITALL)

    def write(self, content: bytes, /) -> None:
        """Send all bytes.

        Raises:
            ConnectionError: the other side is gone.
        """
        self._end.sendall(content)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def hand_over(self, handle: int) -> None:
        """Give the other side an open file; this side keeps its own.

        Args:
            handle: its descriptor.

        Raises:
            ConnectionError: the other side is gone.
        """
        socket.send_fds(self._end, [_TOKEN], [handle])

    def take_over(self) -> int:
        """Return the descriptor of the open file that the other side gave.

        Raises:
            EndOfStream: the other side is gone.
        """
        _, handles, _, _ = socket.recv_fds(self._end, len(_TOKEN), 1, socket.MSG_CMSG_CLOEXEC)
        if not handles:
            raise EndOfStream
        return handles[0]

    def fileno(self) -> int:
        """Return the descriptor of this end."""
        return self._end.fileno()

    def close(self) -> None:
        """Hang up."""
        self._end.close()
